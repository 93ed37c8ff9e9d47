import type { DatabaseSettings } from '../config/database.settings.js';
import { readMigrationStatus } from '../schema/status/refuse-unfit-schema.js';
import { migrationOptions } from './data-source-options.js';
import type { ApplicationSchema } from './data-source-options.js';
import { SchemaTooNewError } from '../schema/status/schema.errors.js';
import { JournalDataSource } from './journal.data-source.js';

/**
 * Applies the pending migrations of this package and of the application, as the login of
 * `migrationUrl`, under the migration lock: concurrent calls run one after the other.
 *
 * ```ts
 * await runMigrations(readDatabaseSettings(process.env));
 * ```
 *
 * @returns the names of the migrations that were applied
 * @throws SchemaTooNewError if a newer release has changed the schema incompatibly; nothing was
 * applied
 * @throws MigrationLockTimeoutError if another run held the migration lock too long
 * @throws MigrationBlockedError if other transactions held a lock too long
 * @throws MigrationThroughPoolerError if `migrationUrl` is a transaction pooler
 */
export async function runMigrations(
  settings: DatabaseSettings,
  application: ApplicationSchema = {},
): Promise<string[]> {
  const dataSource = new JournalDataSource(migrationOptions(settings, application));
  await dataSource.initialize();
  try {
    const { breaking } = await readMigrationStatus(dataSource);
    if (breaking.length > 0) throw new SchemaTooNewError(breaking);
    return (await dataSource.runMigrations()).map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
