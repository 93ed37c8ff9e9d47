// @slow: migrates a database for each test
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SeveralSuccessorsError, migrations } from '../../src/index.js';
import type { JournalDataSource } from '../../src/index.js';
import { JournalHistory20261125100000 } from '../../src/migrations/20261125100000_journal_history.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { catalogOf } from '../support/described-schema.js';
import { failureOf } from '../support/failure.js';
import { connectOwner } from '../support/owner.js';

const place = migrations.indexOf(JournalHistory20261125100000);

describe('The migration to immutable history', () => {
  let database: TestDatabase;
  let owner: JournalDataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await connectOwner(database.settings);
    for (let undone = migrations.length; undone > place; undone -= 1) await owner.undoLastMigration();
  });
  afterAll(async () => {
    await owner.destroy();
    await database.drop();
  });

  const policies = () =>
    owner.query<unknown[]>(`SELECT * FROM pg_policies ORDER BY schemaname, tablename, policyname`);
  const schema = async () => [await catalogOf(owner), await policies()];

  it('is reverted completely', async () => {
    const before = await schema();
    await owner.runMigrations();
    const after = await schema();
    for (let undone = migrations.length; undone > place; undone -= 1) await owner.undoLastMigration();

    expect(after).not.toEqual(before);
    expect(await schema()).toEqual(before);
  });

  describe('with several successors of an entry from an import', () => {
    let userId: string;

    beforeEach(async () => {
      const [user]: { id: string }[] = await owner.query(
        `INSERT INTO users (email) VALUES ('trader@example.com') RETURNING id`,
      );
      userId = user?.id ?? '';
      await owner.query(`INSERT INTO accounts (user_id, id, name) VALUES ($1, 'acct-1', 'Taxable')`, [
        userId,
      ]);
      await owner.query(
        `INSERT INTO journal (user_id, id, ts, account_id, type, amount, original_entry_id, deleted_at)
         SELECT $1, id, now(), 'acct-1', 'fee', 1, original, deleted_at
         FROM (VALUES ('a', NULL, now()), ('b', 'a', now()), ('c', 'a', NULL), ('d', 'c', now())) entry(id, original, deleted_at)`,
        [userId],
      );
    });
    afterEach(() => owner.query('DELETE FROM users'));

    it('names them, changes nothing, and succeeds after only one link each remains', async () => {
      const before = await schema();
      const failure = await failureOf(owner.runMigrations());

      expect(failure).toBeInstanceOf(SeveralSuccessorsError);
      expect((failure as SeveralSuccessorsError).entries).toEqual([
        { userId, originalEntryId: 'a', successors: ['c', 'b'] },
      ]);
      expect(await schema()).toEqual(before);

      // Follows the instructions of the error message.
      const [, statement] = /`(UPDATE [^`]*)`/.exec((failure as Error).message) ?? [];
      const filled = statement?.replace('user_id = …', `user_id = '${userId}'`).replace('id = …', `id = 'b'`);
      await owner.query(filled ?? 'SELECT');
      await owner.runMigrations();
      const links: unknown[] = await owner.query(
        `SELECT id, original_entry_id AS original, meta FROM journal ORDER BY id`,
      );
      expect(links).toEqual([
        { id: 'a', original: null, meta: {} },
        { id: 'b', original: null, meta: { legacyOriginalEntryId: 'a' } },
        { id: 'c', original: 'a', meta: {} },
        { id: 'd', original: 'c', meta: {} },
      ]);
    });
  });
});
