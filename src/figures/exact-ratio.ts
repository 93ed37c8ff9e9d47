/**
 * SQL for a dividend over a divisor above zero, rounded half away from zero to eight places.
 * PostgreSQL's own division chooses how many places it gives, and rounding that once more can be
 * one off in the last; `div` is exact.
 */
export function ratio(dividend: string, divisor: string): string {
  return `sign(${dividend}) * div(abs(${dividend}) * 200000000 + ${divisor}, ${divisor} * 2) * 0.00000001`;
}

/** The same of numbers with eight places, rounded up; zero for a dividend below zero. */
export function ratioUp(dividend: string, divisor: string): string {
  return `CASE WHEN ${dividend} > 0 THEN div((${dividend}) * 100000000 + ${divisor} - 0.00000001, ${divisor}) * 0.00000001 ELSE 0.00000000 END`;
}
