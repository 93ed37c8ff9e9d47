import type { DateTime } from 'luxon';

/** ISO 8601. @param milliseconds since 1970 */
export function isoInstant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The form of SQLite's CURRENT_TIMESTAMP (UTC). @param milliseconds since 1970 */
export function sqliteTimestamp(milliseconds: number): string {
  return isoInstant(milliseconds).slice(0, 19).replace('T', ' ');
}

/** A day as the browser application stores it: the instant of midnight in the user's time zone. */
export function localMidnight(day: DateTime): string {
  return isoInstant(day.startOf('day').toMillis());
}

/** The expiration Friday on or after a day. */
export function followingFriday(day: DateTime): DateTime {
  return day.plus({ days: (5 - day.weekday + 7) % 7 });
}
