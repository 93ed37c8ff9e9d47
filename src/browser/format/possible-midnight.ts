const quarterHour = 15 * 60_000;

/** Whether the instant is midnight in some time zone: all offsets are multiples of 15 minutes. */
export function isPossibleMidnight(instant: Date): boolean {
  return instant.getTime() % quarterHour === 0;
}
