import type { DatabaseSettings } from '../config/database.settings.js';
import { migrationOptions } from './data-source-options.js';
import type { ApplicationSchema } from './data-source-options.js';
import { JournalDataSource } from './journal.data-source.js';

/**
 * Applies the pending migrations, of this package and of the application, through `migrationUrl`.
 *
 * @returns the names of those that were applied.
 */
export async function runMigrations(
  settings: DatabaseSettings,
  application: ApplicationSchema = {},
): Promise<string[]> {
  const dataSource = new JournalDataSource(migrationOptions(settings, application));
  await dataSource.initialize();
  try {
    return (await dataSource.runMigrations()).map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
