// The section "Numbers" of docs/reference/figure-rules.md, in integer arithmetic.

/** A decimal with eight places as an integer: `1.5` is 150000000n. */
export type Units = bigint;

export const one: Units = 100_000_000n;

/** @param decimal such as `'-1.5'` or `3`, with at most eight places */
export function units(decimal: string | number): Units {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(String(decimal)) ?? [];
  if (whole === '') throw new Error(`${decimal} is no decimal with eight places`);
  return BigInt(sign + whole + fraction.padEnd(8, '0'));
}

/** `150000000n` → `'1.50000000'` */
export function text(amount: Units): string {
  const digits = String(magnitude(amount)).padStart(9, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

export const magnitude = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const sum = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((total, amount) => total + amount, 0n);

/** dividend ÷ divisor, rounded half away from zero */
export function rounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = (2n * magnitude(dividend) + magnitude(divisor)) / (2n * magnitude(divisor));
  return dividend < 0n !== divisor < 0n ? -quotient : quotient;
}

/** dividend ÷ divisor, rounded down. The divisor is positive. */
export function floored(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/** dividend ÷ divisor, rounded up. The divisor is positive. */
export const ceiled = (dividend: bigint, divisor: bigint): bigint => -floored(-dividend, divisor);

/** part(amount, pieces, taken) = amount × taken ÷ pieces */
export function part(amount: Units, pieces: bigint, taken: bigint): Units {
  if (taken <= 0n) return 0n;
  if (taken >= pieces) return amount;
  return rounded(amount * taken, pieces);
}

/** The cumulative pieces of the lots: c(0) = 0, c(1), c(2)… */
function running(pieces: readonly Units[]): Units[] {
  const sums = [0n];
  for (const [index, count] of pieces.entries()) sums.push((sums[index] ?? 0n) + count);
  return sums;
}

/** The differences between neighbours, one for each lot. */
const steps = (values: readonly Units[]): Units[] =>
  values.slice(1).map((value, index) => value - (values[index] ?? 0n));

/**
 * Scales the pieces of lots by to ÷ from.
 *
 * @returns the new pieces of each lot
 */
export function scaled(pieces: readonly Units[], to: bigint, from: bigint): Units[] {
  return steps(running(pieces).map((count) => rounded(count * to, from)));
}

/**
 * Allocates an amount to lots in proportion to their pieces.
 *
 * @param all the pieces of the whole amount, if these lots receive only a part
 * @returns the amount of each lot
 */
export function spread(amount: Units, pieces: readonly Units[], all = sum(pieces)): Units[] {
  return steps(running(pieces).map((count) => part(amount, all, count)));
}
