import { entryTypes } from '../model/entry-type.js';
import type { EntryColumnDeclaration, EntryKind } from '../model/entry-column.js';
import { entryColumns } from '../model/journal-entry.entity.js';
import type { EntryRecord, NewEntry } from './new-entry.js';

type IsPlain = (value: unknown) => boolean;

const isText =
  (pattern: RegExp): IsPlain =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const orNothing =
  (isPlain: IsPlain): IsPlain =>
  (value) =>
    value === undefined || value === null || isPlain(value);
const orUndefined =
  (isPlain: IsPlain): IsPlain =>
  (value) =>
    value === undefined || isPlain(value);

const isKey = isText(/^[\x20-\x7e]{1,200}$/);
/** Without NUL and without surrogates: PostgreSQL cannot store half of a surrogate pair. */
const isNote = isText(/^[^\0\ud800-\udfff]{0,1000}$/);
const isAmount = isText(/^-?\d{1,12}(?:\.\d{1,8})?$/);
const isQuantity = isText(/^\d{1,12}(?:\.\d{1,8})?$/);
/** Days up to the 28th exist in every month. */
const isDay = isText(/^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/);
const types: ReadonlySet<unknown> = new Set(entryTypes);

const [firstInstant, lastInstant] = [Date.UTC(1000, 0), Date.UTC(9999, 0)];
const isInstant: IsPlain = (value) => {
  if (!(value instanceof Date)) return false;
  const time = value.getTime();
  return time >= firstInstant && time <= lastInstant;
};

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

const isFlat: IsPlain = (value) => {
  if (!isPlainObject(value)) return false;
  for (const key in value) {
    const inner: unknown = value[key as never];
    const isPlain = typeof inner === 'boolean' || Number.isFinite(inner) || isNote(inner);
    if (!isPlain || !isKey(key)) return false;
  }
  return true;
};

const isOfKind: Readonly<Record<EntryKind, IsPlain>> = {
  key: isKey,
  text: isNote,
  entryType: (value) => types.has(value),
  amount: isAmount,
  quantity: isQuantity,
  instant: isInstant,
  day: isDay,
  object: isFlat,
  order: isText(/^\d{1,18}$/),
};

function plainValueOf({ kind, isNullable, hasDefault }: EntryColumnDeclaration): IsPlain {
  if (isNullable) return orNothing(isOfKind[kind]);
  return hasDefault ? orUndefined(isOfKind[kind]) : isOfKind[kind];
}

type PlainValues = ReadonlyMap<string, IsPlain>;
const recordValues: PlainValues = new Map(
  entryColumns.map((column) => [column.property, plainValueOf(column)]),
);
const entryValues: PlainValues = new Map([
  ...entryColumns
    .filter(({ part }) => part === 'content')
    .map((column) => [column.property, plainValueOf(column)] as const),
  ['id', orUndefined(isKey)],
]);
const required = entryColumns
  .filter(({ isNullable, hasDefault, property }) => !isNullable && !hasDefault && property !== 'id')
  .map(({ property }) => property as keyof NewEntry);

/**
 * Fast check that an entry is certainly valid: texts without NUL and surrogates, short decimals, a
 * flat `meta`. Most entries pass it and skip the rules of `newEntry`, which take several times as
 * long. False means: ask the rules.
 */
export function isPlainEntry(entry: NewEntry): boolean {
  return isPlain(entry, entryValues);
}

/** `isPlainEntry` for a record and the rules of `entryRecord`. */
export function isPlainRecord(record: EntryRecord): boolean {
  return (
    isPlain(record, recordValues) && typeof record.id === 'string' && record.originalEntryId !== record.id
  );
}

function isPlain(entry: NewEntry, values: PlainValues): boolean {
  if (!isPlainObject(entry)) return false;
  for (const property in entry) {
    const isPlainValue = values.get(property);
    if (!isPlainValue?.(entry[property as keyof NewEntry])) return false;
  }
  return required.every((property) => entry[property] !== undefined);
}
