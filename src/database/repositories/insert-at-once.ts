import type { JournalDataSourceOptions } from '../data-source-options.js';
import { JournalEntry } from '../entities/journal-entry.entity.js';
import { oncePerDataSource } from '../once-per-data-source.js';
import { isLoser, isLostConnection } from '../scope/transient-failure.js';
import { TextRow } from '../statements/row.js';
import type { RowFields } from '../statements/row.js';
import { entityRows } from '../statements/row-mapper.js';
import { runStatement } from '../statements/run-statement.js';
import type { UserScope } from '../user-scope.js';
import { constraintOf } from './constraint-violation.js';
import { asPrinted, columnsOf, textOf } from './entry-columns.js';
import type { EntryColumn } from './entry-columns.js';
import type { EntryRecord } from './new-entry.js';

/** Each number of entries is a statement of its own. */
const mostEntries = 10;

/**
 * Inserts a few checked entries that have no history, in a single statement, which is a transaction by itself.
 *
 * @returns the stored entries, in no order; undefined if that cannot be: there are more of them, a unit of work is open, which a
 *   failure would end, or something is there already or missing. Then nothing was written, or all of it and the connection was
 *   lost before that was told: a way that compares with what is there has to go on.
 */
export async function insertAtOnce(
  { manager, userId }: UserScope,
  records: readonly EntryRecord[],
): Promise<JournalEntry[] | undefined> {
  if (manager.queryRunner || records.length === 0 || records.length > mostEntries) return undefined;
  const { given, textFor, readBack } = insertion(manager.connection);
  // In the order of the ids, so that of two calls with the same ids one waits for the other and neither for ever.
  const ordered = records.length === 1 ? records : records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const sent = ordered.map((record) => given.map((column) => textOf(record, column)));
  const values = [userId, ...sent.flat()];
  const text = textFor(records.length);
  try {
    const stored = await runStatement(manager, { text, values, map: ({ fields }) => fields });
    return stored.map((row, index) => readBack(userId, sent[index] ?? [], row));
  } catch (error) {
    if (constraintOf(error) === undefined && !isLoser(error) && !isLostConnection(error)) throw error;
    return undefined;
  }
}

interface Insertion {
  /** The columns that have parameters. */
  given: readonly EntryColumn[];
  textFor: (entries: number) => string;
  /** The entry that was made of what was sent, and of what the server returned. */
  readBack: (userId: string, sent: RowFields, returned: RowFields) => JournalEntry;
}

/** Only what the server adds has to come back from it: the columns whose defaults it makes. */
const insertion = oncePerDataSource((dataSource): Insertion => {
  const columns = columnsOf(dataSource.manager);
  const given = columns.filter(({ isHistory }) => !isHistory);
  const returned = columns.filter(
    ({ fallback, fallbackText }) => fallback !== undefined && fallbackText === undefined,
  );
  const head = `INSERT INTO journal (user_id, ${namesOf(given)}) VALUES`;
  const texts = new Map<number, string>();
  // A mapper of its own, as one that reads rows of two kinds is slower at both.
  const { fastPath } = dataSource.options as JournalDataSourceOptions;
  const { properties, map } = entityRows(dataSource, JournalEntry, fastPath);
  const places = new Map(properties.map((property, place) => [property, place]));
  const placesOf = (some: readonly EntryColumn[]) => some.map(({ property }) => places.get(property) ?? -1);
  const [userPlace = -1, givenPlaces, returnedPlaces] = [
    places.get('userId'),
    placesOf(given),
    placesOf(returned),
  ];

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
    readBack: (userId, sent, row) => {
      const fields = properties.map((): string | null => null);
      fields[userPlace] = userId;
      given.forEach((column, index) => {
        fields[givenPlaces[index] ?? -1] = asPrinted(sent[index] ?? null, column);
      });
      row.forEach((text, index) => {
        fields[returnedPlaces[index] ?? -1] = text;
      });
      return map(new TextRow(fields));
    },
  };
});

function namesOf(columns: readonly EntryColumn[]): string {
  return columns.map(({ name }) => name).join(', ');
}

function parametersOf(columns: number, row: number): string {
  const parameters = Array.from({ length: columns }, (_, index) => `$${row * columns + index + 2}`);
  return `($1, ${parameters.join(', ')})`;
}
