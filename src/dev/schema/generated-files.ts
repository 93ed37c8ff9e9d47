import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import type { SchemaDescription } from '../../schema/schema-description.js';
import { schemaSql } from './schema-sql.js';

/** A file that is made from the schema of a migrated database. */
export interface GeneratedFile {
  path: string;
  text: string;
}

/** Everything that `npm run schema:generate` writes. */
export async function generatedFiles(description: SchemaDescription): Promise<GeneratedFile[]> {
  return [
    { path: 'docs/reference/schema.sql', text: schemaSql(description) },
    await formatted('src/schema/expected-schema.ts', expectedSchema(description)),
  ];
}

/** A file as it is in the repository; empty if it is not there yet. */
export function committedText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function expectedSchema(description: SchemaDescription): string {
  return [
    `import type { SchemaDescription } from './schema-description.js';`,
    '',
    '/** What the migrations of this release make, as the catalog tells it. Written by `npm run schema:generate`; do not edit it. */',
    `export const expectedSchema: SchemaDescription = ${JSON.stringify(description, null, 2)};`,
  ].join('\n');
}

async function formatted(path: string, text: string): Promise<GeneratedFile> {
  const config = await resolveConfig(path);
  return { path, text: await format(text, { ...config, filepath: path }) };
}
