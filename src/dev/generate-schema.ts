// Writes what is made from the schema: `tsx src/dev/generate-schema.ts [--types-only]`. An embedded PostgreSQL is started for it, and
// migrated from nothing, so that nobody's own database has a say in it.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { readDatabaseSettings } from '../config/database.settings.js';
import { runMigrations } from '../database/run-migrations.js';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { committedText, generatedFiles, generatedTypes } from './schema/generated-files.js';

async function generateSchema(): Promise<void> {
  const postgres = await startEmbeddedPostgres({ folder: resolve('.data', 'schema'), ephemeral: true });
  try {
    const settings = readDatabaseSettings({
      DATABASE_URL: postgres.url('postgres'),
      DATABASE_QUERY_LOG: 'off',
    });
    await runMigrations(settings);
    const files = process.argv.includes('--types-only') ? generatedTypes(settings) : generatedFiles(settings);
    for (const { path, text } of await files) {
      const isChanged = text !== committedText(path);
      if (isChanged) writeFileSync(path, text);
      console.log(`${isChanged ? 'Wrote    ' : 'Unchanged'} ${path}`);
    }
  } finally {
    await postgres.stop();
  }
}

// The log of the migrations is of no interest here.
Logger.overrideLogger(['error', 'warn']);
try {
  await generateSchema();
} catch (error) {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
}
