import type { DatabaseSettings } from '../config/database.settings.js';
import { readMigrationStatus } from '../schema/status/migration-status.js';
import { migrationOptions } from './data-source-options.js';
import type { ApplicationSchema } from './data-source-options.js';
import { SchemaTooNewError } from '../schema/status/schema.errors.js';
import { JournalDataSource } from './journal.data-source.js';

/**
 * Applies the pending migrations, of this package and of the application, through `migrationUrl`.
 *
 * @throws SchemaTooNewError before anything is applied to a schema that this release cannot work
 * with
 * @returns the names of those that were applied.
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
