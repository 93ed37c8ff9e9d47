import { z } from 'zod';
import { isDecimalString } from '../model/decimal.js';
import type { DecimalString } from '../model/decimal.js';
import { entryTypes } from '../model/entry-type.js';
import type { EntryColumnDeclaration, EntryKind } from '../model/entry-column.js';
import { entryColumns } from '../model/journal-entry.entity.js';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import {
  isStorableObject,
  storableDay,
  storableInstant,
  storableKey,
  storableText,
} from '../model/storable.js';

type Demanded = 'ts' | 'accountId' | 'type' | 'amount';
type History =
  'deletedAt' | 'editedBy' | 'editReason' | 'originalEntryId' | 'createdAt' | 'updatedAt' | 'recorded';
type Relation = 'user' | 'account' | 'originalEntry';

/**
 * A journal entry to be appended. Decimals are exact strings of up to twelve digits before the
 * point and eight after it. `id` is the client's own id, which makes a repeated call harmless; a
 * UUIDv7 unless given. `day` is for entries without a time of day, whose `ts` is some instant of
 * that day.
 *
 * @example
 * ```ts
 * const entry: NewEntry = { ts: new Date(), accountId: 'acct-1', type: 'fee', amount: '-0.65' };
 * ```
 */
export interface NewEntry
  extends
    Pick<JournalEntry, Demanded>,
    Partial<Omit<JournalEntry, Demanded | History | Relation | 'userId'>> {}

/**
 * An entry with its history, as an import or a restore of a backup brings it. A part of the history
 * that is left out is not compared with what is stored; `recorded` never is.
 */
export interface EntryRecord extends Omit<NewEntry, 'id'>, Partial<Pick<JournalEntry, History>> {
  id: string;
}

/** A decimal that the columns hold exactly. */
export const decimal = z.custom<DecimalString>(
  (value) => typeof value === 'string' && isDecimalString(value),
  'must be a decimal as text, with at most 12 digits before the point and 8 after it',
);
export const notNegative = decimal.refine((value) => !value.startsWith('-'), 'must not be negative');

/** The rules of `meta`. */
export const storableMeta = z
  .record(z.string(), z.unknown(), 'must be an object')
  .refine(
    isStorableObject,
    'has no JSON form, or holds a character that PostgreSQL cannot store (NUL or half of a surrogate pair)',
  );

/** Microseconds since 1970, as text. */
const order = z.string().regex(/^\d{1,18}$/, 'must be a whole number as text, of at most 18 digits');

const rules: Readonly<Record<EntryKind, z.ZodType>> = {
  key: storableKey,
  text: storableText,
  entryType: z.enum(entryTypes, `must be one of ${entryTypes.join(', ')}`),
  amount: decimal,
  quantity: notNegative,
  instant: storableInstant,
  day: storableDay,
  object: storableMeta,
  order,
};

/** Null means a value that is absent, so a column with a default has no null. */
function ruleOf({ kind, isNullable, hasDefault }: EntryColumnDeclaration): z.ZodType {
  if (isNullable) return rules[kind].nullish();
  return hasDefault ? rules[kind].optional() : rules[kind];
}

const rulesOf = (columns: readonly EntryColumnDeclaration[]) =>
  Object.fromEntries(columns.map((column) => [column.property, ruleOf(column)]));

/**
 * The rules of a new entry: those of the table's types and CHECKs, so that what passes here is
 * accepted there.
 */
export const newEntry = z.strictObject({
  ...rulesOf(entryColumns.filter(({ part }) => part === 'content')),
  id: storableKey.optional(),
});

/** The rules of an entry with its history. */
export const entryRecord = z
  .strictObject(rulesOf(entryColumns))
  .refine((record) => record['originalEntryId'] !== record['id'], {
    path: ['originalEntryId'],
    message: 'must name another entry',
  });
