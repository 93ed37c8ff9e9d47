import type { QueryRunner } from 'typeorm';

/** State of the name of an index in the schema of its table. */
export interface IndexState {
  quotedName: string;
  /** With the schema. */
  qualifiedName: string;
  isTaken: boolean;
  /** True for an index of this table whose creation or removal was interrupted. */
  isInvalid: boolean;
  /** The definition as in `normalDefinition`; null if the name is not an index of this table. */
  existing: string | null;
}

// The part of a definition after the names of the index and the table.
const normal = `CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || substring(pg_get_indexdef(i.indexrelid) FROM ' (USING .*)$')`;

/** @throws QueryFailedError with code 42P01 if the table does not exist */
export async function readIndexState(
  queryRunner: QueryRunner,
  name: string,
  table: string,
): Promise<IndexState> {
  const [state] = (await queryRunner.query(
    `SELECT quote_ident($1::name) AS "quotedName", format('%I.%I', t.relnamespace::regnamespace::name, $1::name) AS "qualifiedName",
       c.oid IS NOT NULL AS "isTaken", coalesce(NOT i.indisvalid, false) AS "isInvalid", ${normal} AS existing
     FROM pg_class t
     LEFT JOIN pg_class c ON c.relname = $1::name AND c.relnamespace = t.relnamespace
     LEFT JOIN pg_index i ON i.indexrelid = c.oid AND i.indrelid = t.oid
     WHERE t.oid = $2::regclass`,
    [name, table],
  )) as [IndexState];
  return state;
}

/**
 * The definition as pg_get_indexdef prints it, so that it can be compared with an existing index.
 * Builds the index on an empty copy of the table, and rolls back.
 */
export async function normalDefinition(
  queryRunner: QueryRunner,
  { table, definition, unique }: { table: string; definition: string; unique?: boolean },
): Promise<string> {
  await queryRunner.startTransaction();
  try {
    await queryRunner.query(`CREATE TABLE wanted_index_of (LIKE ${table})`);
    await queryRunner.query(
      `CREATE ${unique === true ? 'UNIQUE ' : ''}INDEX wanted_index ON wanted_index_of ${definition}`,
    );
    const [row] = (await queryRunner.query(
      `SELECT ${normal} AS wanted FROM pg_index i WHERE i.indexrelid = 'wanted_index'::regclass`,
    )) as { wanted: string }[];
    return row?.wanted ?? '';
  } finally {
    await queryRunner.rollbackTransaction();
  }
}
