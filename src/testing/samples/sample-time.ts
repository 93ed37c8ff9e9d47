// Instants of the sample trader: milliseconds since 1970, in UTC. Luxon would be too slow.

export const minute = 60_000;
export const day = 86_400_000;

/** Moves an instant before the exchange opens to 14:30, and one on a weekend to Friday. */
export function onTradingDay(at: number): number {
  const weekdays = at - Math.max(0, weekdayOf(at) - 5) * day;
  return Math.max(weekdays, timeOfDay(weekdays, 14, 30));
}

/** The close of the exchange on the expiration Friday on or after a day. */
export function expiringFriday(at: number): number {
  return timeOfDay(at + ((5 - weekdayOf(at) + 7) % 7) * day, 21);
}

/** `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** 1 for Monday to 7 for Sunday. */
function weekdayOf(at: number): number {
  return new Date(at).getUTCDay() || 7;
}

function timeOfDay(at: number, hours: number, minutes = 0): number {
  return new Date(at).setUTCHours(hours, minutes, 0, 0);
}
