import { z } from 'zod';
import { Decimal, isDecimalString, type DecimalString } from '../model/decimal.js';
import { entryTypes } from '../model/entry-type.js';
import { entryColumns, maxRatio, type EntryColumn, type EntryKind } from '../model/entry-column.js';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import {
  isStorableObject,
  storableDay,
  storableInstant,
  storableKey,
  storableText,
} from '../model/storable.js';
import { oneOf } from '../model/input-check.js';

type Demanded = 'ts' | 'accountId' | 'type' | 'amount';
type History =
  'deletedAt' | 'editedBy' | 'editReason' | 'originalEntryId' | 'createdAt' | 'updatedAt' | 'recorded';
type Relation = 'user' | 'account' | 'targetAccount' | 'originalEntry';

/**
 * A journal entry to append.
 *
 * - `amount`: decimal string with at most 12 digits before the point and 8 after it; positive is
 *   money received, negative is money paid
 * - `id`: chosen by the client to make the call idempotent; defaults to a new UUIDv7
 * - `day`: the calendar day (`YYYY-MM-DD`) of an entry without a time of day; `ts` is then any
 *   instant of that day
 *
 * @example
 * const entry: NewEntry = { ts: new Date(), accountId: 'acct-1', type: 'fee', amount: '-0.65' };
 */
export interface NewEntry
  extends
    Pick<JournalEntry, Demanded>,
    Partial<Omit<JournalEntry, Demanded | History | Relation | 'userId'>> {}

/**
 * An entry with its history, from an import or a backup. When it is compared with a stored entry,
 * omitted history columns and `recorded` are ignored.
 */
export interface EntryRecord extends Omit<NewEntry, 'id'>, Partial<Pick<JournalEntry, History>> {
  id: string;
}

/** A decimal that a numeric(20,8) column holds exactly. */
export const decimal = z.custom<DecimalString>(
  (value) => typeof value === 'string' && isDecimalString(value),
  'must be a decimal as text, with at most 12 digits before the point and 8 after it',
);
export const notNegative = decimal.refine((value) => !value.startsWith('-'), 'must not be negative');

export const positive = decimal.refine((value) => new Decimal(value).greaterThan(0), 'must be more than 0');
export const fraction = notNegative.refine(
  (value) => !new Decimal(value).greaterThan(1),
  'must be from 0 to 1, such as 0.25 for a quarter',
);
export const ratio = z
  .int({ error: 'must be a whole number' })
  .min(1, 'must be at least 1')
  .max(maxRatio, `must not be more than ${maxRatio}`);

export const flag = z.boolean('must be true or false');

/** The rules of `meta`. Not `z.record`, which returns a copy without the key `__proto__`. */
export const storableMeta = z
  .custom<Record<string, unknown>>(z.core.util.isPlainObject, 'must be an object')
  .refine(
    isStorableObject,
    'has no JSON form, or holds a character that PostgreSQL cannot store (NUL or half of a surrogate pair)',
  )
  .meta({ type: 'object', additionalProperties: {} });

/** Microseconds since 1970, as text. */
const order = z.string().regex(/^\d{1,18}$/, 'must be a whole number as text, of at most 18 digits');

const rules: Readonly<Record<EntryKind, z.ZodType>> = {
  key: storableKey,
  text: storableText,
  entryType: oneOf(entryTypes),
  amount: decimal,
  quantity: notNegative,
  positive,
  fraction,
  ratio,
  flag,
  instant: storableInstant,
  day: storableDay,
  object: storableMeta,
  order,
};

/** A column with a default does not accept null: `undefined` selects the default. */
function ruleOf({ kind, isNullable, fallback }: EntryColumn): z.ZodType {
  if (isNullable) return rules[kind].nullish();
  return fallback !== undefined ? rules[kind].optional() : rules[kind];
}

const rulesOf = (columns: readonly EntryColumn[]) =>
  Object.fromEntries(columns.map((column) => [column.property, ruleOf(column)]));

/** The rules of a new entry. They match the table's types and CHECK constraints. */
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
