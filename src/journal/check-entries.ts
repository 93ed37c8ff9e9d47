import { isDeepStrictEqual } from 'node:util';
import { InvalidInputError, inputProblems, shown, type InputProblem } from '../model/input-check.js';
import { columnName } from '../model/sql-text.js';
import { entryRecord, newEntry, type EntryRecord, type NewEntry } from './new-entry.js';
import { typeProblems } from './type-rules.js';
import { entryTypes } from '../model/entry-type.js';
import { entryColumns, maxRatio, type EntryColumn, type EntryKind } from '../model/entry-column.js';

/** @throws InvalidInputError with every invalid value */
export function refuseInvalidEntries(entries: readonly NewEntry[]): void {
  refuse(listProblems(entries, 0, true), entries.length > 1);
}

/**
 * @param first the index of the first record in the whole input, for the messages
 * @throws InvalidInputError with every invalid value
 */
export function refuseInvalidRecords(records: readonly EntryRecord[], first = 0): void {
  const isList = first + records.length > 1;
  refuse(listProblems(records, first, false), isList);
  const circular = circularLinks(records);
  const reason = 'is part of a cycle; the first entry of a chain has no originalEntryId';
  const problems = records.flatMap(({ id, originalEntryId }, index) =>
    circular.has(id) ? problem(first + index, id, 'originalEntryId', originalEntryId, reason) : [],
  );
  refuse(problems, isList);
}

/**
 * Refuses an amended entry that breaks a rule which its predecessor obeys. Old journals break rules
 * of new input; such an entry can still be amended.
 *
 * @throws InvalidInputError
 */
export function refuseInvalidSuccessor(successor: NewEntry, predecessor: NewEntry): void {
  const before = typeProblems(predecessor, true);
  const caused = typeProblems(successor, true).filter(
    (problem) => !before.some((earlier) => isDeepStrictEqual(earlier, problem)),
  );
  if (caused.length === 0) return;
  throw new InvalidInputError(
    'change of a journal entry',
    caused.map((problem) => ({ index: 0, id: predecessor.id, ...problem })),
  );
}

/** The problems of a record. */
export function recordProblems(record: EntryRecord): InputProblem[] {
  return entryProblems(record, 0, false);
}

/** @param isNew false for a record, which may have history and an original */
function entryProblems(entry: NewEntry, index: number, isNew: boolean): InputProblem[] {
  const [isPlain, schema] = isNew ? [isPlainEntry, newEntry] : [isPlainRecord, entryRecord];
  const problems = isPlain(entry) ? [] : inputProblems(schema, entry, index);
  // The rules of the type apply only to an entry whose columns are valid.
  if (problems.length > 0) return problems;
  return typeProblems(entry, isNew).map((found) => ({ index, id: entry.id, ...found }));
}

function listProblems(entries: readonly NewEntry[], first: number, isNew: boolean): InputProblem[] {
  const ids = new Set<string>();
  const problems: InputProblem[] = [];
  entries.forEach((entry, index) => {
    problems.push(...entryProblems(entry, first + index, isNew));
    if (typeof entry?.id !== 'string') return;
    if (ids.has(entry.id)) problems.push(problem(first + index, entry.id, 'id', entry.id, 'is given twice'));
    ids.add(entry.id);
  });
  return problems;
}

function problem(index: number, id: string, property: string, value: unknown, reason: string): InputProblem {
  return { index, id, property, column: columnName(property), value: shown(value), reason };
}

function refuse(problems: readonly InputProblem[], isList: boolean): void {
  if (problems.length > 0) throw new InvalidInputError('journal entry', problems, { isList });
}

/**
 * The ids of the records on a cycle of `originalEntryId`. The foreign key requires each original in
 * the table or in the same statement, so a new cycle lies completely within the records of one
 * call.
 */
function circularLinks(records: readonly EntryRecord[]): Set<string> {
  const originals = new Map(records.map(({ id, originalEntryId }) => [id, originalEntryId ?? undefined]));
  const seen = new Set<string>();
  const circular = new Set<string>();
  for (const { id } of records) {
    const path = new Set<string>();
    let next: string | undefined = id;
    while (next !== undefined && !seen.has(next)) {
      seen.add(next);
      path.add(next);
      next = originals.get(next);
    }
    while (next !== undefined && path.has(next) && !circular.has(next)) {
      circular.add(next);
      next = originals.get(next);
    }
  }
  return circular;
}

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
/** More than 0: it has a digit that is not 0. */
const isPositive = isText(/^(?=.*[1-9])\d{1,12}(?:\.\d{1,8})?$/);
const isFraction = isText(/^(?:0(?:\.\d{1,8})?|1)$/);
const isRatio: IsPlain = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxRatio;
/** All days but 29 February, which needs a calendar. */
const isDay = isText(
  /^[1-9]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)$/,
);
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
  positive: isPositive,
  fraction: isFraction,
  ratio: isRatio,
  flag: (value) => typeof value === 'boolean',
  instant: isInstant,
  day: isDay,
  object: isFlat,
  order: isText(/^\d{1,18}$/),
};

function plainValueOf({ kind, isNullable, fallback }: EntryColumn): IsPlain {
  if (isNullable) return orNothing(isOfKind[kind]);
  return fallback !== undefined ? orUndefined(isOfKind[kind]) : isOfKind[kind];
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
  .filter(({ isNullable, fallback, property }) => !isNullable && fallback === undefined && property !== 'id')
  .map(({ property }) => property as keyof NewEntry);

/**
 * Fast check that an entry is certainly valid: texts without NUL and surrogates, short decimals, a
 * flat `meta`. Most entries pass it and skip the rules of `newEntry`, which take several times as
 * long. False: the zod schema must decide.
 */
export function isPlainEntry(entry: NewEntry): boolean {
  return isPlain(entry, entryValues);
}

/** `isPlainEntry` for a record and the rules of `entryRecord`. */
export function isPlainRecord(record: NewEntry & Partial<EntryRecord>): boolean {
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
