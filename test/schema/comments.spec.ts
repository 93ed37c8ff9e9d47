import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SchemaDescription } from '../../src/schema/schema-description.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { describeAll } from '../support/described-schema.js';
import { asOwner } from '../support/owner.js';
import { runCommand } from '../support/run-command.js';

describe('The comments in the schema', () => {
  let database: TestDatabase;
  let schema: SchemaDescription;
  let folder: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    schema = await asOwner(database.settings, describeAll);
    folder = await mkdtemp(join(tmpdir(), 'migration-check-'));
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** TypeORM's own look for differences between the entities and a database. */
  function typeormCheck() {
    const program = resolve('node_modules', 'typeorm', 'cli-ts-node-esm.js');
    const target = join(folder, 'difference');
    return runCommand(
      process.execPath,
      [program, 'migration:generate', target, '-d', 'ormconfig.ts', '--check'],
      {
        cwd: resolve(),
        env: { DATABASE_URL: database.url, TS_NODE_TRANSPILE_ONLY: '1' },
      },
    );
  }

  it('are there for every table and every column, as sentences', () => {
    const comments = schema.relations.flatMap((relation) => [
      { name: relation.name, comment: relation.comment },
      ...relation.columns.map(({ name, comment }) => ({ name: `${relation.name}.${name}`, comment })),
    ]);

    expect(comments.length).toBeGreaterThan(30);
    expect(comments.filter(({ comment }) => !/^[A-Z].*\.$/.test(comment ?? ''))).toEqual([]);
  });

  it('and all else that TypeORM compares are those of the entities: `migration:generate --check` finds nothing', async () => {
    const { code, stdout } = await typeormCheck();

    expect(stdout).toContain('No changes in database schema were found');
    expect(code).toBe(0);
  });

  it('are found by `migration:generate --check` to be missing where one is gone', async () => {
    await asOwner(database.settings, (owner) => owner.query('COMMENT ON COLUMN journal.amount IS NULL'));
    const { code, stdout, stderr } = await typeormCheck();

    expect(code).toBe(1);
    expect(stdout + stderr).toContain('COMMENT ON COLUMN "journal"."amount"');
    expect(await readdir(folder)).toEqual([]);
  });
});
