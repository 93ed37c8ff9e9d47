import { z } from 'zod';

/** Text that PostgreSQL can store: without NUL, and without lone surrogates (no UTF-8 form). */
export const storableText = z
  .string({ error: 'must be text' })
  .refine(isStorable, 'holds a character that PostgreSQL cannot store (NUL or half of a surrogate pair)');

const maxCharacters = 200;

/** An id or symbol of 1 to 200 characters, so that two of them fit into one index entry. */
export const storableKey = storableText
  .min(1, 'must not be empty')
  .refine((key) => [...key].length <= maxCharacters, `must have at most ${maxCharacters} characters`);

/** An instant that both PostgreSQL and a page cursor can represent. */
export const storableInstant = z
  .date({ error: 'must be a valid Date' })
  .refine(
    (date) => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999,
    'must lie in the years 1 to 9999',
  );

/** A day as `YYYY-MM-DD`. PostgreSQL has no year 0. */
export const storableDay = z.iso
  .date({ error: 'must be a day as YYYY-MM-DD', abort: true })
  .refine((text) => !text.startsWith('0000'), 'must be a day as YYYY-MM-DD');

/** Whether a value is text that PostgreSQL can store, so a row can have it as its id. */
export function isStorable(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}

/** Whether an object has a JSON form in which PostgreSQL can store every text. */
export function isStorableObject(value: object): boolean {
  let storable = true;
  try {
    const json = JSON.stringify(value, (key, inner: unknown) => {
      storable &&= isStorable(key) && (typeof inner !== 'string' || isStorable(inner));
      return inner;
    }) as string | undefined;
    return storable && json?.startsWith('{') === true;
  } catch {
    return false; // A cycle or a bigint.
  }
}
