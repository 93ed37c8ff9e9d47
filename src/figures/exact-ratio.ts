/**
 * SQL for the quotient, rounded half away from zero to eight places. The divisor must be positive.
 *
 * `/` of numeric already rounds, to a scale that PostgreSQL chooses. Rounding its result again can
 * be off by one in the last place. `div` truncates exactly.
 */
export function ratio(dividend: string, divisor: string): string {
  return `sign(${dividend}) * div(abs(${dividend}) * 200000000 + ${divisor}, ${divisor} * 2) * 0.00000001`;
}

/**
 * SQL for the quotient of numbers with eight places, rounded up to eight places; zero for a
 * negative dividend. The divisor must be positive.
 */
export function ratioUp(dividend: string, divisor: string): string {
  return `CASE WHEN ${dividend} > 0 THEN div((${dividend}) * 100000000 + ${divisor} - 0.00000001, ${divisor}) * 0.00000001 ELSE 0.00000000 END`;
}
