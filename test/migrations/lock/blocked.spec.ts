// @slow: waits for time-outs
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { MigrationBlockedError, runMigrations } from '../../../src/index.js';
import { onServer } from '../../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { asOwner } from '../../support/owner.js';
import { migrationOf } from '../../support/running-migrations.js';
import { until } from '../../support/until.js';

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

/** Waits until the migration has ended an attempt and waits for the lock again. */
const retried = () =>
  onServer(database.url, async (client) => {
    const attempts = new Set<string>();
    await until(async () => {
      const { rows } = await client.query<{ begin: string }>(
        `SELECT xact_start::text AS begin FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      for (const { begin } of rows) attempts.add(begin);
      return attempts.size > 1;
    });
  });

describe('A migration that waits for the lock of another transaction', () => {
  it.each(['ACCESS EXCLUSIVE', 'ROW EXCLUSIVE'])(
    'is retried as a whole until %s is released',
    async (mode) => {
      await other.query('BEGIN');
      await other.query(`LOCK TABLE journal IN ${mode} MODE`);
      const applied = runMigrations(settings(20_000), {
        migrations: [migrationOf(['CREATE TABLE first_step ()', addColumn])],
      });
      await retried();
      await other.query('COMMIT');

      expect(await applied).toHaveLength(1);
      expect(await columns()).toEqual([{ name: 'remark' }, { name: 'first_step' }]);
    },
  );

  it('does not block other transactions on the table during its wait', async () => {
    await other.query('BEGIN');
    await other.query('LOCK TABLE journal IN ACCESS SHARE MODE');
    const applied = runMigrations(settings(20_000), { migrations: [migrationOf([addColumn])] });
    // A reader waits for the migration's lock time-out of 200 ms, even though the other transaction
    // remains open.
    const reader = new Client({ connectionString: database.url, statement_timeout: 5_000 });
    await reader.connect();
    let isRetried = false;
    const migrating = retried().then(() => (isRetried = true));
    while (!isRetried) await reader.query('SELECT count(*) FROM journal');
    await migrating;
    await other.query('COMMIT');
    await applied;
    await reader.end();
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
    await retried();
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
        await retried();
        await other.query('COMMIT');
        await undone;
      },
      { migrations: [migration] },
    );
    expect(await columns()).toEqual([]);
  });
});
