import { Decimal as DecimalJs } from 'decimal.js';

/**
 * An exact decimal as text, such as `'-260.41309812'`: how money, prices and quantities travel. A
 * `number` is not assignable to it, because a double cannot hold most cents.
 */
export type DecimalString = `${number}`;

/** The columns are numeric(20,8): twelve digits before the point, eight after it. */
const scale = 8;
const integerDigits = 12;

/** Arithmetic with more digits than any sum of numeric(20,8) needs, so that it is exact. */
export const Decimal = DecimalJs.clone({ precision: 60, rounding: DecimalJs.ROUND_HALF_UP });
export type Decimal = DecimalJs;

const plainDecimal = /^-?\d{1,40}(\.\d{1,40})?$/;
/** What needs no arithmetic to be told: nearly everything that is given. */
const shortDecimal = /^-?\d{1,12}(\.\d{1,8})?$/;

/** A plain decimal that numeric(20,8) holds without rounding or overflow. */
export function isDecimalString(text: string): text is DecimalString {
  if (shortDecimal.test(text)) return true;
  if (!plainDecimal.test(text)) return false;
  const decimal = new Decimal(text);
  return decimal.decimalPlaces() <= scale && fitsColumn(decimal);
}

const limit = new Decimal(10).pow(integerDigits);

/** Whether numeric(20,8) holds the decimal, after rounding to its eight places. */
function fitsColumn(decimal: Decimal): boolean {
  return decimal.toDecimalPlaces(scale).abs().lessThan(limit);
}

/**
 * The form in which PostgreSQL prints numeric(20,8), rounded half away from zero as PostgreSQL
 * rounds.
 */
export function toColumnScale(decimal: Decimal): DecimalString {
  const text = decimal.toFixed(scale);
  return (/^-0\.0+$/.test(text) ? text.slice(1) : text) as DecimalString;
}

const printable = /^-?(?:0|[1-9]\d*)(?:\.\d{1,8})?$/;

/** The form in which PostgreSQL prints a decimal that numeric(20,8) holds. */
export function asStored(text: DecimalString): DecimalString {
  // A zero loses its sign.
  if (text.startsWith('-0') || !printable.test(text)) return toColumnScale(new Decimal(text));
  const point = text.indexOf('.');
  if (point < 0) return `${text}.00000000` as DecimalString;
  return text.padEnd(point + 1 + scale, '0') as DecimalString;
}

/**
 * Whether a double holds exactly what the digits of a number say, as far as its shortest form goes.
 */
export function isExactNumber(digits: string): boolean {
  const double = Number(digits);
  return Number.isFinite(double) && new Decimal(digits).equals(double);
}
