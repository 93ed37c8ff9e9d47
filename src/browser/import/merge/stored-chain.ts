import type { JournalEntry } from '../../../model/journal-entry.entity.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import { amendmentId } from './apply-local-storage.js';
import { hasSameContent } from './compare-content.js';
import { ContentIndex } from './content-index.js';
import { validate, v5 as uuidv5, version } from 'uuid';

/** A stored entry, or one that the import is about to store. */
export type StoredEntry = Omit<JournalEntry, 'userId' | 'user' | 'account' | 'originalEntry'>;

/** An entry as it will be stored, as far as decisions on its chain depend on it. */
export function toStoredEntry(record: EntryRecord): StoredEntry {
  const now = new Date();
  const history = { deletedAt: null, editReason: null, editedBy: null, createdAt: now, updatedAt: now };
  return { ...history, ...record } as StoredEntry;
}

/** An entry that stands for a row of the file. */
export interface Standing {
  entry: StoredEntry;
  /** Whether the server made it: a restoration there, or an amendment with the row's content. */
  isOfServer: boolean;
  /** Its place in the chain, from 0. */
  place: number;
}

/** An entry of a chain. */
interface Link {
  entry: StoredEntry;
  /**
   * The id of the row that the entry stands for; undefined for an entry that only the server has.
   */
  row: string | undefined;
}

/**
 * A chain of amendments and restorations, oldest first, and for each row of the file the entries
 * that stand for it: the entry of its id, those in which an import restored it or amended it by a
 * dump of localStorage, and those in which the server restored it. All other entries are the
 * server's.
 *
 * A file can put all its rows into one chain. So each method takes a time that does not grow with
 * the chain; `amendmentOf` takes the time of the server's entries that follow.
 */
export class StoredChain {
  readonly #links: Link[] = [];
  readonly #standing = new Map<string, Standing[]>();
  /** How many times an import has restored a row. */
  readonly #restored = new Map<string, number>();
  /** The rows that the next restorations would restore, by the ids of those. */
  readonly #rowOfNext = new Map<string, string>();
  /** The rows by the ids that their amendments by a dump of localStorage would have. */
  readonly #rowOfAmendment = new Map<string, string>();
  /**
   * Rows that `#rowOfNext` still lacks: the ids take long to compute, and most chains have no
   * restoration.
   */
  readonly #unnumbered = new Set<string>();
  readonly #linkOf = new Map<string, Link>();
  /** For each row the entries that `entriesOf` returns. */
  readonly #entriesOf = new Map<string, StoredEntry[]>();
  /** The row of the newest entry that stands for any. */
  #newestRow: string | undefined;
  readonly #rowsByContent = new LinksByContent(this.#links, ({ entry }) => this.isRow(entry.id));
  readonly #serversByContent = new LinksByContent(this.#links, ({ row }) => row === undefined);

  /** @param isRow whether the file has a row of this id */
  constructor(
    entries: readonly StoredEntry[],
    private readonly isRow: (id: string) => boolean,
  ) {
    for (const entry of entries) this.push(entry);
  }

  /** Adds the newest entry. */
  push(entry: StoredEntry): void {
    const restored = isRestorationId(entry.id) ? this.#rowRestoredBy(entry.id) : undefined;
    if (restored !== undefined) this.#restored.set(restored, (this.#restored.get(restored) ?? 0) + 1);
    const asStored = this.isRow(entry.id) ? entry.id : restored;
    const ofFile = asStored ?? this.#rowOfAmendment.get(entry.id);
    // Of several rows with the content of an entry the newest.
    const row = ofFile ?? this.#rowsByContent.newestLike(entry)?.link.entry.id;
    if (row !== undefined) this.#stand(row, entry, ofFile === undefined);
    const link = { entry, row };
    this.#links.push(link);
    this.#linkOf.set(entry.id, link);
    this.#newestRow = row ?? this.#newestRow;
    if (asStored !== undefined) this.#entriesOf.set(asStored, [entry]);
    else if (this.#newestRow !== undefined) this.#entriesOf.get(this.#newestRow)?.push(entry);
  }

  /** Marks an entry of the chain as deleted, and adds the entry that an import amends it to. */
  amend(entry: StoredEntry, deletion: Pick<StoredEntry, 'deletedAt' | 'editReason'>, to: StoredEntry): void {
    Object.assign(entry, deletion);
    const row = this.#linkOf.get(entry.id)?.row;
    if (row !== undefined) this.#rowOfAmendment.set(amendmentId(entry), row);
    this.push(to);
  }

  #stand(row: string, entry: StoredEntry, isOfServer: boolean): void {
    const standing = this.#standing.get(row) ?? [];
    standing.push({ entry, isOfServer, place: this.#links.length });
    this.#standing.set(row, standing);
    if (entry.editReason !== null) this.#rowOfAmendment.set(amendmentId(entry), row);
    this.#unnumbered.add(row);
  }

  #rowRestoredBy(id: string): string | undefined {
    for (const row of this.#unnumbered) this.#rowOfNext.set(this.restorationOf(row), row);
    this.#unnumbered.clear();
    return this.#rowOfNext.get(id);
  }

  /** The id of the next entry in which an import would restore a row. */
  restorationOf(row: string): string {
    return restorationId(row, (this.#restored.get(row) ?? 0) + 1);
  }

  /**
   * The entries that stand for a row, oldest first; none if the content under the row's id differs
   * from that of the row.
   */
  standingFor(row: EntryRecord): readonly Standing[] {
    const standing = this.#standing.get(row.id) ?? [];
    const [first] = standing;
    if (first !== undefined && hasSameContent(row, first.entry)) return standing;
    const amended = this.#serversByContent.newestLike(row);
    if (amended === undefined) return [];
    return [{ entry: amended.link.entry, isOfServer: true, place: amended.place }];
  }

  /** The entry of a row's id. */
  entryOf(id: string): StoredEntry | undefined {
    return this.#standing.get(id)?.[0]?.entry;
  }

  /** The newest entry that stands for the row of an id. */
  newestOf(id: string): Standing | undefined {
    return this.#standing.get(id)?.at(-1);
  }

  /**
   * The live entry, if any, that the server alone knows and that follows an entry by its amendments
   * and restorations.
   */
  amendmentOf({ place }: Standing): StoredEntry | undefined {
    let live: StoredEntry | undefined;
    for (let index = place + 1; index < this.#links.length; index += 1) {
      const link = this.#links[index];
      if (link === undefined || link.row !== undefined) break;
      if (link.entry.deletedAt === null) live = link.entry;
    }
    return live;
  }

  /**
   * The newest entry in which an import stored or restored a row, and the entries that replaced it
   * since, oldest first.
   */
  entriesOf(id: string): readonly StoredEntry[] {
    return this.#entriesOf.get(id) ?? [];
  }

  get last(): StoredEntry | undefined {
    return this.#links.at(-1)?.entry;
  }
}

/**
 * Some of the links of a chain, by the content of their entries. Only a chain that is searched is
 * indexed.
 */
class LinksByContent {
  readonly #index = new ContentIndex();
  #indexed = 0;

  constructor(
    private readonly links: readonly Link[],
    private readonly includes: (link: Link) => boolean,
  ) {}

  newestLike(entry: EntryRecord): { link: Link; place: number } | undefined {
    for (; this.#indexed < this.links.length; this.#indexed += 1) {
      const link = this.links[this.#indexed];
      if (link !== undefined && this.includes(link)) this.#index.add(link.entry, this.#indexed);
    }
    const place = this.#index.newestLike(entry);
    const link = this.links[place];
    return link && { link, place };
  }
}

/** The namespace of the ids of restored entries. */
const namespace = '4f1c8a52-6f0e-5d0b-9a53-0d6a4c0f7f3e';

/**
 * The id of the entry in which the n-th restoration of a row of the browser application is stored,
 * n from 1. It depends on nothing else, so that a repeated import finds the entry.
 */
export function restorationId(id: string, n: number): string {
  return uuidv5(`${n} ${id}`, namespace);
}

/** Whether an id can be one of these. */
function isRestorationId(id: string): boolean {
  return validate(id) && version(id) === 5;
}
