import { QueryFailedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { normalDefinition, standingOf } from './index-standing.js';
import type { Standing } from './index-standing.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';

/** `CREATE INDEX CONCURRENTLY` was asked for where PostgreSQL cannot do it. */
export class ConcurrentlyInTransactionError extends JournalDatabaseError {
  readonly code = 'CONCURRENTLY_IN_TRANSACTION';

  constructor(readonly index: string) {
    super(
      `The index ${index} cannot be made or dropped CONCURRENTLY in a transaction. Give the migration \`transaction = false\`, ` +
        'and run it without `--transaction all`.',
    );
  }
}

/** The name of an index is taken by something else than the index that is wanted. */
export class IndexConflictError extends JournalDatabaseError {
  readonly code = 'INDEX_CONFLICT';

  constructor(
    readonly index: string,
    readonly existing: string,
    readonly wanted: string,
  ) {
    super(
      `The name ${index} is taken by: ${existing}; wanted is: ${wanted}. Give the new index another name, and drop the ` +
        'old one in a later migration.',
    );
  }
}

/** An index to be built while its table stays in use. */
export interface ConcurrentIndex {
  /** Without a schema: an index is always in the schema of its table. */
  name: string;
  table: string;
  /**
   * As SQL, what follows the table in CREATE INDEX: `(user_id, symbol) WHERE deleted_at IS NULL`.
   */
  definition: string;
  unique?: boolean;
}

/**
 * Builds an index with `CREATE INDEX CONCURRENTLY`, from a migration with `transaction = false`. It
 * can be repeated: an index that is there stays, and what an interrupted run has left of one is
 * dropped and built anew.
 *
 * @throws ConcurrentlyInTransactionError
 * @throws IndexConflictError if the name is taken by an index with another definition, or by
 * something else
 * @throws QueryFailedError with code 23505 where a unique index finds duplicates; then nothing is
 * left of it
 */
export async function createIndexConcurrently(
  queryRunner: QueryRunner,
  index: ConcurrentIndex,
): Promise<void> {
  refuseTransaction(queryRunner, index.name);
  const standing = await standingOf(queryRunner, index.name, index.table);
  if (standing.isTaken && !standing.isInvalid) return refuseDifference(queryRunner, index, standing);
  const create =
    `CREATE ${index.unique === true ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${standing.quotedName} ` +
    `ON ${index.table} ${index.definition}`;
  const drop = `DROP INDEX CONCURRENTLY IF EXISTS ${standing.qualifiedName}`;
  await withoutLockTimeout(queryRunner, async () => {
    if (standing.isInvalid) await queryRunner.query(drop);
    try {
      await queryRunner.query(create);
    } catch (error) {
      // Of an index that somebody else has made in the meantime, nothing is dropped.
      if (codeOf(error) !== duplicateTable) await queryRunner.query(drop).catch(() => undefined);
      throw error;
    }
  });
}

/**
 * Drops an index with `DROP INDEX CONCURRENTLY`, from a migration with `transaction = false`; does
 * nothing if there is none.
 *
 * @throws ConcurrentlyInTransactionError
 */
export async function dropIndexConcurrently(
  queryRunner: QueryRunner,
  { name, table }: Pick<ConcurrentIndex, 'name' | 'table'>,
): Promise<void> {
  refuseTransaction(queryRunner, name);
  const { qualifiedName } = await standingOf(queryRunner, name, table);
  await withoutLockTimeout(queryRunner, () =>
    queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${qualifiedName}`),
  );
}

const duplicateTable = '42P07';

function codeOf(error: unknown): unknown {
  return error instanceof QueryFailedError ? (error.driverError as { code?: unknown }).code : undefined;
}

function refuseTransaction(queryRunner: QueryRunner, name: string): void {
  if (queryRunner.isTransactionActive) throw new ConcurrentlyInTransactionError(name);
}

async function refuseDifference(
  queryRunner: QueryRunner,
  index: ConcurrentIndex,
  { existing }: Standing,
): Promise<void> {
  const wanted = await normalDefinition(queryRunner, index);
  if (existing !== wanted)
    throw new IndexConflictError(index.name, existing ?? 'no index of the table', wanted);
}

/**
 * Both statements wait until every transaction has ended that is older than they are, however long
 * that takes, and nobody has to wait for them meanwhile.
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
    // A session that broke has no settings any more.
    await queryRunner.query(set, [row?.before]).catch(() => undefined);
  }
}
