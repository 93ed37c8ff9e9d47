import { asStored, Decimal, type DecimalString } from '../../../model/decimal.js';

/** A double in plain notation has at most about 330 characters. */
const maxNumberLength = 400;

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** A double, or a decimal as text, with all digits; undefined for any other or longer value. */
export function readDecimal(value: unknown): Decimal | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return new Decimal(value);
  if (typeof value === 'string' && value.length <= maxNumberLength && number.test(value))
    return new Decimal(value);
  return undefined;
}

const short = /^-?\d{1,12}(\.\d{1,8})?$/;

/**
 * Fast path without arithmetic for values that numeric(20,8) holds exactly, as PostgreSQL prints
 * them; undefined for any other value.
 */
export function plainDecimal(value: unknown): DecimalString | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && short.test(text) ? asStored(text as DecimalString) : undefined;
}

/** The symbol as the import stores it: without surrounding blanks; null if nothing is left. */
export function storedSymbol(symbol: string | null | undefined): string | null {
  return symbol?.trim() || null;
}
