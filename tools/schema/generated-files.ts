import type { SchemaDescription } from '../../src/schema/schema-description.js';
import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { formatted } from '../support/generated-file.js';
import type { GeneratedFile } from '../support/generated-file.js';
import { describeMigrated } from './describe-migrated.js';
import { rowTypes } from './row-types.js';
import { schemaMarkdown } from './schema-markdown.js';
import { schemaSql } from './schema-sql.js';

/**
 * The files of `npm run schema:generate`.
 * @param settings of a database that contains only this package's migrations
 */
export async function generatedFiles(settings: DatabaseSettings): Promise<GeneratedFile[]> {
  const description = await describeMigrated(settings);
  return [
    { path: 'docs/reference/schema.sql', text: schemaSql(description) },
    await formatted('docs/reference/schema.md', schemaMarkdown(description)),
    await formatted('src/schema/expected-schema.ts', expectedSchema(description)),
    await typesFile(settings, description),
  ];
}

/** The file of `npm run types:generate`. */
export async function generatedTypes(settings: DatabaseSettings): Promise<GeneratedFile[]> {
  return [await typesFile(settings, await describeMigrated(settings))];
}

async function typesFile(settings: DatabaseSettings, description: SchemaDescription): Promise<GeneratedFile> {
  const types = await rowTypes(settings.migrationUrl, description);
  return formatted(
    'src/schema/rows.ts',
    `// Written by \`npm run types:generate\`; do not edit it.\n${types}`,
  );
}

function expectedSchema(description: SchemaDescription): string {
  return [
    `import type { SchemaDescription } from './schema-description.js';`,
    '',
    '/** The result of the migrations of this release, from the catalog. Written by `npm run schema:generate`; do not edit it. */',
    `export const expectedSchema: SchemaDescription = ${JSON.stringify(description, null, 2)};`,
  ].join('\n');
}
