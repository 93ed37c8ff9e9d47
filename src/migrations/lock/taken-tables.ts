import type { Migration, QueryRunner } from 'typeorm';
import { JournalDatabaseError } from '../../model/journal-database.error.js';

/**
 * The schema has tables of another application with the names of this package's tables. Nothing was
 * migrated.
 *
 * @remedy Give the package a schema or a database of its own, and migrate again.
 */
export class TablesTakenError extends JournalDatabaseError {
  readonly code = 'TABLES_TAKEN';

  constructor(
    /** Such as `users`, with its schema where the search path does not find it. */
    readonly tables: readonly string[],
  ) {
    super(
      `The schema already has tables that the migrations would create: ${tables.join(', ')}. Nothing was migrated. ` +
        'Give the package a schema of its own in this database (docs/guides/deployment.md, "In a database with other tables"), ' +
        'or another database.',
    );
  }
}

/** The migration that creates the tables. */
const firstMigration = 'InitialSchema20261122120000';

/**
 * Refuses the first migration of the package where its tables exist already.
 *
 * @throws TablesTakenError
 */
export async function refuseTakenTables(
  queryRunner: QueryRunner,
  pending: readonly Migration[],
): Promise<void> {
  if (!pending.some(({ name }) => name === firstMigration)) return;
  const taken = (await queryRunner.query(`
    SELECT oid::regclass::text AS name FROM pg_class
    WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname IN ('users', 'accounts', 'journal')
    ORDER BY 1`)) as { name: string }[];
  if (taken.length > 0) throw new TablesTakenError(taken.map(({ name }) => name));
}
