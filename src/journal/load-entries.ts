import { v7 as uuidv7 } from 'uuid';
import { EntryConflictError } from './entry.errors.js';
import type { UserScope } from '../isolation/user-scope.js';
import { refuseInvalidRecords } from './check-entries.js';
import { insertMissing, prepareEntries } from './insert-entries.js';
import type { PreparedEntries } from './insert-entries.js';
import { nextRecorded } from './recording-order.js';
import type { EntryRecord, NewEntry } from './new-entry.js';

/**
 * Entries to be loaded, with their history or without; those without an id get one, and then a
 * repeated load adds them again.
 */
export type LoadedEntry = NewEntry | EntryRecord;

/** How a load is done. */
export interface LoadOptions {
  /** Told after each batch how many entries were read so far. */
  onProgress?: (entries: number) => void;
}

/** What became of the entries of a load. */
export interface LoadOutcome {
  inserted: number;
  /** Were there already, with the same content. */
  unchanged: number;
}

const batchSize = 2_000;

/**
 * Loads any number of entries in one unit of work, batch by batch, as they come.
 *
 * @throws InvalidInputError, EntryConflictError, UnknownAccountError, EntryNotFoundError (of an
 * `originalEntryId` that is neither there nor came before), EntryAlreadyAmendedError,
 * UserNotFoundError, and what the source throws; then nothing was written
 */
export function loadEntries(
  scope: UserScope,
  entries: Iterable<LoadedEntry> | AsyncIterable<LoadedEntry>,
  { onProgress = () => undefined }: LoadOptions,
): Promise<LoadOutcome> {
  const load = async () => {
    const outcome = { inserted: 0, unchanged: 0 };
    const source = batches(entries);
    try {
      let batch = await nextOf(source);
      let prepared = batch && prepare(scope, batch);
      while (batch && prepared) {
        // Nothing else of this unit is under way while the source is read, which may use it too.
        const next = await nextOf(source);
        let preparedNext: PreparedEntries | undefined;
        const { inserted, unchanged, conflicts } = await insertMissing(scope, prepared, () => {
          preparedNext = next && prepare(scope, next);
        });
        if (conflicts.length > 0) throw new EntryConflictError(conflicts);
        outcome.inserted += inserted.length;
        outcome.unchanged += unchanged.length;
        onProgress(batch.first + batch.records.length);
        [batch, prepared] = [next, preparedNext];
      }
    } finally {
      await source.return();
    }
    return outcome;
  };
  // A source can be read once.
  return scope.transaction(load, { attempts: 1 });
}

/** Entries that come together, and the place of the first of them. */
interface Batch {
  records: EntryRecord[];
  first: number;
}

async function nextOf(source: AsyncGenerator<Batch, void>): Promise<Batch | undefined> {
  return (await source.next()).value ?? undefined;
}

function prepare(scope: UserScope, { records, first }: Batch): PreparedEntries {
  refuseInvalidRecords(records, first);
  return prepareEntries(scope, records);
}

async function* batches(
  entries: Iterable<LoadedEntry> | AsyncIterable<LoadedEntry>,
): AsyncGenerator<Batch, void> {
  let records: EntryRecord[] = [];
  let first = 0;
  for await (const entry of entries) {
    records.push({ recorded: nextRecorded(), ...entry, id: entry.id ?? uuidv7() });
    if (records.length < batchSize) continue;
    yield { records, first };
    first += records.length;
    records = [];
  }
  if (records.length > 0) yield { records, first };
}
