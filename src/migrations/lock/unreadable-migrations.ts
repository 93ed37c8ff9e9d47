import type { DataSource, QueryRunner } from 'typeorm';
import { howToMigrate } from '../../driver/failures/how-to-migrate.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';

/** A login of migrations that does not own the table of migrations. */
export interface ForeignOwner {
  owner: string;
  login: string;
}

/**
 * The role may not read the table of migrations, or not use its schema.
 *
 * @remedy Run pending migrations, run the GRANT that the message names, or log in as the owner that
 * it names.
 */
export class MigrationsUnreadableError extends JournalDatabaseError {
  readonly code = 'MIGRATIONS_UNREADABLE';

  constructor(
    /** Quoted for SQL. */
    readonly table: string,
    /** Quoted for SQL: the schema of the table, if the role lacks USAGE on it. */
    closedSchema?: string,
    foreign?: ForeignOwner,
  ) {
    super(
      closedSchema !== undefined
        ? closedSchemaText(closedSchema)
        : foreign !== undefined
          ? foreignText(table, foreign)
          : unreadableText(table),
    );
  }
}

function closedSchemaText(schema: string): string {
  return (
    `The applied migrations are unknown: the schema ${schema} may not be used. ` +
    `Run \`GRANT USAGE ON SCHEMA ${schema} TO journal_user, journal_auth\` as its owner.`
  );
}

function foreignText(table: string, { owner, login }: ForeignOwner): string {
  return (
    `The applied migrations are unknown: ${table} belongs to ${owner}, and ${login} may not read it. ` +
    `Log in as the owner of the tables (DATABASE_MIGRATION_URL). If a backup was restored without its owner, restore it ` +
    `with the owner, or make ${login} the owner of the tables, views and functions of the package (ALTER … OWNER TO).`
  );
}

function unreadableText(table: string): string {
  return (
    `The applied migrations are unknown: ${table} may not be read. If the database is older than ` +
    `ReadableMigrations20261125111000, which grants SELECT, run the pending migrations: ${howToMigrate}. ` +
    `If the grant was revoked, run \`GRANT SELECT ON ${table} TO journal_user\` as the owner.`
  );
}

/**
 * Refuses a login of migrations that may not read the table of migrations in the schema to which
 * migrations apply. TypeORM looks the table up in `information_schema`, which hides it: all
 * migrations would count as pending.
 *
 * @throws MigrationsUnreadableError
 */
export async function refuseUnreadableMigrations(
  dataSource: DataSource,
  source: DataSource | QueryRunner = dataSource,
): Promise<void> {
  const name = dataSource.options.migrationsTableName ?? 'migrations';
  const [foreign] = (await source.query(
    `SELECT pg_get_userbyid(relowner) AS owner, current_user AS login FROM pg_class
     WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname = $1
       AND NOT has_table_privilege(oid, 'SELECT')`,
    [name],
  )) as ForeignOwner[];
  if (foreign !== undefined)
    throw new MigrationsUnreadableError(dataSource.driver.escape(name), undefined, foreign);
}
