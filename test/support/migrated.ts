import type { DatabaseSettings } from '../../src/config/database.settings.js';
import type { SchemaObject } from '../../src/schema/drift/schema-objects.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import type { ApplicationSchema } from '../../src/index.js';
import { catalogOf } from './described-schema.js';
import { asOwner } from './owner.js';

/** The state of a migrated database. */
export interface Migrated {
  catalog: SchemaObject[];
  /** The names in TypeORM's migrations table, in the order of application. */
  recorded: string[];
}

export function migratedState(settings: DatabaseSettings): Promise<Migrated> {
  return asOwner(settings, async (owner) => {
    const rows: { name: string }[] = await owner.query('SELECT name FROM migrations ORDER BY id');
    return { catalog: await catalogOf(owner), recorded: rows.map(({ name }) => name) };
  });
}

/** The state after one uninterrupted run on an empty database. */
export async function undisturbed(application: ApplicationSchema = {}): Promise<Migrated> {
  return withEmptyDatabase(async ({ settings }) => {
    await asOwner(settings, (owner) => owner.runMigrations(), application);
    return migratedState(settings);
  });
}

/** Runs `work` with an empty database, and drops the database afterwards. */
export async function withEmptyDatabase<T>(work: (database: TestDatabase) => Promise<T>): Promise<T> {
  const database = await createTestDatabase({ empty: true });
  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}
