import type { EntryRecord } from '../../../journal/new-entry.js';
import { addTo, groupBy } from '../../../model/group-by.js';
import { browserTypeOf } from '../../format/browser-type.js';

/** The values of a row that the matching uses. */
interface Row {
  id: string;
  /** Place in the file, from 1. */
  row: number;
  /** Milliseconds since 1970: Dates need more memory. */
  createdAt: number;
  deletedAt: number | null;
  mayBeCopy: boolean;
}

/** The links that the file itself has. */
interface FileLinks {
  hasOriginal: (id: string) => boolean;
  hasSuccessor: (id: string) => boolean;
}

/** A row that may be the edited copy of a deleted one. */
interface Pair {
  copy: Row;
  original: Row;
}

/** A deleted row with more possible copies is not matched. */
const maxCopies = 100;

/**
 * Whether an edited copy was created when its original was deleted. The browser application stores
 * `created_at` to the second and `deleted_at` to the millisecond.
 */
export function isWithinOneSecond(createdAt: Date, deletedAt: Date): boolean {
  return Math.abs(+createdAt - +deletedAt) < 1_000;
}

/**
 * Finds rows that the browser application replaced by edited copies. The application does not link
 * them: it marks the original as deleted and immediately inserts the copy, with the same account,
 * symbol and type. A type that the application does not know is compared as the SQLite export
 * writes it.
 *
 * Matches a copy only if its original is certain: either no other pairing is possible, or all
 * candidates are one entry and its edits within a second, in the order of the file.
 */
export class EditMatches {
  readonly #groups = new Map<string, Row[]>();

  /** @param mayBeCopy whether the browser application created the row */
  add(row: number, record: EntryRecord, mayBeCopy: boolean): void {
    const { id, accountId, symbol = null, createdAt, deletedAt = null } = record;
    if (createdAt === undefined || !(mayBeCopy || deletedAt)) return;
    const type = browserTypeOf({ ...record, symbol, amount: Number(record.amount) });
    const key = JSON.stringify([accountId, symbol, type]);
    const times = { createdAt: createdAt.getTime(), deletedAt: deletedAt?.getTime() ?? null };
    addTo(this.#groups, key, { id, row, ...times, mayBeCopy });
  }

  /**
   * Matches the added rows, and removes them.
   *
   * @returns copies with their originals; `ambiguous` are rows that may be copies of several rows
   */
  find({ hasOriginal, hasSuccessor }: FileLinks): { pairs: Pair[]; ambiguous: Row[] } {
    const found: Pair[] = [];
    const ambiguous: Row[] = [];
    for (const group of this.#groups.values()) {
      const copies = group.filter(({ id, mayBeCopy }) => mayBeCopy && !hasOriginal(id));
      const deleted = group.filter(({ id, deletedAt }) => deletedAt !== null && !hasSuccessor(id));
      const { pairs, uncertain } = pairsOf(copies, deleted);
      for (const pair of certainPairs(pairs, uncertain)) found.push(pair);
      for (const row of uncertain) ambiguous.push(row);
    }
    this.#groups.clear();
    return { pairs: found, ambiguous };
  }
}

/** The certain pairs. Adds the copies of all other pairs to `uncertain`. */
function* certainPairs(pairs: readonly Pair[], uncertain: Set<Row>): Iterable<Pair> {
  for (const component of componentsOf(pairs)) {
    const assigned = assign(component, uncertain);
    const withoutNew = component.filter(({ copy }) => !isNew(copy));
    if (assigned !== undefined) {
      yield* assigned;
    } else if (withoutNew.length < component.length) {
      yield* certainPairs(withoutNew, uncertain);
    } else {
      for (const { copy } of component) uncertain.add(copy);
    }
  }
}

/** The browser application gives edited copies a UUID, and new rows an id of this form. */
function isNew({ id }: Row): boolean {
  return id.startsWith('jrnl_');
}

/**
 * The possible pairs among rows of one account, symbol and type. `uncertain`: possible copies of
 * rows that have more than `maxCopies` of them.
 */
function pairsOf(copies: readonly Row[], deleted: readonly Row[]): { pairs: Pair[]; uncertain: Set<Row> } {
  const pairs: Pair[] = [];
  const uncertain = new Set<Row>();
  if (deleted.length === 0) return { pairs, uncertain };
  const byCreation = copies.toSorted((a, b) => a.createdAt - b.createdAt);
  const deletedAt = (row: Row) => row.deletedAt ?? row.createdAt;
  let first = 0;
  let end = 0;
  for (const original of deleted.toSorted((a, b) => deletedAt(a) - deletedAt(b))) {
    const at = deletedAt(original);
    while (first < byCreation.length && (byCreation[first] as Row).createdAt <= at - 1_000) first += 1;
    const before = end;
    while (end < byCreation.length && (byCreation[end] as Row).createdAt < at + 1_000) end += 1;
    if (end - first > maxCopies) {
      const isSeen = uncertain.has(byCreation[Math.max(first, before - 1)] as Row);
      for (const row of byCreation.slice(isSeen ? before : first, end)) uncertain.add(row);
      continue;
    }
    for (const copy of byCreation.slice(first, end))
      if (compareRows(copy, original) > 0) pairs.push({ copy, original });
  }
  return { pairs, uncertain };
}

function compareRows(one: Row, other: Row): number {
  return one.createdAt - other.createdAt || one.row - other.row;
}

/** The connected components of the pairs: pairs that share rows are in one component. */
function* componentsOf(pairs: readonly Pair[]): Iterable<Pair[]> {
  const byCopy = new Map(groupBy(pairs, ({ copy }) => copy.id));
  const byOriginal = new Map(groupBy(pairs, ({ original }) => original.id));
  const seen = new Set<Pair>();
  for (const start of pairs) {
    if (seen.has(start)) continue;
    seen.add(start);
    const component = [start];
    for (const { copy, original } of component) {
      for (const pair of [...(byCopy.get(copy.id) ?? []), ...(byOriginal.get(original.id) ?? [])]) {
        if (seen.has(pair)) continue;
        seen.add(pair);
        component.push(pair);
      }
      byCopy.delete(copy.id);
      byOriginal.delete(original.id);
    }
    yield component;
  }
}

/**
 * Gives each copy its own original. The earliest copy can only have the entry that is no copy
 * itself, and each later one only the copy before it.
 *
 * @returns undefined if a copy is uncertain or has no such original, or if the originals belong to
 *   several entries
 */
function assign(pairs: readonly Pair[], uncertain: ReadonlySet<Row>): Pair[] | undefined {
  if (pairs.some(({ copy }) => uncertain.has(copy))) return undefined;
  const byCopy = new Map<Row, Pair[]>();
  for (const pair of pairs) addTo(byCopy, pair.copy, pair);
  const originals = pairs.map(({ original }) => original);
  const entries = new Set(originals.filter((original) => !byCopy.has(original)));
  if (entries.size > 1) return undefined;
  let [previous] = entries;
  const assigned: Pair[] = [];
  for (const copy of [...byCopy.keys()].sort(compareRows)) {
    const pair = byCopy.get(copy)?.find(({ original }) => original === previous);
    if (pair === undefined) return undefined;
    assigned.push(pair);
    previous = copy;
  }
  return assigned;
}
