import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { grantOwnRows, revokeOwnRows, UserColumnMissingError } from '../../../src/index.js';
import { readSchema } from '../../../src/testing/migration-gate/try-migration.js';
import { startTwoUsers } from '../../support/isolation.js';
import type { TwoUsers } from '../../support/isolation.js';

describe('grantOwnRows', () => {
  let under: TwoUsers;
  let runner: QueryRunner;
  const as = <T>(userId: string, sql: string) =>
    under.scope.run(userId, () => under.dataSource.query<T[]>(sql));

  beforeAll(async () => {
    under = await startTwoUsers(2);
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    runner = under.owner.createQueryRunner();
    await runner.query('CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO journal_user');
  });
  afterEach(async () => {
    await runner.query('DROP SCHEMA app CASCADE');
    await runner.release();
  });

  it.each(['app.notes', 'app."My notes"'])(
    'lets users reach their own rows of %s, with its sequence',
    async (table) => {
      await runner.query(`CREATE TABLE ${table} (id serial PRIMARY KEY, user_id uuid NOT NULL, text text)`);
      await grantOwnRows(runner, { table });
      const insert = (userId: string) => `INSERT INTO ${table} (user_id, text) VALUES ('${userId}', 'mine')`;
      await as(under.anna, insert(under.anna));
      await as(under.bob, insert(under.bob));

      await expect(as(under.bob, insert(under.anna))).rejects.toThrow('row-level security');
      expect(await as(under.anna, `SELECT user_id FROM ${table}`)).toEqual([{ user_id: under.anna }]);
      await as(under.anna, `UPDATE ${table} SET text = 'new'`);
      await as(under.anna, `DELETE FROM ${table}`);
      expect(await runner.query(`SELECT user_id, text FROM ${table}`)).toEqual([
        { user_id: under.bob, text: 'mine' },
      ]);
    },
  );

  it('grants only the named commands', async () => {
    await runner.query('CREATE TABLE app.notes (user_id uuid NOT NULL, text text)');
    await grantOwnRows(runner, { table: 'app.notes', commands: ['SELECT', 'INSERT'] });
    await as(under.anna, `INSERT INTO app.notes VALUES ('${under.anna}', 'mine')`);

    await expect(as(under.anna, 'DELETE FROM app.notes')).rejects.toThrow('permission denied');
    await expect(as(under.anna, `UPDATE app.notes SET text = ''`)).rejects.toThrow('permission denied');
  });

  it('is taken back by revokeOwnRows', async () => {
    await runner.query('CREATE TABLE notes (id serial PRIMARY KEY, user_id uuid NOT NULL)');
    const grants = () =>
      runner.query(
        `SELECT relname, relacl::text, relrowsecurity FROM pg_class WHERE relname LIKE 'notes%' AND relacl::text ~ 'journal_user'`,
      );
    try {
      const before = await readSchema(runner);
      await grantOwnRows(runner, { table: 'notes' });
      expect(await grants()).toHaveLength(2);
      expect(await readSchema(runner)).not.toEqual(before);
      await revokeOwnRows(runner, { table: 'notes' });
      expect(await grants()).toEqual([]);
      expect(await readSchema(runner)).toEqual(before);
    } finally {
      await runner.query('DROP TABLE notes');
    }
  });

  it('refuses a table without a user column, and changes nothing', async () => {
    await runner.query('CREATE TABLE app.notes (user_id text)');
    await expect(grantOwnRows(runner, { table: 'app.notes' })).rejects.toThrow(UserColumnMissingError);
    expect(
      await runner.query(`SELECT relacl, relrowsecurity FROM pg_class WHERE oid = 'app.notes'::regclass`),
    ).toEqual([{ relacl: null, relrowsecurity: false }]);
  });
});
