import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { JournalEntry } from '../../model/journal-entry.entity.js';

/**
 * Logs a warning that names the registered entities whose tables do not exist. The usual cause is
 * an entity of another database: without the name of its DataSource, `TypeOrmModule.forFeature`
 * adds an entity to this DataSource, and nothing fails before the first statement.
 */
export async function warnOfMissingTables(dataSource: DataSource): Promise<void> {
  const entities = dataSource.entityMetadatas.map(({ name, schema, tableName }) => ({
    name,
    schema,
    tableName,
  }));
  const missing = await dataSource.query<{ name: string }[]>(missingSql, [JSON.stringify(entities)]);
  const names = missing.map(({ name }) => name);
  // Without its own tables the package is not migrated, and SchemaMissingError says so.
  if (names.length === 0 || names.includes(JournalEntry.name)) return;
  new Logger('Database').warn(
    `The database has no table of these entities: ${names.join(', ')}. Run the migrations that create the tables. ` +
      'If an entity belongs to another database, pass the name of its DataSource to TypeOrmModule.forFeature and to @InjectRepository.',
  );
}

const missingSql = `
  SELECT entity.name FROM jsonb_to_recordset($1::jsonb) AS entity (name text, schema text, "tableName" text)
  WHERE NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = entity."tableName"
      AND n.nspname = ANY (CASE WHEN entity.schema IS NULL THEN current_schemas(true) ELSE ARRAY[entity.schema::name] END))
  ORDER BY entity.name`;
