import { z } from 'zod';

/**
 * Text that PostgreSQL can store: it refuses the character NUL, and a lone surrogate has no UTF-8
 * form.
 */
export const storableText = z
  .string({ error: 'must be text' })
  .refine(isStorable, 'holds a character that PostgreSQL cannot store (NUL or half of a surrogate pair)');

const mostCharacters = 200;

/**
 * Text of 1 to 200 characters, which is what fits into an index beside another one: an id, a
 * symbol.
 */
export const storableKey = storableText
  .min(1, 'must not be empty')
  .refine((key) => [...key].length <= mostCharacters, `must have at most ${mostCharacters} characters`);

/** An instant that PostgreSQL and a cursor can hold. */
export const storableInstant = z
  .date({ error: 'must be a valid Date' })
  .refine(
    (date) => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999,
    'must lie in the years 1 to 9999',
  );

/** A day as `YYYY-MM-DD`; PostgreSQL knows no year 0. */
export const storableDay = z.iso
  .date('must be a day as YYYY-MM-DD')
  .refine((text) => !text.startsWith('0000'), 'must be a day as YYYY-MM-DD');

/** Whether a value is text that can be stored, so that something may be found under it. */
export function isStorable(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}

/** Whether an object has a JSON form, and every text within that can be stored. */
export function isStorableObject(value: object): boolean {
  let storable = true;
  try {
    const json = JSON.stringify(value, (key, inner: unknown) => {
      storable &&= isStorable(key) && (typeof inner !== 'string' || isStorable(inner));
      return inner;
    }) as string | undefined;
    return storable && json?.startsWith('{') === true;
  } catch {
    return false; // It holds itself, or a bigint.
  }
}
