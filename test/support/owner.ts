import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { JournalDataSource, migrationOptions } from '../../src/index.js';
import type { ApplicationSchema } from '../../src/index.js';

/**
 * A connection as the owner of the tables, who bypasses row-level security. Tests use it to set up
 * and inspect rows.
 */
export function connectOwner(
  settings: DatabaseSettings,
  application: ApplicationSchema = {},
): Promise<JournalDataSource> {
  return new JournalDataSource(migrationOptions(settings, application)).initialize();
}

/** Runs `work` with a connection of the owner. */
export async function asOwner<T>(
  settings: DatabaseSettings,
  work: (owner: JournalDataSource) => Promise<T>,
  application: ApplicationSchema = {},
): Promise<T> {
  const owner = await connectOwner(settings, application);
  try {
    return await work(owner);
  } finally {
    await owner.destroy();
  }
}
