import type { DateTime } from 'luxon';

/** An instant (milliseconds since 1970) as the old application writes it from JavaScript. */
export function isoInstant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** An instant (milliseconds since 1970) as SQLite's CURRENT_TIMESTAMP writes it, in UTC. */
export function sqliteTimestamp(milliseconds: number): string {
  return isoInstant(milliseconds).slice(0, 19).replace('T', ' ');
}

/**
 * A day as the old application's date picker yields it: the instant at which it begins in the
 * user's time zone.
 */
export function localMidnight(day: DateTime): string {
  return isoInstant(day.startOf('day').toMillis());
}

/** The Friday on or after a day, on which options expire. */
export function followingFriday(day: DateTime): DateTime {
  return day.plus({ days: (5 - day.weekday + 7) % 7 });
}
