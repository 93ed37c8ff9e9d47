import type { DecimalString } from '../model/decimal.js';

// Read models that process single entries count in units of the eighth decimal place, the scale of
// numeric(20,8). A bigint of units is as exact as `Decimal`, and many times faster.

const places = 8;

/** @param decimal with exactly eight places, as PostgreSQL prints numeric(20,8) */
export function unitsOf(decimal: string): bigint {
  return BigInt(decimal.slice(0, -places - 1) + decimal.slice(-places));
}

/** The inverse of `unitsOf`. */
export function decimalOf(units: bigint): DecimalString {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}` as DecimalString;
}

/**
 * The part of `amount` that the first `taken` of its `pieces` have together, rounded half away from
 * zero. Because the result is cumulative, the differences of successive calls add up to `amount`.
 */
export function proRata(amount: bigint, pieces: bigint, taken: bigint): bigint {
  if (taken >= pieces) return amount;
  if (taken <= 0n) return 0n;
  const twice = 2n * amount * taken;
  return (twice + (twice < 0n ? -pieces : pieces)) / (2n * pieces);
}
