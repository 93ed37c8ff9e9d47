import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { CommitOutcomeUnknownError } from '../driver/failures/transaction.errors.js';
import { ConnectionLostError } from '../driver/failures/connection.errors.js';
import { EntryConflictError } from './entry.errors.js';
import { idempotent } from '../isolation/run-unit.js';
import type { UserScope } from '../isolation/user-scope.js';
import { findEntries } from './find-entries.js';
import { insertMissing, encodeEntries } from './insert-entries.js';
import type { EntryRecord, NewEntry } from './new-entry.js';
import { entryColumns, type EntryColumn } from '../model/entry-column.js';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { oncePerDataSource, driverOf, runStatement } from '../driver/statements/run-statement.js';
import { isSerializationFailure, constraintOf, leavesOutcomeUnknown } from '../driver/failures/failures.js';
import { DecodedRow, type Row, type RowFields } from '../driver/contract/row.js';
import { entityRows } from '../driver/statements/entity-rows.js';
import { asPrinted, namesOf, nextRecorded, textOf } from './entry-columns.js';
import { typedColumns } from './type-rules.js';

/**
 * Appends checked entries atomically and idempotently. Tries one INSERT first; if that fails, a
 * unit of work inserts the missing entries and compares the others.
 *
 * @returns the stored entries, in the order given
 * @throws UnknownAccountError, EntryConflictError, UserNotFoundError; nothing was written
 * @throws CommitOutcomeUnknownError if the connection was lost during COMMIT and the entries could
 * not be read afterwards
 */
export async function appendEntries(
  scope: UserScope,
  records: readonly EntryRecord[],
): Promise<JournalEntry[]> {
  const inserting = insertInOneStatement(scope, records);
  let lost: Error | undefined;
  if (inserting !== undefined) {
    try {
      return inOrder(records, await inserting);
    } catch (error) {
      if (!shouldFallBack(error)) throw error;
      if (isUnknown(error)) lost = error;
    }
  }
  try {
    return inOrder(records, await insertAndCompare(scope, records));
  } catch (error) {
    throw lost && leavesOutcomeUnknown(error) ? new CommitOutcomeUnknownError({ cause: lost }) : error;
  }
}

function isUnknown(error: unknown): error is Error {
  if (error instanceof CommitOutcomeUnknownError) return true;
  return error instanceof ConnectionLostError && error.outcome === 'unknown';
}

/** Copies a checked entry, so that the caller can change the original while it is being sent. */
export function asRecord(entry: NewEntry): EntryRecord {
  const { id = uuidv7(), ts, meta = {} } = entry;
  return { ...entry, id, ts: new Date(ts), meta: copyOf(meta), recorded: nextRecorded() };
}

/** Copies checked content, so that the caller can change the original while it is being sent. */
export function copyOfContent(content: Partial<NewEntry>): Partial<NewEntry> {
  const { ts, meta } = content;
  return { ...content, ...(ts && { ts: new Date(ts) }), ...(meta && { meta: copyOf(meta) }) };
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
  return scope.transaction(async () => {
    const { conflicts } = await insertMissing(scope, encodeEntries(scope, records));
    if (conflicts.length > 0) throw new EntryConflictError(conflicts);
    const ids = records.map(({ id }) => id);
    return findEntries(scope, ids);
  }, idempotent);
}

/** The limit bounds the number of prepared statements: each number of entries has two texts. */
const maxEntries = 10;

/**
 * Inserts a few checked entries without history by one statement, which is its own transaction. If
 * it fails, `shouldFallBack` decides whether to compare with the stored entries.
 *
 * @returns the stored entries in any order; undefined when not applicable: more than 10 entries, or
 * an open unit of work, which a failed statement would abort
 */
function insertInOneStatement(
  { manager, userId, hasUnit }: UserScope,
  records: readonly EntryRecord[],
): Promise<JournalEntry[]> | undefined {
  if (hasUnit || records.length === 0 || records.length > maxEntries) return undefined;
  const { withoutTyped, complete } = insertions(manager.dataSource);
  const { given, textFor, readBack } = records.every(isWithoutTyped) ? withoutTyped : complete;
  // Insert in id order to avoid deadlocks.
  const ordered = records.length === 1 ? records : records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const values: (string | null)[] = [userId];
  for (const record of ordered) for (const column of given) values.push(textOf(record, column));
  let stored = 0;
  const map = (returned: Row) => {
    const record = ordered[stored] as EntryRecord;
    const sent = values.slice(1 + stored * given.length, 1 + (stored + 1) * given.length);
    stored += 1;
    return readBack({ userId, record, sent, returned });
  };
  return runStatement(manager, { text: textFor(records.length), values, map });
}

/**
 * Whether `insertInOneStatement` failed by a constraint, a serialization failure or a lost
 * connection: all entries are stored or none, so the caller compares them with the stored entries.
 * False for a call without a writable connection: it would wait for a connection a second time.
 */
function shouldFallBack(error: unknown): boolean {
  if (error instanceof CommitOutcomeUnknownError || error instanceof ConnectionLostError) return true;
  return constraintOf(error) !== undefined || isSerializationFailure(error);
}

/** A loop: two nested callbacks took V8 several times as long. */
function isWithoutTyped(record: EntryRecord): boolean {
  for (const column of typedColumns) if (record[column] != null) return false;
  return true;
}

interface Insertion {
  /** The columns that have parameters. */
  given: readonly EntryColumn[];
  textFor: (entries: number) => string;
  /** Builds the stored entry from the sent and the returned values. */
  readBack: (appended: Appended) => JournalEntry;
}

interface Appended {
  userId: string;
  /** Not shared with the caller, so its Date and `meta` can be handed out. */
  record: EntryRecord;
  /** The texts of the columns that have parameters. */
  sent: RowFields;
  returned: Row;
}

/** `withoutTyped` leaves out the columns that only some types use: few entries use them. */
const insertions = oncePerDataSource((dataSource) => {
  const given = entryColumns.filter(({ part }) => part !== 'history');
  const others = given.filter(({ property }) => typedColumns.every((column) => column !== property));
  return { withoutTyped: insertionOf(dataSource, others), complete: insertionOf(dataSource, given) };
});

/** RETURNING lists only the columns whose defaults the server computes. */
function insertionOf(dataSource: DataSource, given: readonly EntryColumn[]): Insertion {
  const returned = entryColumns.filter(({ part, fallback }) => part === 'history' && fallback !== undefined);
  const head = `INSERT INTO journal (user_id, ${namesOf(given)}) VALUES`;
  const texts = new Map<number, string>();
  // A separate mapper: one that reads two classes of rows becomes polymorphic in V8, and slower.
  const { properties, map } = entityRows(dataSource, JournalEntry, driverOf(dataSource).isFast);
  const sources = properties.map((property): Source => {
    const isOfProperty = (column: EntryColumn) => column.property === property;
    const sentAt = given.findIndex(isOfProperty);
    if (sentAt >= 0) return { column: given[sentAt], place: sentAt };
    return { place: property === 'userId' ? userPlace : returned.findIndex(isOfProperty) };
  });

  return {
    given,
    textFor: (entries) => {
      const known = texts.get(entries);
      if (known !== undefined) return known;
      const rows = Array.from({ length: entries }, (_, row) => parametersOf(given.length, row));
      const text = `${head} ${rows.join(', ')} RETURNING ${namesOf(returned)}`;
      texts.set(entries, text);
      return text;
    },
    readBack: (appended) => map(new AppendedRow(sources, appended)),
  };
}

/**
 * The source of a property: the value sent for `column`, or the returned field number `place`.
 */
interface Source {
  column?: EntryColumn | undefined;
  place: number;
}

/** The place of `userId`, which the scope supplies. A missing column has -1. */
const userPlace = -2;

/** A stored row, assembled from the sent values and the fields of RETURNING. */
class AppendedRow extends DecodedRow {
  constructor(
    private readonly sources: readonly Source[],
    private readonly appended: Appended,
  ) {
    super();
  }

  get fields(): RowFields {
    return this.sources.map((_, index) => this.text(index));
  }

  text(index: number): string | null {
    const { column, place } = this.sources[index] as Source;
    if (column) return asPrinted(this.appended.sent[place] ?? null, column);
    if (place >= 0) return this.appended.returned.text(place);
    return place === userPlace ? this.appended.userId : null;
  }

  instant(index: number): Date | null {
    const { column, place } = this.sources[index] as Source;
    if (column) return this.appended.record[column.property as 'ts'];
    return place >= 0 ? this.appended.returned.instant(place) : null;
  }

  override json(index: number): unknown {
    const { column } = this.sources[index] as Source;
    return column ? this.appended.record[column.property as 'meta'] : super.json(index);
  }
}

function parametersOf(columns: number, row: number): string {
  const parameters = Array.from({ length: columns }, (_, index) => `$${row * columns + index + 2}`);
  return `($1, ${parameters.join(', ')})`;
}
