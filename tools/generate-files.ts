import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { readDatabaseSettings } from '../src/config/database.settings.js';
import type { DatabaseSettings } from '../src/config/database.settings.js';
import { runMigrations } from '../src/data-source/journal.data-source.js';
import { startEmbeddedPostgres } from '../src/embedded/embedded-postgres.js';
import { committedText } from './support/generated-file.js';
import type { GeneratedFile } from './support/generated-file.js';

/**
 * Writes files that are generated from a migrated database. Uses a new embedded PostgreSQL, so that
 * the result does not depend on a developer's database.
 */
export async function generateFiles(
  folder: string,
  generate: (settings: DatabaseSettings) => Promise<GeneratedFile[]>,
): Promise<void> {
  // Suppresses the log of the migrations.
  Logger.overrideLogger(['error', 'warn']);
  try {
    const postgres = await startEmbeddedPostgres({ folder: resolve('.data', folder), ephemeral: true });
    try {
      const settings = readDatabaseSettings({
        DATABASE_URL: postgres.url('postgres'),
        DATABASE_QUERY_LOG: 'off',
      });
      await runMigrations(settings);
      for (const { path, text } of await generate(settings)) {
        const isChanged = text !== committedText(path);
        if (isChanged) writeFileSync(path, text);
        console.log(`${isChanged ? 'Wrote    ' : 'Unchanged'} ${path}`);
      }
    } finally {
      await postgres.stop();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    process.exitCode = 1;
  }
}
