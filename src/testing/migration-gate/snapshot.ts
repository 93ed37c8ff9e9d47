/** The tables of the catalog, and the locks of this session, at one moment. */
export type Snapshot = ReadonlyMap<string, TableState>;

export interface TableState {
  oid: string;
  schema: string;
  name: string;
  /** The number of the file with the rows, which changes when the table is rewritten. */
  file: string | null;
  columns: string[];
  /** Columns with a validated NOT NULL. */
  notNull: string[];
  /** Columns with a validated CHECK (… IS NOT NULL). */
  checkedNotNull: string[];
  indexes: string[];
  /** Unique indexes, including those of constraints. */
  uniqueIndexes: string[];
  /** Whether a role other than the owner has a privilege on it, or on a column. */
  isGranted: boolean;
  /** Whether this session holds ACCESS EXCLUSIVE. */
  isLocked: boolean;
}

/** Sends a statement as `QueryRunner.query` does. */
export type Send = <T>(sql: string, parameters?: unknown[], useStructuredResult?: boolean) => Promise<T>;

// Without the table in which TypeORM keeps the definitions of views, because no release uses it.
export async function takeSnapshot(send: Send): Promise<Snapshot> {
  const rows = await send<TableState[]>(`
    SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, pg_relation_filenode(c.oid)::text AS file,
      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
      ARRAY(SELECT attname::text FROM pg_attribute a
        WHERE attrelid = c.oid AND attnum > 0 AND attnotnull AND NOT EXISTS (
          SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'n' AND conkey = ARRAY[a.attnum] AND NOT convalidated)
      ) AS "notNull",
      ARRAY(SELECT attname::text FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND EXISTS (
          SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'c' AND convalidated
            AND pg_get_constraintdef(pg_constraint.oid) = format('CHECK ((%I IS NOT NULL))', attname))
      ) AS "checkedNotNull",
      ARRAY(SELECT i.relname::text FROM pg_index JOIN pg_class i ON i.oid = indexrelid WHERE indrelid = c.oid) AS indexes,
      ARRAY(SELECT i.relname::text FROM pg_index JOIN pg_class i ON i.oid = indexrelid
        WHERE indrelid = c.oid AND indisunique) AS "uniqueIndexes",
      EXISTS (SELECT FROM aclexplode(c.relacl) WHERE grantee <> c.relowner)
        OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attacl IS NOT NULL) AS "isGranted",
      EXISTS (SELECT FROM pg_locks WHERE locktype = 'relation' AND relation = c.oid AND pid = pg_backend_pid() AND granted
        AND mode = 'AccessExclusiveLock') AS "isLocked"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
      AND c.relname <> 'typeorm_metadata'`);
  return new Map(rows.map((row) => [row.oid, row]));
}
