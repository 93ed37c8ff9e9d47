// @slow: waits for time-outs
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { MigrationBlockedError, runMigrations } from '../../../src/index.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { asOwner } from '../../support/owner.js';
import { migrationOf } from '../../support/running-migrations.js';

let database: TestDatabase;
let other: Client;
beforeEach(async () => {
  database = await createTestDatabase();
  other = new Client({ connectionString: database.url, application_name: 'report of the year' });
  await other.connect();
});
afterEach(async () => {
  await other.end();
  await database.drop();
});

const settings = (wait: number) => ({
  ...database.settings,
  migrationLockTimeout: 200,
  migrationWaitTime: wait,
});
const addColumn = 'ALTER TABLE journal ADD COLUMN remark text';
const columns = (): Promise<unknown[]> =>
  asOwner(database.settings, (owner) =>
    owner.query(`SELECT attname AS name FROM pg_attribute WHERE attrelid = 'journal'::regclass AND attname = 'remark'
                 UNION ALL SELECT relname FROM pg_class WHERE relname = 'first_step'`),
  );

describe('A migration that waits for the lock of another transaction', () => {
  it.each(['ACCESS EXCLUSIVE', 'ROW EXCLUSIVE'])(
    'is retried as a whole until %s is released',
    async (mode) => {
      await other.query('BEGIN');
      await other.query(`LOCK TABLE journal IN ${mode} MODE`);
      const applied = runMigrations(settings(20_000), {
        migrations: [migrationOf(['CREATE TABLE first_step ()', addColumn])],
      });
      await sleep(1_500);
      await other.query('COMMIT');

      expect(await applied).toHaveLength(1);
      expect(await columns()).toEqual([{ name: 'remark' }, { name: 'first_step' }]);
    },
  );

  it('does not block other transactions on the table during its wait', async () => {
    await other.query('BEGIN');
    await other.query('LOCK TABLE journal IN ACCESS SHARE MODE');
    const applied = runMigrations(settings(20_000), { migrations: [migrationOf([addColumn])] });
    const reader = new Client({ connectionString: database.url });
    await reader.connect();
    const slowest = await slowestOf(reader, 'SELECT count(*) FROM journal', 2_000);
    await other.query('COMMIT');
    await applied;
    await reader.end();

    // Readers wait little longer than the migration's time-out, even though the other transaction
    // remains open.
    expect(slowest).toBeLessThan(1_200);
  });

  it('fails after DATABASE_MIGRATION_WAIT_MS, names the oldest open transaction, and changes nothing', async () => {
    await other.query('BEGIN');
    const { rows } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await other.query('SELECT count(*) FROM journal');
    const error: unknown = await runMigrations(settings(1_000), {
      migrations: [migrationOf(['CREATE TABLE first_step ()', addColumn])],
    }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(MigrationBlockedError);
    expect(error).toMatchObject({ code: 'MIGRATION_BLOCKED', suspects: [{ pid: rows[0]?.pid }] });
    expect((error as MigrationBlockedError).attempts).toBeGreaterThan(1);
    expect((error as Error).message).toContain('application "report of the year"');
    await other.query('ROLLBACK');
    expect(await columns()).toEqual([]);
  });

  it('returns all applied migrations, including those before the retried migration', async () => {
    await other.query('BEGIN');
    await other.query('LOCK TABLE journal IN ACCESS EXCLUSIVE MODE');
    const first = migrationOf(['CREATE TABLE first_step ()']);
    const applied = runMigrations(settings(20_000), { migrations: [first, migrationOf([addColumn])] });
    await sleep(1_000);
    await other.query('COMMIT');

    expect(await applied).toHaveLength(2);
  });

  it('is not retried if --transaction none removed its transaction', async () => {
    await other.query('BEGIN');
    await other.query('LOCK TABLE journal IN ACCESS EXCLUSIVE MODE');
    await asOwner(
      settings(20_000),
      (owner) =>
        expect(owner.runMigrations({ transaction: 'none' })).rejects.toMatchObject({
          driverError: { code: '55P03' },
        }),
      { migrations: [migrationOf(['CREATE TABLE first_step ()', addColumn])] },
    );
  });

  it('is also retried on the way down', async () => {
    const migration = migrationOf([addColumn], { undo: ['ALTER TABLE journal DROP COLUMN remark'] });
    await asOwner(
      settings(20_000),
      async (owner) => {
        await owner.runMigrations();
        await other.query('BEGIN');
        await other.query('LOCK TABLE journal IN ROW EXCLUSIVE MODE');
        const undone = owner.undoLastMigration();
        await sleep(1_000);
        await other.query('COMMIT');
        await undone;
      },
      { migrations: [migration] },
    );
    expect(await columns()).toEqual([]);
  });
});

/** The longest duration of many runs of a statement, in milliseconds. */
async function slowestOf(client: Client, statement: string, duration: number): Promise<number> {
  const end = performance.now() + duration;
  let slowest = 0;
  while (performance.now() < end) {
    const begin = performance.now();
    await client.query(statement);
    slowest = Math.max(slowest, performance.now() - begin);
  }
  return slowest;
}
