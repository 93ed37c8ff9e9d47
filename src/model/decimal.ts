import { Decimal as DecimalJs } from 'decimal.js';

/**
 * An exact decimal as text, such as `'-260.41309812'`, for money, prices and quantities. A `number`
 * is not assignable: a double cannot represent most cents exactly.
 */
export type DecimalString = `${number}`;

/** Columns are numeric(20,8): 12 digits before the point, 8 after it. */
const scale = 8;
const integerDigits = 12;

/** Exact arithmetic: 60 digits are more than any sum of numeric(20,8) needs. */
export const Decimal = DecimalJs.clone({ precision: 60, rounding: DecimalJs.ROUND_HALF_UP });
export type Decimal = DecimalJs;

const plainDecimal = /^-?\d{1,40}(\.\d{1,40})?$/;
/** Fast path: most inputs match and need no arithmetic. */
const shortDecimal = /^-?\d{1,12}(\.\d{1,8})?$/;

/** Whether numeric(20,8) holds the text exactly, without rounding or overflow. No exponents. */
export function isDecimalString(text: string): text is DecimalString {
  if (shortDecimal.test(text)) return true;
  if (!plainDecimal.test(text)) return false;
  const decimal = new Decimal(text);
  return decimal.decimalPlaces() <= scale && decimal.abs().lessThan(limit);
}

const limit = new Decimal(10).pow(integerDigits);

export function isZero(decimal: DecimalString): boolean {
  return !/[1-9]/.test(decimal);
}

/** Rounds to numeric(20,8), half away from zero, and formats like PostgreSQL. */
export function toColumnScale(decimal: Decimal): DecimalString {
  const text = decimal.toFixed(scale);
  return (/^-0\.0+$/.test(text) ? text.slice(1) : text) as DecimalString;
}

const printable = /^-?(?:0|[1-9]\d*)(?:\.\d{1,8})?$/;

/** Formats a decimal that numeric(20,8) holds like PostgreSQL: `'1.5'` → `'1.50000000'`. */
export function asStored(text: DecimalString): DecimalString {
  // PostgreSQL has no negative zero.
  if (text.startsWith('-0') || !printable.test(text)) return toColumnScale(new Decimal(text));
  const point = text.indexOf('.');
  if (point < 0) return `${text}.00000000` as DecimalString;
  return text.padEnd(point + 1 + scale, '0') as DecimalString;
}

/** Whether the shortest decimal form of the nearest double equals the given digits. */
export function isExactNumber(digits: string): boolean {
  const double = Number(digits);
  return Number.isFinite(double) && new Decimal(digits).equals(double);
}
