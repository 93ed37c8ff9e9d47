// @slow: migrates a database for each test
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { asOwner } from '../../support/owner.js';
import { migrationOf } from '../../support/running-migrations.js';

describe('An INVALID index', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  /** Fails, and leaves an INVALID index, because two rows are equal. */
  const build = 'CREATE UNIQUE INDEX CONCURRENTLY uq_sample ON sample (a)';
  const sample = 'CREATE TABLE sample AS SELECT 1 AS a FROM generate_series(1, 2)';
  const reported = [['warn', expect.stringMatching(/The index (\S+\.)?uq_sample on \S+ is INVALID/)]];

  it('is reported after a failed run', async () => {
    const migrations = [migrationOf([build], { outside: true })];
    await asOwner(
      database.settings,
      async (owner) => {
        await owner.query(sample);
        const log = jest.spyOn(owner.logger, 'log');
        await expect(owner.runMigrations({ transaction: 'each' })).rejects.toThrow('uq_sample');
        expect(log.mock.calls).toEqual(reported);
      },
      { migrations },
    );
  });

  it('is reported after a revert', async () => {
    const migrations = [migrationOf(['SELECT 1'])];
    await asOwner(
      database.settings,
      async (owner) => {
        await owner.runMigrations();
        await owner.query(sample);
        await expect(owner.query(build)).rejects.toThrow('uq_sample');
        const log = jest.spyOn(owner.logger, 'log');
        await owner.undoLastMigration();
        expect(log.mock.calls).toEqual(reported);
      },
      { migrations },
    );
  });

  it('is reported in a schema whose name needs quotes', async () => {
    await asOwner(database.settings, async (owner) => {
      await owner.query('CREATE SCHEMA "Shop"');
      await owner.query('CREATE TABLE "Shop".sample AS SELECT 1 AS a FROM generate_series(1, 2)');
      await expect(owner.query(build.replace('sample (', '"Shop".sample ('))).rejects.toThrow('uq_sample');
      const name = new URL(database.url).pathname.slice(1);
      await owner.query(`ALTER DATABASE "${name}" SET search_path TO public, "Shop"`);
    });
    await asOwner(database.settings, async (owner) => {
      const log = jest.spyOn(owner.logger, 'log');
      await owner.runMigrations();
      expect(log.mock.calls).toEqual(reported);
    });
  });
});
