// @slow: builds indexes of a large table
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import {
  ConcurrentlyInTransactionError,
  IndexConflictError,
  createIndexConcurrently,
  dropIndexConcurrently,
} from '../../../src/index.js';
import type { ConcurrentIndex, JournalDataSource } from '../../../src/index.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { catalogOf } from '../../support/described-schema.js';
import { connectOwner } from '../../support/owner.js';
import { waitingForLock } from '../../support/waiting-for-lock.js';

const index: ConcurrentIndex = { name: 'idx_sample', table: 'sample', definition: '(a, b DESC)' };
const unique: ConcurrentIndex = { name: 'uq_sample', table: 'sample', definition: '(a)', unique: true };

describe('createIndexConcurrently', () => {
  let database: TestDatabase;
  let owner: JournalDataSource;
  let runner: QueryRunner;

  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
    owner = await connectOwner({ ...database.settings, migrationLockTimeout: 200 });
    runner = owner.createQueryRunner();
    await runner.query('CREATE TABLE sample (a int, b text, c timestamptz(3))');
    await runner.query(`INSERT INTO sample SELECT i % 10, i::text FROM generate_series(1, 1000) i`);
  });
  afterEach(async () => {
    await runner.release();
    await owner.destroy();
    await database.drop();
  });

  const create = (wanted: ConcurrentIndex) => createIndexConcurrently(runner, wanted);
  const indexes = async () => (await catalogOf(owner)).filter(({ kind }) => kind === 'index');
  /** The OID of the index, which changes when the index is rebuilt. */
  const oid = async () => {
    const [row] = (await runner.query(`SELECT 'idx_sample'::regclass::oid AS oid`)) as { oid: number }[];
    return row?.oid;
  };

  /** Leaves an invalid index, as a server does when its client is killed. */
  async function interrupt({ name, table, definition }: ConcurrentIndex): Promise<void> {
    const other = owner.createQueryRunner();
    await other.startTransaction();
    await other.query('SELECT count(*) FROM sample');
    await other.query('UPDATE sample SET b = b WHERE a = 1');
    await runner.query('SET lock_timeout = 0');
    const building = runner.query(`CREATE INDEX CONCURRENTLY ${name} ON ${table} ${definition}`);
    const cancelled = expect(building).rejects.toThrow('canceling statement');
    await other.query('SELECT pg_cancel_backend($1)', [await waitingForLock(database.url)]);
    await cancelled;
    await runner.query('RESET lock_timeout');
    await other.rollbackTransaction();
    await other.release();
    expect(await indexes()).toMatchObject([{ name, definition: expect.stringMatching(/INVALID$/) }]);
  }

  it('creates the index, and does not change it the second time', async () => {
    await create(index);
    const first = await oid();
    await create(index);

    expect(await indexes()).toMatchObject([
      { name: 'idx_sample', definition: 'CREATE INDEX idx_sample ON sample USING btree (a, b DESC)' },
    ]);
    expect(await oid()).toBe(first);
  });

  it('builds an interrupted index again', async () => {
    await interrupt(index);
    await create(index);

    expect(await indexes()).toMatchObject([
      { name: 'idx_sample', definition: 'CREATE INDEX idx_sample ON sample USING btree (a, b DESC)' },
    ]);
  });

  it('builds the requested index in place of an interrupted index with another definition', async () => {
    await interrupt({ ...index, definition: '(b)' });
    await create(index);

    expect(await indexes()).toMatchObject([
      { definition: 'CREATE INDEX idx_sample ON sample USING btree (a, b DESC)' },
    ]);
  });

  it.each([
    ['(a, b DESC)', '( a ASC NULLS LAST,b DESC NULLS FIRST )'],
    ['(lower(b)) WHERE a > 1', 'USING btree (LOWER(b)) WHERE (a>1)'],
    ['(a) INCLUDE (b) WITH (fillfactor = 80)', '(a) INCLUDE (b) WITH (fillfactor=80)'],
  ])('recognises that %s is equivalent to %s', async (definition, other) => {
    await create({ ...index, definition });
    await create({ ...index, definition: other });
    expect(await indexes()).toHaveLength(1);
  });

  it.each([
    ['other columns', { definition: '(b)' }],
    ['another order', { definition: '(a, b)' }],
    ['a condition', { definition: '(a, b DESC) WHERE a > 1' }],
    ['uniqueness', { unique: true }],
  ])('refuses an existing index that differs by %s', async (_what, difference) => {
    await create(index);
    const before = await catalogOf(owner);
    await expect(create({ ...index, ...difference })).rejects.toThrow(IndexConflictError);
    expect(await catalogOf(owner)).toEqual(before);
  });

  it.each([
    ['a table', 'CREATE TABLE idx_sample (x int)'],
    ['an index of another table', 'CREATE TABLE other (a int); CREATE INDEX idx_sample ON other (a)'],
  ])('refuses the name of %s', async (_what, statement) => {
    await runner.query(statement);
    await expect(create(index)).rejects.toMatchObject({ code: 'INDEX_CONFLICT' });
  });

  it('removes a unique index that finds duplicates', async () => {
    await expect(create(unique)).rejects.toMatchObject({ driverError: { code: '23505' } });
    expect(await indexes()).toEqual([]);
  });

  it('accepts names that need quotes, and tables with a schema', async () => {
    await create({ ...index, name: 'Index of "it"', table: 'public.sample' });
    await create({ ...index, name: 'Index of "it"', table: 'public.sample' });
    expect(await indexes()).toMatchObject([{ name: 'Index of "it"' }]);
    await dropIndexConcurrently(runner, { name: 'Index of "it"', table: 'public.sample' });
    expect(await indexes()).toEqual([]);
  });

  it('builds, drops and cleans up in a schema whose name needs quotes', async () => {
    await runner.query('CREATE SCHEMA "Shop"');
    await runner.query('CREATE TABLE "Shop".sample (a int, b int)');
    await runner.query('INSERT INTO "Shop".sample VALUES (1, 1), (1, 2)');
    const inShop = async () =>
      (await runner.query(`SELECT indexname FROM pg_indexes WHERE schemaname = 'Shop'`)) as unknown[];

    await expect(create({ ...unique, table: '"Shop".sample' })).rejects.toThrow('uq_sample');
    expect(await inShop()).toEqual([]);
    await create({ ...index, table: '"Shop".sample' });
    expect(await inShop()).toHaveLength(1);
    await dropIndexConcurrently(runner, { name: index.name, table: '"Shop".sample' });
    expect(await inShop()).toEqual([]);
  });

  it('keeps an index of another table that took the name during the build', async () => {
    await runner.query('CREATE TABLE other (n int)');
    const other = owner.createQueryRunner();
    await other.startTransaction();
    await other.query(`CREATE INDEX ${index.name} ON other (n)`);
    const refused = expect(create(index)).rejects.toThrow('pg_class_relname_nsp_index');
    await waitingForLock(database.url);
    await other.commitTransaction();
    await other.release();
    await refused;

    expect(await indexes()).toMatchObject([
      { name: index.name, definition: expect.stringMatching(/ other /) },
    ]);
  });

  it('waits for old transactions beyond the lock time-out, which it then restores', async () => {
    const other = owner.createQueryRunner();
    await other.startTransaction();
    await other.query('UPDATE sample SET b = b WHERE a = 1');
    const created = create(index);
    await waitingForLock(database.url);
    await sleep(400);
    await other.commitTransaction();
    await other.release();
    await created;

    expect(await indexes()).toHaveLength(1);
    expect(await runner.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '200ms' }]);
  });

  it('states the remedy in a transaction', async () => {
    await runner.startTransaction();
    await expect(create(index)).rejects.toThrow(ConcurrentlyInTransactionError);
    await expect(dropIndexConcurrently(runner, index)).rejects.toThrow(/`transaction = false`/);
    await runner.rollbackTransaction();
  });

  it('is followed by a warning for every invalid index that no migration rebuilds', async () => {
    await interrupt(index);
    const warn = jest.spyOn(owner.logger, 'log');
    await runner.release();
    await owner.runMigrations();
    runner = owner.createQueryRunner();

    expect(warn.mock.calls).toEqual([
      [
        'warn',
        expect.stringMatching(/idx_sample on sample is INVALID.*REINDEX INDEX CONCURRENTLY idx_sample`/),
      ],
    ]);
  });
});
