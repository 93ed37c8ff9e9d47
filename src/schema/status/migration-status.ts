import type { DataSource } from 'typeorm';
import { MigrationsUnreadableError } from './schema.errors.js';
import { queryOf } from '../catalog/query.js';

/**
 * How the migrations that were applied to a database compare with those of this release and of its
 * application.
 */
export interface MigrationStatus {
  /** Those that are known and were applied, oldest first. */
  applied: string[];
  /** Those that are known and were not applied, oldest first. */
  pending: string[];
  /**
   * Those that were applied and are not known: of a newer release, or of another application on the
   * same tables.
   */
  unknown: string[];
  /**
   * Those of the unknown by whose name a newer release says that older ones cannot work with the
   * schema any more.
   */
  breaking: string[];
}

/**
 * How the name of a migration says that releases which do not know it must not start: TypeORM's own
 * table of applied migrations keeps it, whoever runs them, and forgets it when the migration is
 * reverted.
 */
const breakingName = /BreaksOlderReleases\d+$/;

/**
 * Reads it with the privileges of the connection.
 *
 * @throws MigrationsUnreadableError
 */
export async function readMigrationStatus(dataSource: DataSource): Promise<MigrationStatus> {
  const inDatabase = await appliedMigrations(dataSource);
  const known = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  known.sort((one, other) => timestampOf(one).localeCompare(timestampOf(other)));
  const unknown = inDatabase.filter((name) => !known.includes(name));
  return {
    applied: known.filter((name) => inDatabase.includes(name)),
    pending: known.filter((name) => !inDatabase.includes(name)),
    unknown,
    breaking: unknown.filter((name) => breakingName.test(name)),
  };
}

async function appliedMigrations(dataSource: DataSource): Promise<string[]> {
  const query = queryOf(dataSource);
  const table = dataSource.driver.escape(dataSource.options.migrationsTableName ?? 'migrations');
  const [access] = await query<{ isReadable: boolean }>(
    `SELECT has_table_privilege(oid, 'SELECT') AS "isReadable" FROM pg_class WHERE oid = to_regclass($1)`,
    [table],
  );
  if (access === undefined) return [];
  if (!access.isReadable) throw new MigrationsUnreadableError(table);
  const rows = await query<{ name: string }>(`SELECT name FROM ${table} ORDER BY id`);
  return rows.map(({ name }) => name);
}

function timestampOf(name: string): string {
  return /\d*$/.exec(name)?.[0] ?? '';
}
