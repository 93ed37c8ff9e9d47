/** In milliseconds. */
const quarterHour = 15 * 60_000;

/**
 * Whether a day may begin at an instant: the offsets of all zones are multiples of a quarter of an
 * hour.
 */
export function isPossibleMidnight(instant: Date): boolean {
  return instant.getTime() % quarterHour === 0;
}
