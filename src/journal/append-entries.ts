import { v7 as uuidv7 } from 'uuid';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import { CommitOutcomeUnknownError } from '../driver/transaction.errors.js';
import { ConnectionLostError, isConnectionError } from '../driver/connection.errors.js';
import { EntryConflictError } from './entry.errors.js';
import { idempotent } from '../isolation/run-unit.js';
import type { UserScope } from '../isolation/user-scope.js';
import { findEntries } from './find-entries.js';
import { insertAtOnce, shouldFallBack } from './insert-at-once.js';
import { insertMissing, prepareEntries } from './insert-entries.js';
import { nextRecorded } from './recording-order.js';
import type { EntryRecord, NewEntry } from './new-entry.js';

/**
 * Appends checked entries atomically and idempotently. Tries one INSERT first; if that fails, a
 * unit of work inserts the missing entries and compares the others.
 *
 * @returns the result of `answer` for the stored entries, in the order given
 * @throws UnknownAccountError, EntryConflictError, UserNotFoundError; nothing was written
 * @throws CommitOutcomeUnknownError if the connection was lost during COMMIT and the entries could
 * not be read afterwards
 */
export async function appendEntries<T>(
  scope: UserScope,
  records: readonly EntryRecord[],
  answer: (stored: JournalEntry[]) => T,
): Promise<T> {
  const insertedAtOnce = insertAtOnce(scope, records);
  let lost: Error | undefined;
  if (insertedAtOnce !== undefined) {
    try {
      return answer(inOrder(records, await insertedAtOnce));
    } catch (error) {
      if (!shouldFallBack(error)) throw error;
      if (isUnknown(error)) lost = error;
    }
  }
  try {
    return answer(inOrder(records, await insertAndCompare(scope, records)));
  } catch (error) {
    throw lost && isConnectionError(error) ? new CommitOutcomeUnknownError({ cause: lost }) : error;
  }
}

function isUnknown(error: unknown): error is Error {
  if (error instanceof CommitOutcomeUnknownError) return true;
  return error instanceof ConnectionLostError && error.outcome === 'unknown';
}

/** Copies a checked entry, so that the caller can change the original while it is being sent. */
export function asRecord(entry: NewEntry): EntryRecord {
  const { id = uuidv7(), ts, meta } = entry;
  const record = { ...entry, id, ts: new Date(ts), recorded: nextRecorded() };
  return meta === undefined ? record : { ...record, meta: copyOf(meta) };
}

/** Copies an object as PostgreSQL would return it, except for the order of keys. */
function copyOf(object: Record<string, unknown>): Record<string, unknown> {
  return copyOfFlat(object) ?? (JSON.parse(JSON.stringify(object)) as Record<string, unknown>);
}

/** Fast path of `copyOf` for objects with string and boolean values only; else undefined. */
function copyOfFlat(object: Record<string, unknown>): Record<string, unknown> | undefined {
  if (Object.getPrototypeOf(object) !== Object.prototype || 'toJSON' in object) return undefined;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if ((typeof value !== 'string' && typeof value !== 'boolean') || key === '__proto__') return undefined;
    copy[key] = value;
  }
  return copy;
}

function inOrder(records: readonly EntryRecord[], stored: JournalEntry[]): JournalEntry[] {
  if (records.length === 1) return stored;
  const byId = new Map(stored.map((entry) => [entry.id, entry]));
  return records.flatMap(({ id }) => byId.get(id) ?? []);
}

function insertAndCompare(scope: UserScope, records: readonly EntryRecord[]): Promise<JournalEntry[]> {
  return scope.transaction(async (unit) => {
    const { conflicts } = await insertMissing(scope, prepareEntries(scope, records));
    if (conflicts.length > 0) throw new EntryConflictError(conflicts);
    return findEntries(
      unit,
      scope.userId,
      records.map(({ id }) => id),
    );
  }, idempotent);
}
