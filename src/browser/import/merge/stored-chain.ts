import { validate, v5 as uuidv5, version } from 'uuid';
import type { JournalEntry } from '../../../model/journal-entry.entity.js';
import { addTo } from '../../../model/group-by.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import { contentColumns } from '../../../journal/entry-columns.js';
import { hasSameContent, valueText } from './compare-content.js';

/** A stored entry, or an entry that the import will store. */
export type StoredEntry = Omit<
  JournalEntry,
  'userId' | 'user' | 'account' | 'targetAccount' | 'originalEntry'
>;

/** The entry that will be stored for a record. Sets only what decisions on the chain need. */
export function toStoredEntry(record: EntryRecord): StoredEntry {
  const now = new Date();
  const history = { deletedAt: null, editReason: null, editedBy: null, createdAt: now, updatedAt: now };
  return { ...history, ...record } as StoredEntry;
}

/** An entry of a chain. */
export interface Link {
  entry: StoredEntry;
  /** The id of the row of the file that the entry represents; undefined if it represents none. */
  row: string | undefined;
  /** Whether the server made the entry: a restoration or an amendment. */
  isOfServer: boolean;
  /** Index in the chain. */
  place: number;
}

/**
 * A chain of amendments and restorations, oldest first. Maps each row of the file to the entries
 * that represent it: the entry with its id, entries in which an import restored it or amended it by
 * a dump of localStorage, and entries in which the server restored it. All other entries belong to
 * the server only.
 *
 * A file can put all its rows into one chain. So each method takes constant time, except
 * `amendmentOf`, whose time grows with the server's entries that follow.
 */
export class StoredChain {
  readonly #links: Link[] = [];
  readonly #rowEntries = new Map<string, Link[]>();
  /** Number of restorations by imports, by row. */
  readonly #restored = new Map<string, number>();
  /** Rows by the ids that their next restorations would have. */
  readonly #rowOfNext = new Map<string, string>();
  /** Rows by the ids that their amendments by a dump of localStorage would have. */
  readonly #rowOfAmendment = new Map<string, string>();
  /** Rows that are not in `#rowOfNext` yet: ids are slow to compute, and restorations are rare. */
  readonly #unnumbered = new Set<string>();
  readonly #linkOf = new Map<string, Link>();
  /** For each row the entries that `entriesOf` returns. */
  readonly #entriesOf = new Map<string, StoredEntry[]>();
  /** The row of the newest entry that represents a row. */
  #newestRow: string | undefined;
  readonly #rowsByContent = new LinksByContent(this.#links, ({ entry }) => this.isRow(entry.id));
  readonly #serversByContent = new LinksByContent(this.#links, ({ row }) => row === undefined);

  /**
   * @param entries at least one
   * @param isRow whether the file has a row with this id
   */
  constructor(
    entries: readonly StoredEntry[],
    private readonly isRow: (id: string) => boolean,
  ) {
    for (const entry of entries) this.push(entry);
  }

  /** Adds the newest entry. */
  push(entry: StoredEntry): void {
    const restored = isDerivedId(entry.id) ? this.#rowRestoredBy(entry.id) : undefined;
    if (restored !== undefined) this.#restored.set(restored, (this.#restored.get(restored) ?? 0) + 1);
    const imported = this.isRow(entry.id) ? entry.id : restored;
    const ofFile = imported ?? this.#rowOfAmendment.get(entry.id);
    // If several rows have the content of the entry, the newest one.
    const row = ofFile ?? this.#rowsByContent.newestLike(entry)?.entry.id;
    const link = { entry, row, isOfServer: ofFile === undefined, place: this.#links.length };
    if (row !== undefined) this.#addRowEntry(row, link);
    this.#links.push(link);
    this.#linkOf.set(entry.id, link);
    this.#newestRow = row ?? this.#newestRow;
    if (imported !== undefined) this.#entriesOf.set(imported, [entry]);
    else if (this.#newestRow !== undefined) this.#entriesOf.get(this.#newestRow)?.push(entry);
  }

  /** Marks an entry of the chain as deleted, and adds the entry that an import amends it to. */
  amend(entry: StoredEntry, deletion: Pick<StoredEntry, 'deletedAt' | 'editReason'>, to: StoredEntry): void {
    Object.assign(entry, deletion);
    const row = this.#linkOf.get(entry.id)?.row;
    if (row !== undefined) this.#rowOfAmendment.set(amendmentId(entry), row);
    this.push(to);
  }

  #addRowEntry(row: string, link: Link): void {
    addTo(this.#rowEntries, row, link);
    if (link.entry.editReason !== null) this.#rowOfAmendment.set(amendmentId(link.entry), row);
    this.#unnumbered.add(row);
  }

  #rowRestoredBy(id: string): string | undefined {
    for (const row of this.#unnumbered) this.#rowOfNext.set(this.restorationOf(row), row);
    this.#unnumbered.clear();
    return this.#rowOfNext.get(id);
  }

  /** The id of the next restoration of a row by an import. */
  restorationOf(row: string): string {
    return restorationId(row, (this.#restored.get(row) ?? 0) + 1);
  }

  /** The entries that represent a row, oldest first; empty if the id has other content. */
  rowEntriesOf(row: EntryRecord): readonly Link[] {
    const rowEntries = this.#rowEntries.get(row.id) ?? [];
    const [first] = rowEntries;
    if (first !== undefined && hasSameContent(row, first.entry)) return rowEntries;
    const amended = this.#serversByContent.newestLike(row);
    return amended === undefined ? [] : [amended];
  }

  /** The entry with a row's id. */
  entryOf(id: string): StoredEntry | undefined {
    return this.#rowEntries.get(id)?.[0]?.entry;
  }

  /**
   * The newest entry that represents the row with an id.
   *
   * @param amended the id of an entry to which the server amended the row's entry, with its content
   */
  newestOf(id: string, amended?: string): Link | undefined {
    return this.#linkOf.get(amended ?? '') ?? this.#rowEntries.get(id)?.at(-1);
  }

  /** The live entry to which the server amended or restored an entry, if there is one. */
  amendmentOf({ place }: Link): StoredEntry | undefined {
    let live: StoredEntry | undefined;
    for (let index = place + 1; index < this.#links.length; index += 1) {
      const link = this.#links[index];
      if (link === undefined || link.row !== undefined) break;
      if (link.entry.deletedAt === null) live = link.entry;
    }
    return live;
  }

  /** The newest entry in which an import stored or restored a row, and its successors. */
  entriesOf(id: string): readonly StoredEntry[] {
    return this.#entriesOf.get(id) ?? [];
  }

  get last(): StoredEntry {
    return (this.#links.at(-1) as Link).entry;
  }
}

/**
 * Finds the newest link with the content of an entry, as `hasSameContent` compares them, in
 * constant time: an imported file can contain very long chains. Each search indexes the links that
 * were added since the last one.
 */
export class LinksByContent {
  /** By day and content. Under the day `any`: the newest link of all days. */
  readonly #newest = new Map<string, Link>();
  #indexed = 0;

  constructor(
    private readonly links: readonly Link[],
    private readonly includes: (link: Link) => boolean,
  ) {}

  newestLike(entry: EntryRecord): Link | undefined {
    for (const link of this.links.slice(this.#indexed).filter(this.includes)) {
      const content = contentKey(link.entry);
      for (const day of [link.entry.day ?? 'none', 'any']) this.#newest.set(`${day} ${content}`, link);
    }
    this.#indexed = this.links.length;
    const content = contentKey(entry);
    // An entry without a day matches every day.
    const days = entry.day == null ? ['any'] : [entry.day, 'none'];
    const found = days.flatMap((day) => this.#newest.get(`${day} ${content}`) ?? []);
    return found.sort((one, other) => other.place - one.place)[0];
  }
}

// UUID namespaces of the ids. Another namespace would let later imports store entries again.
const restorationNamespace = '4f1c8a52-6f0e-5d0b-9a53-0d6a4c0f7f3e';
const amendmentNamespace = '0d3e0b1c-8f43-5b1e-8c55-6a3f7f0b5a11';

/**
 * The id of the entry that stores the n-th restoration of a row, n from 1. Deterministic, so that a
 * repeated import finds the entry.
 */
export function restorationId(id: string, n: number): string {
  return uuidv5(`${n} ${id}`, restorationNamespace);
}

/** Fast first check: restoration and amendment ids are UUIDs of version 5. */
function isDerivedId(id: string): boolean {
  return validate(id) && version(id) === 5;
}

/**
 * The id of the successor when an item of localStorage amends a stored entry. It depends only on
 * the stored entry and the reason, so that later imports recognise their own amendments.
 */
export function amendmentId({ id, editReason }: { id: string; editReason: string | null }): string {
  return uuidv5(`${editReason} ${id}`, amendmentNamespace);
}

/** The content except the day, as text that is equal for equal contents. */
function contentKey(entry: EntryRecord): string {
  const values = contentColumns.flatMap((column) => {
    if (column.property === 'day') return [];
    const text = valueText(entry, column);
    return column.kind === 'object' && text !== null ? inOrder(text) : text;
  });
  return JSON.stringify(values);
}

/** JSON with sorted keys. */
function inOrder(json: string): string {
  return JSON.stringify(JSON.parse(json), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
