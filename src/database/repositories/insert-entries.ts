import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../entities/journal-entry.entity.js';
import type { EntryConflict } from '../errors/index.js';
import { repeatable } from '../scope/run-unit.js';
import type { UserScope } from '../user-scope.js';
import { insertFailure } from './insert-failure.js';
import type { EntryRecord } from './new-entry.js';

/** What became of entries that were to be inserted, by id. */
export interface InsertOutcome {
  inserted: string[];
  /** Were there already, with the same content. */
  unchanged: string[];
  /** Are there already, with another content; they were left as they are. */
  conflicts: EntryConflict[];
}

/**
 * Inserts those of the entries whose ids the user does not have yet, in one statement, and compares the others with what
 * is there. The entries must be checked already.
 *
 * @throws UnknownAccountError, EntryNotFoundError (of an `originalEntryId`), EntryAlreadyAmendedError, UserNotFoundError;
 *   then nothing was written
 */
export async function insertMissing(
  scope: UserScope,
  entries: readonly EntryRecord[],
): Promise<InsertOutcome> {
  const { userId } = scope;
  const columns = columnsOf(scope.manager);
  try {
    return await scope.transaction(async (unit) => {
      const rows: { id: string }[] = await unit.query(insertStatement(columns), [
        userId,
        asJson(entries, columns),
      ]);
      const inserted = new Set(rows.map(({ id }) => id));
      const present = entries.filter(({ id }) => !inserted.has(id));
      const conflicts: EntryConflict[] =
        present.length === 0
          ? []
          : await unit.query(compareStatement(columns), [userId, asJson(present, columns)]);
      const differing = new Set(conflicts.map(({ id }) => id));
      const unchanged = present.map(({ id }) => id).filter((id) => !differing.has(id));
      return { inserted: [...inserted], unchanged, conflicts };
    }, repeatable);
  } catch (error) {
    throw await insertFailure(error, scope, entries);
  }
}

interface EntryColumn {
  property: string;
  /** Its name, quoted for SQL. */
  name: string;
  databaseName: string;
  /** SQL of the value for an entry that does not give one. */
  fallback: string | undefined;
}

function columnsOf({ connection }: EntityManager): EntryColumn[] {
  return connection
    .getMetadata(JournalEntry)
    .columns.filter(({ propertyName }) => propertyName !== 'userId')
    .map((column) => ({
      property: column.propertyName,
      name: connection.driver.escape(column.databaseName),
      databaseName: column.databaseName,
      fallback: connection.driver.normalizeDefault(column),
    }));
}

// The rows travel as one JSON parameter with decimals as text in it: exact, and one statement for any number of rows.
function asJson(entries: readonly EntryRecord[], columns: readonly EntryColumn[]): string {
  const valueOf = (entry: EntryRecord, { property }: EntryColumn) => entry[property as keyof EntryRecord];
  return JSON.stringify(
    entries.map((entry) =>
      Object.fromEntries(columns.map((column) => [column.databaseName, valueOf(entry, column)])),
    ),
  );
}

const givenRows = `json_array_elements($2::json) AS item, json_populate_record(NULL::journal, item) AS given`;

function givenValue({ name, fallback }: EntryColumn): string {
  return fallback === undefined ? `given.${name}` : `coalesce(given.${name}, ${fallback})`;
}

// In the order of the ids, so that of two calls with the same ids one waits for the other and neither for ever.
function insertStatement(columns: readonly EntryColumn[]): string {
  const names = columns.map(({ name }) => name).join(', ');
  return `INSERT INTO journal (user_id, ${names})
    SELECT $1::uuid, ${columns.map(givenValue).join(', ')} FROM ${givenRows} ORDER BY given.id
    ON CONFLICT (user_id, id) DO NOTHING RETURNING id`;
}

// Its history is an entry's state and not its content: it is compared only where the caller gives it.
const history = new Set(['deletedAt', 'editedBy', 'editReason', 'originalEntryId', 'createdAt', 'updatedAt']);

function compareStatement(columns: readonly EntryColumn[]): string {
  const differences = columns.map((column) => {
    const isGiven = history.has(column.property) ? `item -> '${column.databaseName}' IS NOT NULL AND ` : '';
    const differs = `stored.${column.name} IS DISTINCT FROM ${givenValue(column)}`;
    return `CASE WHEN ${isGiven}${differs} THEN '${column.databaseName}' END`;
  });
  return `SELECT id, columns FROM (
      SELECT given.id, array_remove(ARRAY[${differences.join(', ')}], NULL) AS columns
      FROM ${givenRows} JOIN journal stored ON stored.user_id = $1::uuid AND stored.id = given.id) compared
    WHERE columns <> '{}'`;
}
