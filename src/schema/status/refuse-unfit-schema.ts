import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { SchemaCheck } from '../../config/database.settings.js';
import { MigrationsPendingError, MigrationsUnreadableError, SchemaTooNewError } from './schema.errors.js';
import { readMigrationStatus } from './migration-status.js';
import { SchemaMissingError } from '../../driver/failures/connection.errors.js';

const log = new Logger('Database');

/**
 * Checks the applied migrations at startup. Refuses an incompatible newer schema always. Refuses an
 * older schema with the check `error`, and logs a warning with `warn`.
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
