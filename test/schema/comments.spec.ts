// @slow: runs the compiled command in processes
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SchemaDescription } from '../../src/schema/schema-description.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { describeAll } from '../support/described-schema.js';
import { MigrationCommand } from '../support/migration-cli.js';
import { asOwner } from '../support/owner.js';

describe('The comments in the schema', () => {
  const cli = new MigrationCommand();
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

  /** TypeORM's own differences between the entities and a database. */
  function typeormCheck() {
    const args = ['migration:generate', join(folder, 'difference'), '--check'];
    return cli.run('package', args, { DATABASE_URL: database.url });
  }

  it('exist for every table and every column, as sentences', () => {
    const comments = schema.relations.flatMap((relation) => [
      { name: relation.name, comment: relation.comment },
      ...relation.columns.map(({ name, comment }) => ({ name: `${relation.name}.${name}`, comment })),
    ]);

    expect(comments.length).toBeGreaterThan(30);
    expect(comments.filter(({ comment }) => !/^[A-Z].*\.$/.test(comment ?? ''))).toEqual([]);
  });

  it('equal those of the entities, and `migration:generate --check` finds no difference', async () => {
    const { code, stdout } = await typeormCheck();

    expect(stdout).toContain('No changes in database schema were found');
    expect(code).toBe(0);
  });

  it('are reported by `migration:generate --check` if one is missing', async () => {
    await asOwner(database.settings, (owner) => owner.query('COMMENT ON COLUMN journal.amount IS NULL'));
    const { code, stdout, stderr } = await typeormCheck();

    expect(code).toBe(1);
    expect(stdout + stderr).toContain('COMMENT ON COLUMN "journal"."amount"');
    expect(await readdir(folder)).toEqual([]);
  });
});
