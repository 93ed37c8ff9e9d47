import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { SchemaCheck } from '../../config/database.settings.js';
import { MigrationsPendingError, SchemaTooNewError } from './schema.errors.js';
import { SchemaMissingError } from '../../driver/failures/connection.errors.js';
import { userRole } from '../../driver/contract/contract.js';
import { inOrder, nameOf } from '../../migrations/lock/migration-order.js';
import { MigrationsUnreadableError } from '../../migrations/lock/unreadable-migrations.js';
import type { ForeignOwner } from '../../migrations/lock/unreadable-migrations.js';
import { warnOfMissingTables } from './missing-tables.js';

const log = new Logger('Database');

/**
 * Checks the applied migrations at startup. Refuses an incompatible newer schema always. Refuses an
 * older schema with the check `error`, and logs a warning with `warn`. On the present schema, warns
 * of entities without a table.
 *
 * @throws SchemaTooNewError
 * @throws MigrationsPendingError, MigrationsUnreadableError with the check `error`
 */
export async function refuseUnfitSchema(dataSource: DataSource, check: SchemaCheck): Promise<void> {
  try {
    const { pending, unknown, breaking } = await readMigrationStatus(dataSource);
    if (breaking.length > 0) throw new SchemaTooNewError(breaking);
    if (pending.length > 0) throw new MigrationsPendingError(pending);
    if (unknown.length > 0)
      log.log(`The database has migrations that this application does not know: ${unknown.join(', ')}.`);
    await warnOfMissingTables(dataSource);
  } catch (error) {
    const isOlder = error instanceof MigrationsPendingError || error instanceof MigrationsUnreadableError;
    if (check === 'error' || !isOlder) throw error;
    log.warn(error.message);
  }
}

/** @throws SchemaMissingError if the tables do not exist */
export async function requireSchema(dataSource: DataSource): Promise<void> {
  const [row]: { present: boolean }[] = await dataSource.query(
    `SELECT to_regclass('journal') IS NOT NULL AS present`,
  );
  if (row?.present !== true) throw new SchemaMissingError();
}

/**
 * The migrations applied to a database, compared with those known to this process: the package's
 * and the application's. All lists contain names of migrations.
 */
export interface MigrationStatus {
  /** Known and applied, oldest first. */
  applied: string[];
  /** Known and not applied, oldest first. */
  pending: string[];
  /** Applied and not known: from a newer release, or another application on the same tables. */
  unknown: string[];
  /** The unknown migrations after which older releases, such as this one, must not start. */
  breaking: string[];
}

/**
 * Marks a migration by its name: releases that do not know it must not start. The name is the only
 * place that every migration runner records in TypeORM's table, and removes on revert.
 */
const breakingName = /BreaksOlderReleases\d+$/;

/** @throws MigrationsUnreadableError without the privilege to read the table of migrations */
export async function readMigrationStatus(dataSource: DataSource): Promise<MigrationStatus> {
  const inDatabase = await appliedMigrations(dataSource);
  const known = inOrder(dataSource.migrations).map(nameOf);
  const unknown = inDatabase.filter((name) => !known.includes(name));
  return {
    applied: known.filter((name) => inDatabase.includes(name)),
    pending: known.filter((name) => !inDatabase.includes(name)),
    unknown,
    breaking: unknown.filter((name) => breakingName.test(name)),
  };
}

async function appliedMigrations(dataSource: DataSource): Promise<string[]> {
  const name = dataSource.options.migrationsTableName ?? 'migrations';
  const table = dataSource.driver.escape(name);
  const [access] = await dataSource.query<({ isReadable: boolean } & ForeignOwner)[]>(
    `SELECT has_table_privilege(oid, 'SELECT') AS "isReadable", pg_get_userbyid(relowner) AS owner, current_user AS login
     FROM pg_class WHERE oid = to_regclass($1)`,
    [table],
  );
  if (access === undefined) {
    const [closed] = await dataSource.query<{ schema: string }[]>(closedSchemaSql, [name]);
    if (closed === undefined) return [];
    throw new MigrationsUnreadableError(table, closed.schema);
  }
  if (!access.isReadable)
    throw new MigrationsUnreadableError(table, undefined, access.login === userRole ? undefined : access);
  const rows = await dataSource.query<{ name: string }[]>(`SELECT name FROM ${table} ORDER BY id`);
  return rows.map(({ name }) => name);
}

/**
 * The schema of `search_path` that has the package's tables and that the role may not use, quoted.
 * `to_regclass` does not find tables in such a schema.
 */
const closedSchemaSql = `
  SELECT quote_ident(n.nspname) AS schema
  FROM unnest(string_to_array(current_setting('search_path'), ',')) WITH ORDINALITY AS path (entry, place)
  JOIN pg_namespace n ON n.nspname = btrim(entry, ' "')
  WHERE NOT has_schema_privilege(n.oid, 'USAGE')
    AND 2 = (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid AND relname IN ($1, 'journal'))
  ORDER BY place LIMIT 1`;
