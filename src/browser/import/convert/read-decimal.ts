import { asStored, Decimal } from '../../../model/decimal.js';
import type { DecimalString } from '../../../model/decimal.js';

/** The longest number that is read. A double in plain notation has at most some 330 characters. */
const longestNumber = 400;

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** A double, or a decimal as text, with all its digits; undefined for any other or longer value. */
export function readDecimal(value: unknown): Decimal | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return new Decimal(value);
  if (typeof value === 'string' && value.length <= longestNumber && number.test(value))
    return new Decimal(value);
  return undefined;
}

const short = /^-?\d{1,12}(\.\d{1,8})?$/;

/**
 * A value that the columns hold as it is, in the form in which they print it, without arithmetic;
 * undefined for any other value.
 */
export function plainDecimal(value: unknown): DecimalString | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && short.test(text) ? asStored(text as DecimalString) : undefined;
}
