import { z } from 'zod';
import { isDecimalString } from '../entities/decimal.js';
import type { DecimalString } from '../entities/decimal.js';
import { entryTypes } from '../entities/entry-type.js';
import type { EntryType } from '../entities/entry-type.js';
import { isStorableObject, storableDay, storableInstant, storableKey, storableText } from './storable.js';

/** A journal entry to be appended. Decimals are exact strings of up to twelve digits before the point and eight after it. */
export interface NewEntry {
  /** The client's own id, which makes a repeated call harmless; a UUIDv7 unless given. */
  id?: string;
  /** When it happened. */
  ts: Date;
  accountId: string;
  type: EntryType;
  /** Cash: + in, − out. */
  amount: DecimalString;
  symbol?: string | null;
  /** Contracts for option legs, shares for share trades; never negative. */
  qty?: DecimalString | null;
  /** Strike of an option leg, price per share of a share trade. */
  strike?: DecimalString | null;
  /** `YYYY-MM-DD`. */
  expiration?: string | null;
  underlyingPrice?: DecimalString | null;
  notes?: string | null;
  meta?: Record<string, unknown>;
}

/** An entry with its history, as an import or a restore of a backup brings it. Of these six, what is left out is not compared. */
export interface EntryRecord extends NewEntry {
  id: string;
  deletedAt?: Date | null;
  editedBy?: string | null;
  editReason?: string | null;
  originalEntryId?: string | null;
  createdAt?: Date;
  updatedAt?: Date;
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

/** The rules of a new entry: those of the table's types and CHECKs, so that what passes here is accepted there. */
export const newEntry = z.strictObject({
  id: storableKey.optional(),
  ts: storableInstant,
  accountId: storableKey,
  type: z.enum(entryTypes, `must be one of ${entryTypes.join(', ')}`),
  amount: decimal,
  symbol: storableKey.nullish(),
  qty: notNegative.nullish(),
  strike: notNegative.nullish(),
  expiration: storableDay.nullish(),
  underlyingPrice: notNegative.nullish(),
  notes: storableText.nullish(),
  meta: storableMeta.optional(),
});

/** The rules of an entry with its history. */
export const entryRecord = newEntry
  .extend({
    id: storableKey,
    deletedAt: storableInstant.nullish(),
    editedBy: storableText.nullish(),
    editReason: storableText.nullish(),
    originalEntryId: storableKey.nullish(),
    createdAt: storableInstant.optional(),
    updatedAt: storableInstant.optional(),
  })
  .refine((record) => record.originalEntryId !== record.id, {
    path: ['originalEntryId'],
    message: 'must name another entry',
  });
