// @slow: writes all generated files
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { committedText } from '../../tools/support/generated-file.js';
import type { GeneratedFile } from '../../tools/support/generated-file.js';
import { generatedFiles } from '../../tools/schema/generated-files.js';
import { compareSchemas } from '../../src/schema/drift/compare-schemas.js';
import { expectedSchema } from '../../src/schema/expected-schema.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { describeAll } from '../support/described-schema.js';
import { asOwner } from '../support/owner.js';

const paths = [
  'docs/reference/schema.sql',
  'docs/reference/schema.md',
  'src/schema/expected-schema.ts',
  'src/schema/rows.ts',
];

describe('The generated documents of the schema', () => {
  let migrated: TestDatabase;
  let files: GeneratedFile[];

  beforeAll(async () => {
    migrated = await createTestDatabase();
    files = await generatedFiles(migrated.settings);
  });
  afterAll(() => migrated.drop());

  it.each(paths)(
    'equal the output for the migrations: %s (if not, run `npm run schema:generate`)',
    (path) => {
      expect(committedText(path)).toBe(files.find((file) => file.path === path)?.text);
    },
  );

  it('are all tested here', () => {
    expect(files.map(({ path }) => path)).toEqual(paths);
  });

  it('include a schema.sql that creates a database without drift', async () => {
    const empty = await createTestDatabase({ empty: true });
    const made = await asOwner(empty.settings, async (owner) => {
      await owner.query(committedText('docs/reference/schema.sql'));
      return describeAll(owner);
    });
    await empty.drop();

    expect(compareSchemas(expectedSchema, made)).toEqual([]);
    expect(made).toEqual(expectedSchema);
  });
});
