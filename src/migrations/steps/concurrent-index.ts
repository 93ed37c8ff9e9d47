import type { QueryRunner } from 'typeorm';
import { serverErrorOf } from '../../driver/failures/failures.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';

/**
 * An index was to be created or dropped CONCURRENTLY in a transaction, which PostgreSQL refuses.
 * Nothing was changed.
 *
 * @remedy Set `transaction = false` in the migration.
 */
export class ConcurrentlyInTransactionError extends JournalDatabaseError {
  readonly code = 'CONCURRENTLY_IN_TRANSACTION';

  constructor(readonly index: string) {
    super(
      `The index ${index} cannot be created or dropped CONCURRENTLY in a transaction. Set \`transaction = false\` in the migration, ` +
        'and run it without `--transaction all`.',
    );
  }
}

/**
 * The name of an index is taken by another relation or by an index with another definition. Nothing
 * was changed.
 *
 * @remedy Give the new index another name, and drop the old index in a later migration.
 */
export class IndexConflictError extends JournalDatabaseError {
  readonly code = 'INDEX_CONFLICT';

  constructor(
    readonly index: string,
    readonly existing: string,
    readonly wanted: string,
  ) {
    super(
      `The name ${index} is taken by: ${existing}; expected: ${wanted}. Give the new index another name, and drop the ` +
        'old one in a later migration.',
    );
  }
}

/** An index that is built while its table stays in use. */
export interface ConcurrentIndex {
  /** Without a schema: an index is always in the schema of its table. */
  name: string;
  table: string;
  /** SQL after the table in CREATE INDEX: `(user_id, symbol) WHERE deleted_at IS NULL`. */
  definition: string;
  unique?: boolean;
}

/**
 * Builds an index with `CREATE INDEX CONCURRENTLY`, in a migration with `transaction = false`.
 * Idempotent: keeps an existing index with the same definition; drops and rebuilds an invalid index
 * that an interrupted run has left.
 *
 * ```ts
 * await createIndexConcurrently(queryRunner, {
 *   name: 'idx_trades_symbol',
 *   table: 'trades',
 *   definition: '(user_id, symbol)',
 * });
 * ```
 *
 * @throws ConcurrentlyInTransactionError in a transaction
 * @throws IndexConflictError if the name is taken by another relation or another definition
 * @throws QueryFailedError with code 23505 if a unique index finds duplicates; the index is dropped
 */
export async function createIndexConcurrently(
  queryRunner: QueryRunner,
  index: ConcurrentIndex,
): Promise<void> {
  refuseTransaction(queryRunner, index.name);
  const state = await readIndexState(queryRunner, index.name, index.table);
  if (state.isTaken && !state.isInvalid) return refuseDifference(queryRunner, index, state);
  const create = `${createIndexSql(index)} CONCURRENTLY ${state.quotedName} ON ${index.table} ${index.definition}`;
  const drop = `DROP INDEX CONCURRENTLY IF EXISTS ${state.qualifiedName}`;
  await withoutLockTimeout(queryRunner, async () => {
    if (state.isInvalid) await queryRunner.query(drop);
    try {
      await queryRunner.query(create);
    } catch (error) {
      // Keeps an index that another session has created in the meantime.
      if (serverErrorOf(error)?.code !== duplicateTable)
        await dropInvalid(queryRunner, index, drop).catch(() => undefined);
      throw error;
    }
  });
}

/**
 * Drops an index with `DROP INDEX CONCURRENTLY`, in a migration with `transaction = false`. Does
 * nothing if the index does not exist.
 *
 * @throws ConcurrentlyInTransactionError in a transaction
 */
export async function dropIndexConcurrently(
  queryRunner: QueryRunner,
  { name, table }: Pick<ConcurrentIndex, 'name' | 'table'>,
): Promise<void> {
  refuseTransaction(queryRunner, name);
  const { qualifiedName } = await readIndexState(queryRunner, name, table);
  await withoutLockTimeout(queryRunner, () =>
    queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${qualifiedName}`),
  );
}

function createIndexSql({ unique }: ConcurrentIndex): string {
  return `CREATE ${unique === true ? 'UNIQUE ' : ''}INDEX`;
}

async function dropInvalid(
  queryRunner: QueryRunner,
  { name, table }: ConcurrentIndex,
  drop: string,
): Promise<void> {
  const { isInvalid } = await readIndexState(queryRunner, name, table);
  if (isInvalid) await queryRunner.query(drop);
}

const duplicateTable = '42P07';

function refuseTransaction(queryRunner: QueryRunner, name: string): void {
  if (queryRunner.isTransactionActive) throw new ConcurrentlyInTransactionError(name);
}

async function refuseDifference(
  queryRunner: QueryRunner,
  index: ConcurrentIndex,
  { existing }: IndexState,
): Promise<void> {
  const wanted = await normalDefinition(queryRunner, index);
  if (existing !== wanted)
    throw new IndexConflictError(index.name, existing ?? 'no index of the table', wanted);
}

/**
 * CREATE and DROP INDEX CONCURRENTLY wait for all older transactions of any duration. No session
 * waits for them meanwhile, so a lock timeout protects nothing.
 */
async function withoutLockTimeout(queryRunner: QueryRunner, work: () => Promise<unknown>): Promise<void> {
  const set = `SELECT set_config('lock_timeout', $1, false)`;
  const [row] = (await queryRunner.query(`SELECT current_setting('lock_timeout') AS before`)) as {
    before: string;
  }[];
  await queryRunner.query(set, ['0']);
  try {
    await work();
  } finally {
    // Fails on a broken session, which needs no reset.
    await queryRunner.query(set, [row?.before]).catch(() => undefined);
  }
}

/** State of the name of an index in the schema of its table. */
interface IndexState {
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
async function readIndexState(queryRunner: QueryRunner, name: string, table: string): Promise<IndexState> {
  const [state] = (await queryRunner.query(
    `SELECT quote_ident($1::name) AS "quotedName", format('%I.%I', n.nspname, $1::name) AS "qualifiedName",
       c.oid IS NOT NULL AS "isTaken", coalesce(NOT i.indisvalid, false) AS "isInvalid", ${normal} AS existing
     FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
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
async function normalDefinition(queryRunner: QueryRunner, index: ConcurrentIndex): Promise<string> {
  await queryRunner.startTransaction();
  try {
    await queryRunner.query(`CREATE TABLE wanted_index_of (LIKE ${index.table})`);
    await queryRunner.query(`${createIndexSql(index)} wanted_index ON wanted_index_of ${index.definition}`);
    const [row] = (await queryRunner.query(
      `SELECT ${normal} AS wanted FROM pg_index i WHERE i.indexrelid = 'wanted_index'::regclass`,
    )) as { wanted: string }[];
    return row?.wanted ?? '';
  } finally {
    await queryRunner.rollbackTransaction();
  }
}
