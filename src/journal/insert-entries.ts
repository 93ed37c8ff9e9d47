import { setImmediate as nextTurn } from 'node:timers/promises';
import { Any, type EntityManager } from 'typeorm';
import { EntryAlreadyAmendedError, EntryNotFoundError, UnknownAccountError } from './entry.errors.js';
import type { EntryConflict } from './entry.errors.js';
import { idempotent } from '../isolation/run-unit.js';
import type { UserScope } from '../isolation/user-scope.js';
import type { Row } from '../driver/contract/row.js';
import { readRows, runStatement } from '../driver/statements/run-statement.js';
import { namesOf, nextRecorded, textOf } from './entry-columns.js';
import { arrayLiteral } from './entry-selection.js';
import type { EntryRecord } from './new-entry.js';
import { Account } from '../model/account.entity.js';
import { entryColumns, type EntryColumn } from '../model/entry-column.js';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { UserNotFoundError } from '../users/user.errors.js';
import { constraintOf } from '../driver/failures/failures.js';

/** The ids of the given entries, by outcome. */
export interface InsertOutcome {
  inserted: string[];
  /** Stored before, with the same content. */
  unchanged: string[];
  /** Stored before, with other content. They were not changed. */
  conflicts: EntryConflict[];
}

interface ComparedEntry {
  id: string;
  /** The columns that differ from the given entry; none for the same content. */
  columns: readonly string[];
}

/** Entries with the encoded parameter values of their INSERT. */
export interface EncodedEntries {
  entries: readonly EntryRecord[];
  values: (string | null)[];
}

/** Encodes checked entries. */
export function encodeEntries({ userId }: UserScope, entries: readonly EntryRecord[]): EncodedEntries {
  return { entries, values: [userId, ...asArrays(entries)] };
}

/**
 * Inserts the entries whose ids are not stored yet, by one statement, and compares the others with
 * the stored ones. Calls `meanwhile` while the server inserts.
 *
 * @throws UnknownAccountError, EntryNotFoundError (for an `originalEntryId`),
 * EntryAlreadyAmendedError, UserNotFoundError; nothing was written
 */
export async function insertMissing(
  scope: UserScope,
  { entries, values }: EncodedEntries,
  meanwhile?: () => void,
): Promise<InsertOutcome> {
  try {
    return await scope.transaction(async (unit) => {
      const map = (row: Row) => row.text(0) as string;
      const inserting = runStatement(unit, { text: insertStatement, values, map });
      if (meanwhile) await afterSending(inserting, meanwhile);
      const inserted = new Set(await inserting);
      const left = entries.filter(({ id }) => !inserted.has(id));
      const stored = left.length === 0 ? [] : await compare(unit, { entries, values });
      refuseSecondSuccessors(left, stored);
      const conflicts = stored.filter((entry) => entry.columns.length > 0);
      const differing = new Set(conflicts.map(({ id }) => id));
      const unchanged = left.map(({ id }) => id).filter((id) => !differing.has(id));
      return { inserted: [...inserted], unchanged, conflicts };
    }, idempotent);
  } catch (error) {
    throw await insertFailure(error, scope, entries);
  }
}

/** The stored ones among the given entries, each with the columns that differ. */
function compare(unit: EntityManager, { entries, values }: EncodedEntries): Promise<ComparedEntry[]> {
  const map = (row: Row) => ({ id: row.text(0) as string, columns: row.json(1) as string[] });
  return readRows(unit, { text: differencesStatement, values: [...values, givenHistory(entries)], map });
}

async function afterSending(sent: Promise<unknown>, work: () => void): Promise<void> {
  sent.catch(() => undefined);
  await nextTurn();
  work();
}

/**
 * Entries that ON CONFLICT skipped although their ids are not stored: their originals have another
 * successor.
 */
function refuseSecondSuccessors(left: readonly EntryRecord[], stored: readonly ComparedEntry[]): void {
  const known = new Set(stored.map(({ id }) => id));
  const originals = left.flatMap(({ id, originalEntryId }) => (known.has(id) ? [] : (originalEntryId ?? [])));
  if (originals.length > 0) throw new EntryAlreadyAmendedError([...new Set(originals)]);
}

/**
 * One array literal per column: one statement text for any number of rows, and the fastest one for
 * PostgreSQL to parse. A column with nulls only is NULL instead of an array.
 */
function asArrays(entries: readonly EntryRecord[]): (string | null)[] {
  return entryColumns.map((column) => {
    const texts = entries.map((entry) => {
      // `recorded` may be null, so a default on the server could not tell an omitted value.
      const isOmitted = column.part === 'order' && entry.recorded === undefined;
      return isOmitted ? nextRecorded() : textOf(entry, column);
    });
    return texts.every((text) => text === null) ? null : arrayLiteral(texts);
  });
}

const historyColumns = entryColumns.filter(({ part }) => part === 'history');

/** An array literal with a bit set for each entry. Bit n is set if it has history column n. */
function givenHistory(entries: readonly EntryRecord[]): string {
  const bits = entries.map((entry) =>
    historyColumns.reduce(
      (set, { property }, n) => (entry[property] === undefined ? set : set | (1 << n)),
      0,
    ),
  );
  return `{${bits.join(',')}}`;
}

function givenValue({ name, fallback, part }: EntryColumn): string {
  return fallback === undefined || part === 'order'
    ? `given.${name}`
    : `coalesce(given.${name}, ${fallback})`;
}

// Insert in id order to avoid deadlocks. ON CONFLICT names no index: with only the primary key,
// one of two concurrent calls with the same successor could fail on the unique index of successors
// before it finds the other call's row by id.
const names = namesOf(entryColumns);
const arrays = entryColumns.map(({ sqlType: { type } }, index) => `$${index + 2}::${type}[]`).join(', ');
const insertStatement = `INSERT INTO journal (user_id, ${names})
    SELECT $1::uuid, ${entryColumns.map(givenValue).join(', ')} FROM unnest(${arrays}) AS given(${names}) ORDER BY given.id
    ON CONFLICT DO NOTHING RETURNING id`;

// History columns are compared only if the caller gives them: history is state, not content.
const differences = entryColumns
  .filter(({ part }) => part !== 'order')
  .map((column) => {
    const { name } = column;
    const bit = historyColumns.indexOf(column);
    const isGiven = bit < 0 ? '' : `given.history & ${1 << bit} <> 0 AND `;
    return `CASE WHEN ${isGiven}stored.${name} IS DISTINCT FROM ${givenValue(column)} THEN '${name}' END`;
  });
// LATERAL with LIMIT 1, although there is at most one row: a plan for many entries would otherwise
// scan the whole journal for each chunk of an import.
const differencesStatement = `SELECT given.id, to_json(array_remove(ARRAY[${differences.join(', ')}], NULL))
    FROM unnest(${arrays}, $${entryColumns.length + 2}::int[]) AS given(${names}, history)
      CROSS JOIN LATERAL (SELECT * FROM journal WHERE user_id = $1::uuid AND id = given.id LIMIT 1) AS stored`;

/**
 * Turns a foreign-key violation into an error with the ids at fault; returns other errors as is.
 */
async function insertFailure(
  error: unknown,
  scope: UserScope,
  entries: readonly EntryRecord[],
): Promise<unknown> {
  switch (constraintOf(error)) {
    case 'fk_journal_user':
      return new UserNotFoundError(scope.userId);
    case 'fk_journal_account':
    case 'fk_journal_target_account':
      return new UnknownAccountError(await unknownAccounts(scope, entries));
    case 'fk_journal_original_entry': {
      const missing = await missingOriginals(scope, entries);
      // No original is missing if ON CONFLICT skipped it: it is itself a second successor.
      return missing.length > 0
        ? new EntryNotFoundError(missing)
        : new EntryAlreadyAmendedError(await amendedTwice(scope, entries));
    }
    default:
      return error;
  }
}

async function unknownAccounts({ manager, userId }: UserScope, entries: readonly EntryRecord[]) {
  const named = entries.flatMap(({ accountId, targetAccountId }) => [
    accountId,
    targetAccountId ?? accountId,
  ]);
  const ids = [...new Set(named)];
  return without(ids, await manager.findBy(Account, { userId, id: Any(ids) }));
}

async function missingOriginals({ manager, userId }: UserScope, entries: readonly EntryRecord[]) {
  const named = originalsOf(entries);
  const where = { userId, id: Any(named) };
  const stored = await manager.find(JournalEntry, { where, withDeleted: true });
  return without(named, [...stored, ...entries]);
}

async function amendedTwice({ manager, userId }: UserScope, entries: readonly EntryRecord[]) {
  const where = { userId, originalEntryId: Any(originalsOf(entries)) };
  const stored = await manager.find(JournalEntry, { where, withDeleted: true });
  const successors = new Map<string, Set<string>>();
  for (const { id, originalEntryId } of [...stored, ...entries]) {
    if (originalEntryId == null) continue;
    successors.set(originalEntryId, (successors.get(originalEntryId) ?? new Set()).add(id));
  }
  return [...successors].filter(([, ids]) => ids.size > 1).map(([original]) => original);
}

function originalsOf(entries: readonly EntryRecord[]): string[] {
  return [...new Set(entries.flatMap(({ originalEntryId }) => originalEntryId ?? []))];
}

function without(ids: readonly string[], found: readonly { id: string }[]): string[] {
  const known = new Set(found.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}
