import type { EntityManager } from 'typeorm';
import { columnsOf } from './entry-columns.js';
import type { EntryColumn } from './entry-columns.js';
import { nextRecorded } from './append-entries.js';
import type { EntryChanges, Restoration } from './entry-edit.js';

/** A new entry with the content of a deleted one. */
export interface EntryCopy {
  userId: string;
  /** The id of the deleted entry whose content is copied. */
  source: string;
  changes: EntryChanges;
  /** The id of the new entry. */
  id: string;
  /** Stored with the new entry. A restoration sets it; an amendment stores it with `source`. */
  edit?: Restoration;
}

/**
 * Appends the copy on the server: the content is not sent to the client and back, so it stays
 * exact.
 *
 * @param after the id of the predecessor: the last, deleted entry of the chain
 * @returns false if `id` is stored already or `after` has another successor; nothing was written
 */
export async function appendCopy(manager: EntityManager, copy: EntryCopy, after: string): Promise<boolean> {
  const { userId, source, id, edit = {} } = copy;
  const columns = columnsOf(manager);
  const given = {
    ...copy.changes,
    id,
    originalEntryId: after,
    deletedAt: null,
    editedBy: edit.editedBy ?? null,
    editReason: edit.reason ?? null,
    recorded: nextRecorded(),
  };
  const values = [userId, source, after, asJson(given, columns)];
  const rows = await manager.query<unknown[]>(copyStatement(columns), values);
  return rows.length === 1;
}

/**
 * Compares the stored entry `id` with the copy.
 *
 * @returns the columns that differ; undefined if the user has no entry `id`
 */
export async function differencesFromCopy(
  manager: EntityManager,
  { userId, source, changes, id }: EntryCopy,
): Promise<string[] | undefined> {
  const columns = columnsOf(manager).filter(({ property, part }) => property !== 'id' && part === 'content');
  const values = [userId, source, id, asJson(changes, columns)];
  const [row] = await manager.query<{ columns: string[] }[]>(compareStatement(columns), values);
  return row?.columns;
}

function asJson(values: object, columns: readonly EntryColumn[]): string {
  const names = new Map(columns.map(({ property, databaseName }) => [property, databaseName]));
  return JSON.stringify(
    Object.fromEntries(Object.entries(values).map(([property, value]) => [names.get(property), value])),
  );
}

// Columns that the JSON omits keep the value of `source`. JSON.stringify omits undefined values.
const wanted = `json_populate_record(source, $4::json) wanted`;

// Not earlier than the predecessors' deletion: see mark-deleted.ts.
const instant = 'greatest(now(), source.deleted_at, previous.deleted_at)';

function copyStatement(columns: readonly EntryColumn[]): string {
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns.map(({ property, name }) =>
    property === 'createdAt' || property === 'updatedAt' ? instant : `wanted.${name}`,
  );
  return `INSERT INTO journal (user_id, ${names})
    SELECT source.user_id, ${values.join(', ')}
    FROM journal source JOIN journal previous ON previous.user_id = source.user_id AND previous.id = $3
      CROSS JOIN LATERAL ${wanted}
    WHERE source.user_id = $1 AND source.id = $2
    ON CONFLICT DO NOTHING RETURNING id`;
}

function compareStatement(columns: readonly EntryColumn[]): string {
  const differences = columns.map(
    ({ name, databaseName }) =>
      `CASE WHEN stored.${name} IS DISTINCT FROM wanted.${name} THEN '${databaseName}' END`,
  );
  return `SELECT array_remove(ARRAY[${differences.join(', ')}], NULL) AS columns
    FROM journal source JOIN journal stored ON stored.user_id = source.user_id AND stored.id = $3
      CROSS JOIN LATERAL ${wanted}
    WHERE source.user_id = $1 AND source.id = $2`;
}
