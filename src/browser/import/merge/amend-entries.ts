import { EntryAlreadyAmendedError } from '../../../journal/entry.errors.js';
import type { EntryChanges } from '../../../journal/entry-edit.js';
import type { ImportedJournal } from '../../../journal/imported-journal.js';
import type { PastRemoval } from '../../../journal/mark-deleted.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import { ImportBusyError } from './import-busy.error.js';
import { contentColumns } from './compare-content.js';
import { StoredChain, amendmentId, toStoredEntry } from './stored-chain.js';
import type { StoredEntry } from './stored-chain.js';

/** Number of entries that one statement loads, marks or appends. */
const batchSize = 250;

/** The journal of the user in scope, and the rows of the imported file. */
export interface Target {
  journal: ImportedJournal;
  /** Whether the file has a valid row with this id. */
  isRow: (id: string) => boolean;
  /** Whether the row with this id conflicts with a stored entry, and was left out. */
  isLeftOut: (id: string) => boolean;
}

/** An amendment of the entry that is stored for a row of the file. */
export interface Edit {
  /** The id of the row. */
  id: string;
  /** The edit reason of the amendment. */
  reason: string;
  /** When the edit was made in the browser, in ISO 8601. */
  at: string;
  /**
   * Decides how the live entry changes.
   *
   * @param entries the entry in which the row was last stored or restored, and its successors
   */
  decide: (live: StoredEntry, entries: readonly StoredEntry[]) => Amendment;
}

/** The decision on an entry. `reason`: why it is not amended. */
export type Amendment = { changes: EntryChanges } | { unchanged: true } | { reason: string };

/**
 * Amends the live entries that are stored for rows of the file. Loads each chain once, because a
 * file can put all its rows into one chain.
 *
 * @returns the amendment of each edit
 * @throws ImportBusyError if another session changed an entry concurrently
 */
export async function amendEntries(edits: readonly Edit[], target: Target): Promise<Amendment[]> {
  return new Amender(edits, target).amendAll();
}

/** An edit, its place in the list, and the chain of its row. */
interface LoadedEdit {
  edit: Edit;
  place: number;
  chain: StoredChain;
}

class Amender {
  readonly #amendments: Amendment[] = [];
  /** Places of the edits whose chains are not loaded yet, by row id. */
  readonly #waiting = new Map<string, number[]>();
  #removals: PastRemoval[] = [];
  #successors: EntryRecord[] = [];

  constructor(
    private readonly edits: readonly Edit[],
    private readonly target: Target,
  ) {}

  async amendAll(): Promise<Amendment[]> {
    for (const [place, { id }] of this.edits.entries()) {
      this.#amendments[place] = { reason: 'the entry was not imported' };
      if (this.target.isLeftOut(id)) this.#amendments[place] = { reason: 'the row was left out' };
      else this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), place]);
    }
    while (this.#waiting.size > 0) {
      const loaded = await this.#load();
      for (let first = 0; first < loaded.length; first += batchSize) {
        const batch = loaded.slice(first, first + batchSize);
        const taken = await this.#takenIds(batch);
        for (const { edit, place, chain } of batch) this.#amendments[place] = this.#amend(edit, chain, taken);
        await this.#store();
      }
    }
    return this.#amendments;
  }

  /** Loads the chains of some rows, and returns all edits of these chains in their order. */
  async #load(): Promise<LoadedEdit[]> {
    const ids = firstKeys(this.#waiting, batchSize);
    const loaded: LoadedEdit[] = [];
    for (const entries of await this.target.journal.chains(ids)) {
      const chain = new StoredChain(entries, this.target.isRow);
      for (const { id } of entries) {
        for (const place of this.#waiting.get(id) ?? []) {
          const edit = this.edits[place];
          if (edit !== undefined) loaded.push({ edit, place, chain });
        }
        this.#waiting.delete(id);
      }
    }
    for (const id of ids) this.#waiting.delete(id);
    return loaded.sort((one, other) => one.place - other.place);
  }

  /** The ids of amendments that are already in use: a malicious file can contain rows with them. */
  async #takenIds(batch: readonly LoadedEdit[]): Promise<ReadonlySet<string>> {
    const ids = batch.flatMap(({ edit: { id, reason }, chain }) => {
      const live = liveOf(chain.entriesOf(id));
      return live === undefined ? [] : [amendmentId({ id: live.id, editReason: reason })];
    });
    return this.target.journal.storedIds(ids);
  }

  #amend({ id, reason, at, decide }: Edit, chain: StoredChain, taken: ReadonlySet<string>): Amendment {
    const entries = chain.entriesOf(id);
    if (entries.length === 0) return { reason: 'the entry was not imported' };
    const live = liveOf(entries);
    if (live === undefined) return { reason: 'the entry was removed on the server' };
    const amendment = decide(live, entries);
    if (!('changes' in amendment)) return amendment;
    const successorId = amendmentId({ id: live.id, editReason: reason });
    if (taken.has(successorId)) return { reason: `another entry is stored under the id ${successorId}` };
    const edited = Math.min(Date.parse(at), Date.now());
    const deletedAt = new Date(Math.max(edited, live.createdAt.getTime()));
    const successor = {
      ...contentOf(live),
      ...amendment.changes,
      id: successorId,
      originalEntryId: (chain.last ?? live).id,
      // Keeps the recording order, because the browser application made no new row.
      recorded: live.recorded,
      createdAt: deletedAt,
    };
    this.#removals.push({ id: live.id, deletedAt, editReason: reason, editedBy: null });
    this.#successors.push(successor);
    chain.amend(live, { deletedAt, editReason: reason }, toStoredEntry(successor));
    return amendment;
  }

  /** Marks the amended entries as deleted at the instants of the edits, and appends successors. */
  async #store(): Promise<void> {
    const [removals, successors] = [this.#removals, this.#successors];
    [this.#removals, this.#successors] = [[], []];
    if (removals.length === 0) return;
    const { journal } = this.target;
    const marked = await journal.removeInPast(removals);
    if (marked.length < removals.length) throw new ImportBusyError();
    const { inserted } = await journal.appendMissing(successors).catch((error: unknown) => {
      throw error instanceof EntryAlreadyAmendedError ? new ImportBusyError({ cause: error }) : error;
    });
    // Never leaves a marked entry without its successor.
    if (inserted.length < successors.length) throw new ImportBusyError();
  }
}

function liveOf(entries: readonly StoredEntry[]): StoredEntry | undefined {
  return entries.findLast(({ deletedAt }) => deletedAt === null);
}

function contentOf(entry: StoredEntry): EntryRecord {
  const content = contentColumns.map(({ property }) => [property, entry[property as keyof StoredEntry]]);
  return Object.fromEntries(content) as EntryRecord;
}

function firstKeys<T>(map: ReadonlyMap<T, unknown>, count: number): T[] {
  const keys: T[] = [];
  for (const key of map.keys()) {
    if (keys.length === count) break;
    keys.push(key);
  }
  return keys;
}
