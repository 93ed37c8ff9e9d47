import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { migrationOptions } from '../../src/data-source/data-source-options.js';
import { JournalDataSource } from '../../src/data-source/journal.data-source.js';
import { describeSchema, namesInSchema } from '../../src/schema/catalog/describe-schema.js';
import type { SchemaDescription } from '../../src/schema/schema-description.js';

/** Describes all objects of a database that contains only this package's migrations. */
export async function describeMigrated(settings: DatabaseSettings): Promise<SchemaDescription> {
  const dataSource = await new JournalDataSource(migrationOptions(settings)).initialize();
  try {
    return await describeSchema(dataSource, await namesInSchema(dataSource));
  } finally {
    await dataSource.destroy();
  }
}
