import { z } from 'zod';
import { Decimal, toColumnScale } from '../../../model/decimal.js';
import type { DecimalString } from '../../../model/decimal.js';
import type { UnreadableItem } from '../report/local-storage-report.js';

/** A double that a decimal column holds: a price, a fee. */
export const price = z.number().min(0).lt(1e11);

/** A double of the application, in the form of a decimal column. */
export function money(double: number): DecimalString {
  return toColumnScale(new Decimal(double));
}

/** How many characters of a text of the dump a report shows. */
export const longestShown = 100;

/** A text of the dump as a report shows it: its first characters. */
export function shortened(text: string): string {
  return text.slice(0, longestShown);
}

/** @returns undefined for an item that is not as the application writes it, which is reported */
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
