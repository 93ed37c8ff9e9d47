import { z } from 'zod';
import { Decimal, toColumnScale } from '../../../model/decimal.js';
import type { DecimalString } from '../../../model/decimal.js';
import type { UnreadableItem } from '../report/local-storage-report.js';

/** A double that fits a decimal column: a price, a fee. */
export const price = z.number().min(0).lt(1e11);

/** A double of the application, in the form of a decimal column. */
export function money(double: number): DecimalString {
  return toColumnScale(new Decimal(double));
}

/** Number of characters of a text of the dump that a report shows. */
export const longestShown = 100;

export function shortened(text: string): string {
  return text.slice(0, longestShown);
}

/** Validates an item. @returns undefined for an invalid item, after adding it to `unreadable` */
export function checkItem<T>(
  schema: z.ZodType<T>,
  given: unknown,
  place: { key: string; item: string },
  unreadable: UnreadableItem[],
): T | undefined {
  const checked = schema.safeParse(given);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  unreadable.push({ ...place, reason: `${path}${issue?.message ?? 'is invalid'}` });
  return undefined;
}
