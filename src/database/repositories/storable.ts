import { z } from 'zod';

/** Text that PostgreSQL can store: it refuses the character NUL, and a lone surrogate has no UTF-8 form. */
export const storableText = z
  .string({ error: 'must be text' })
  .refine(isStorable, 'holds a character that PostgreSQL cannot store (NUL or half of a surrogate pair)');

/** An id: 1 to 200 characters, chosen by the client. */
export const storableId = storableText
  .min(1, 'must not be empty')
  .refine((id) => [...id].length <= 200, 'must have at most 200 characters');

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Whether every text within a JSON value can be stored. */
export function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorableJson(inner));
}
