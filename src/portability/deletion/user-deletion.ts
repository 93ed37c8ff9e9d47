import type { EntityManager } from 'typeorm';
import type { CompleteFormat } from '../export/export-format.js';
import type { ExportReport, JournalFileExport } from '../export/journal-export.service.js';

/** Arguments of `UserDeletionService.delete`. */
export interface UserDeletion {
  /** The email of the user. */
  email: string;
  /** Writes a complete export to a file before the deletion. Default: no export. */
  export?: ExportBefore | undefined;
  /** Interrupts the deletion and its export until COMMIT is sent. */
  signal?: AbortSignal | undefined;
}

/** File and format of the export before a deletion. */
export type ExportBefore = Omit<JournalFileExport, 'email' | 'asOf' | 'format' | 'signal'> & {
  format: CompleteFormat;
};

/** The rows of a user in the database. */
export interface UserHoldings {
  userId: string;
  email: string;
  tables: UserTable[];
}

/** Result of a deletion; `tables` are the rows before it. */
export interface DeletionReport extends UserHoldings {
  /** Null without an export. */
  exported: ExportReport | null;
  /** Rows found after COMMIT in `users` and the same tables. */
  left: UserTable[];
}

/**
 * Effect of a user's deletion on a table's rows. `deleted`: ON DELETE CASCADE. `unlinked`: ON
 * DELETE SET NULL or SET DEFAULT. `refused`: the foreign key forbids the deletion. `nothing`: there
 * is no foreign key.
 */
export type Consequence = 'deleted' | 'unlinked' | 'refused' | 'nothing';

/** A table with a column that holds the id of a user. */
export interface UserTable {
  /** Quoted as SQL, with its schema if `search_path` does not contain it. */
  table: string;
  column: string;
  consequence: Consequence;
  /** Number of rows of the user; null without the privilege to read them. */
  rows: number | null;
}

interface FoundTable extends Omit<UserTable, 'rows'> {
  /** The column, quoted as SQL. */
  quoted: string;
  isUuid: boolean;
  isReadable: boolean;
}

/** Every table of the database with a column `user_id` or a foreign key to `users`. */
const findTables = `
  SELECT relation.oid::regclass::text AS "table", attname AS column, quote_ident(attname) AS quoted,
    CASE WHEN confdeltype = 'c' THEN 'deleted' WHEN confdeltype IN ('n', 'd') THEN 'unlinked'
      WHEN confdeltype IN ('a', 'r') THEN 'refused' ELSE 'nothing' END AS consequence,
    atttypid = 'uuid'::regtype AS "isUuid",
    has_schema_privilege(relnamespace, 'USAGE') AND has_column_privilege(relation.oid, attnum, 'SELECT') AS "isReadable"
  FROM pg_class relation
    JOIN pg_namespace namespace ON namespace.oid = relnamespace
    JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_constraint ON contype = 'f' AND conrelid = relation.oid AND confrelid = 'users'::regclass
      AND conkey = ARRAY[attnum]
  WHERE relkind IN ('r', 'p') AND NOT relispartition
    AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
    AND (attname = 'user_id' OR conkey IS NOT NULL)
  ORDER BY 1, 2`;

/** The tables that can hold rows of a user, with row counts. */
export async function userTables(manager: EntityManager, userId: string): Promise<UserTable[]> {
  const found = await manager.query<FoundTable[]>(findTables);
  const tables: UserTable[] = [];
  for (const { quoted, isUuid, isReadable, ...described } of found) {
    // A uuid column is compared without a cast, so that its index is used.
    const belongs = isUuid ? `${quoted} = $1::uuid` : `${quoted}::text = $1`;
    const count = `SELECT count(*)::integer AS rows FROM ${described.table} WHERE ${belongs}`;
    const [row] = isReadable ? await manager.query<{ rows: number }[]>(count, [userId]) : [];
    tables.push({ ...described, rows: row?.rows ?? null });
  }
  return tables;
}
