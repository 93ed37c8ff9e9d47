import { v7 as uuidv7 } from 'uuid';
import { EntryConflictError } from './entry.errors.js';
import type { UserScope } from '../isolation/user-scope.js';
import { isObject } from '../model/input-check.js';
import { refuseInvalidRecords } from './check-entries.js';
import { insertMissing, encodeEntries } from './insert-entries.js';
import type { EntryRecord, NewEntry } from './new-entry.js';
import { prepareAhead } from './prepare-ahead.js';

/**
 * An entry to load, with or without history. Without an id it gets a new one, so loading it again
 * stores it twice.
 */
export type LoadedEntry = NewEntry | EntryRecord;

/** Options of `journal.load`. */
export interface LoadOptions {
  /** Called after each batch with the number of entries read so far. */
  onProgress?: (entries: number) => void;
}

/** Numbers of entries of a load, by outcome. */
export interface LoadOutcome {
  inserted: number;
  /** Stored before, with the same content. */
  unchanged: number;
}

const batchSize = 2_000;

/** Loads entries batch by batch in one unit of work. For errors see `JournalRepository.load`. */
export function loadEntries(
  scope: UserScope,
  entries: Iterable<LoadedEntry> | AsyncIterable<LoadedEntry>,
  { onProgress = () => undefined }: LoadOptions,
): Promise<LoadOutcome> {
  const load = async () => {
    const outcome = { inserted: 0, unchanged: 0 };
    const prepare = ({ records, first }: Batch) => {
      refuseInvalidRecords(records, first);
      return { done: first + records.length, values: encodeEntries(scope, records) };
    };
    await prepareAhead(batches(entries), prepare, async ({ done, values }, prepareNext) => {
      const { inserted, unchanged, conflicts } = await insertMissing(scope, values, prepareNext);
      if (conflicts.length > 0) throw new EntryConflictError(conflicts);
      outcome.inserted += inserted.length;
      outcome.unchanged += unchanged.length;
      onProgress(done);
    });
    return outcome;
  };
  // One attempt: the source can be read only once.
  return scope.transaction(load, { attempts: 1 });
}

interface Batch {
  records: EntryRecord[];
  /** The index of the first record in the whole source. */
  first: number;
}

async function* batches(
  entries: Iterable<LoadedEntry> | AsyncIterable<LoadedEntry>,
): AsyncGenerator<Batch, void> {
  let records: EntryRecord[] = [];
  let first = 0;
  for await (const entry of entries) {
    records.push(withId(entry));
    if (records.length < batchSize) continue;
    yield { records, first };
    first += records.length;
    records = [];
  }
  if (records.length > 0) yield { records, first };
}

/** Adds a missing id. Returns a value that is not an object unchanged: its check reports it. */
function withId(entry: LoadedEntry): EntryRecord {
  return isObject(entry) ? { ...entry, id: entry.id ?? uuidv7() } : entry;
}
