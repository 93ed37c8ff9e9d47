import type { QueryRunner } from 'typeorm';
import { userRole } from '../../driver/contract/contract.js';
import {
  createOwnPolicySql,
  grantSequenceSql,
  hasUserIdSql,
  serialSequencesSql,
} from '../../isolation/own-policy.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';
import { quoted } from '../../model/sql-text.js';

/**
 * `grantOwnRows` was called for a table without a column `user_id` of the type uuid, so no policy
 * can tell whose rows they are. Nothing was changed.
 *
 * @remedy Add the column, with a foreign key to `users (id)` ON DELETE CASCADE.
 */
export class UserColumnMissingError extends JournalDatabaseError {
  readonly code = 'USER_COLUMN_MISSING';

  constructor(readonly table: string) {
    super(
      `The table ${table} has no column user_id of the type uuid, so no policy can restrict a user to their own rows. Add the ` +
        'column, with a foreign key to users (id) ON DELETE CASCADE. For a table that all users share, write the grant and the policy yourself.',
    );
  }
}

/** A table of the application whose rows belong to users. */
export interface OwnRows {
  /** In SQL: `alerts`, `app.alerts`, `"Alerts"`. */
  table: string;
  /** What users may do with their own rows. By default all four. */
  commands?: readonly ('SELECT' | 'INSERT' | 'UPDATE' | 'DELETE')[];
}

/**
 * Lets each user reach their own rows of a table, by `user_id`: grants the commands and the
 * sequences of serial columns to `journal_user`, enables row-level security and creates the policy
 * `own_<table>`. Call it in the transaction that creates the table.
 *
 * ```ts
 * await queryRunner.query(`CREATE TABLE alerts (user_id uuid NOT NULL, …)`);
 * await grantOwnRows(queryRunner, { table: 'alerts' });
 * ```
 *
 * @throws UserColumnMissingError if the table has no column `user_id uuid`
 * @throws QueryFailedError with code 42P01 if the table does not exist, 42710 if it has the policy
 */
export async function grantOwnRows(
  queryRunner: QueryRunner,
  { table, commands = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] }: OwnRows,
): Promise<void> {
  const { name, bare, hasUserId, sequences } = await describe(queryRunner, table);
  if (!hasUserId) throw new UserColumnMissingError(table);
  // The grant comes last, so that no moment exists in which a user reaches the rows of others.
  await queryRunner.query(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`);
  await queryRunner.query(createOwnPolicySql(bare, name));
  for (const sequence of sequences) await queryRunner.query(grantSequenceSql(sequence));
  await queryRunner.query(`GRANT ${commands.join(', ')} ON ${name} TO ${userRole}`);
}

/**
 * Takes back `grantOwnRows`, in `down`. Not needed before a DROP TABLE, which drops grants and
 * policies.
 */
export async function revokeOwnRows(
  queryRunner: QueryRunner,
  { table }: Pick<OwnRows, 'table'>,
): Promise<void> {
  const { name, bare, sequences } = await describe(queryRunner, table);
  await queryRunner.query(`REVOKE ALL ON ${name} FROM ${userRole}`);
  for (const sequence of sequences)
    await queryRunner.query(`REVOKE ALL ON SEQUENCE ${sequence} FROM ${userRole}`);
  await queryRunner.query(`DROP POLICY ${quoted(`own_${bare}`)} ON ${name}`);
  await queryRunner.query(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`);
}

interface TableDescription {
  /** Quoted, with the schema. */
  name: string;
  /** Unqualified and unquoted. */
  bare: string;
  hasUserId: boolean;
  /** The sequences of serial columns, quoted, with the schema. */
  sequences: readonly string[];
}

async function describe(queryRunner: QueryRunner, table: string): Promise<TableDescription> {
  const [found] = (await queryRunner.query(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relname AS bare,
       ${hasUserIdSql('c.oid')} AS "hasUserId", ${serialSequencesSql('c.oid')} AS sequences
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::regclass`,
    [table],
  )) as [TableDescription];
  return found;
}
