import type { EntityManager } from 'typeorm';
import { columnsOf } from './entry-columns.js';
import type { EntryColumn } from './entry-columns.js';
import { nextRecorded } from './recording-order.js';
import type { EntryChanges, Restoration } from './entry-edit.js';

/** A new entry with the content of another one. */
export interface EntryCopy {
  userId: string;
  /** The deleted entry whose content is taken. */
  source: string;
  changes: EntryChanges;
  /** The id of the new entry. */
  id: string;
  /** The deleted entry that it follows: the last one of the chain. */
  after: string;
  /** Why it is there, and by whom, where that is kept with the new entry. */
  edit?: Restoration;
}

/**
 * Appends the copy, whose content never leaves the server, so that nothing is lost on the way.
 *
 * @returns false if its id stands for an entry already, or if another one follows `after` already;
 * then nothing was written
 */
export async function appendCopy(manager: EntityManager, copy: EntryCopy): Promise<boolean> {
  const { userId, source, id, after, edit = {} } = copy;
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
 * The columns in which an entry differs from what such a copy would hold; none if the content is
 * the same.
 *
 * @returns undefined if the user has no entry under the copy's id
 */
export async function differencesFromCopy(
  manager: EntityManager,
  { userId, source, changes, id }: Omit<EntryCopy, 'after'>,
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

// What the JSON does not name is taken from the row of `source`, undefined values being not named.
const wanted = `json_populate_record(source, $4::json) wanted`;

// Not before the entries were deleted that it follows: see mark-deleted.ts.
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
