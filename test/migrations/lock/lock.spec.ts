// @slow: waits for time-outs
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MigrationLockTimeoutError, migrations, runMigrations } from '../../../src/index.js';
import { onServer } from '../../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { migratedState, withEmptyDatabase } from '../../support/migrated.js';
import { lockHolders as holdersSeenBy, untilHeld } from '../../support/migration-lock-holder.js';
import { asOwner, connectOwner } from '../../support/owner.js';
import { migrationOf } from '../../support/running-migrations.js';
import { until } from '../../support/until.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const lockHolders = () => onServer(database.url, holdersSeenBy);

/** A migration run with a name that never ends. */
function endlessRun(applicationName: string) {
  const settings = { ...database.settings, applicationName };
  const ended = runMigrations(settings, { migrations: [migrationOf(['SELECT pg_sleep(3600)'])] });
  // Prevents an unhandled rejection; the test may await the run later.
  ended.catch(() => undefined);
  return { ended, isHolding: () => onServer(database.url, untilHeld) };
}

/**
 * The session of a run that waits for its next attempt to take the lock. Before each wait, a run
 * looks for the holder of the lock.
 */
function waitingSession(applicationName: string) {
  const text = `SELECT state, backend_xmin AS xmin FROM pg_stat_activity
    WHERE application_name = $1 AND datname = current_database()
      AND state <> 'active' AND query LIKE '%FROM pg_locks%'`;
  return onServer(database.url, (client) =>
    until(
      async () =>
        (await client.query<{ state: string; xmin: string | null }>(text, [applicationName])).rows[0],
    ),
  );
}

const terminate = ({ pid }: { pid: number }) =>
  onServer(database.url, (client) => client.query('SELECT pg_terminate_backend($1)', [pid]));

describe('The migration lock', () => {
  it('is awaited for at most DATABASE_MIGRATION_WAIT_MS, and the error names the holder', async () => {
    const other = endlessRun('deploy of Monday');
    const holder = await other.isHolding();
    const begin = performance.now();
    const error: unknown = await runMigrations({ ...database.settings, migrationWaitTime: 600 }).catch(
      (thrown: unknown) => thrown,
    );

    expect(performance.now() - begin).toBeGreaterThanOrEqual(600);
    expect(performance.now() - begin).toBeLessThan(5_000);
    expect(error).toBeInstanceOf(MigrationLockTimeoutError);
    expect(error).toMatchObject({
      code: 'MIGRATION_LOCK_TIMEOUT',
      waitTime: 600,
      holder: { pid: holder.pid },
    });
    expect((error as Error).message).toMatch(
      new RegExp(
        `for 600 ms\\. .* process ${holder.pid} \\(role \\w+, application "deploy of Monday", from [\\d.:]+, ` +
          `connected since 20\\S+Z, in a transaction since 20\\S+Z, active\\)\\. .*pg_terminate_backend\\(${holder.pid}\\)`,
      ),
    );
    await terminate(holder);
    await expect(other.ended).rejects.toThrow('terminating connection');
  });

  it('passes to a waiting process when its holder ends', async () => {
    const other = endlessRun('holder');
    const holder = await other.isHolding();
    const settings = { ...database.settings, applicationName: 'waiter' };
    const waiting = runMigrations(settings, { migrations: [migrationOf(['CREATE TABLE made ()'])] });
    await waitingSession('waiter');
    await terminate(holder);

    expect(await waiting).toHaveLength(1);
    expect(await lockHolders()).toEqual([]);
  });

  it('is released after a failed migration', async () => {
    const failing = migrationOf(['CREATE TABLE half ()', 'SELECT 1 / 0']);
    await asOwner(
      database.settings,
      async (owner) => {
        await expect(owner.runMigrations()).rejects.toThrow('division by zero');
        expect(await lockHolders()).toEqual([]);
        expect(await owner.query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
      },
      { migrations: [failing] },
    );
  });

  it('is separate in each database', async () => {
    const other = endlessRun('holder');
    await other.isHolding();
    await withEmptyDatabase(async ({ settings }) => {
      expect(await runMigrations({ ...settings, migrationWaitTime: 0 })).toHaveLength(migrations.length);
    });
  });

  it('leaves waiting processes without a transaction or a snapshot', async () => {
    const holder = await endlessRun('holder').isHolding();
    const waiting = runMigrations({ ...database.settings, applicationName: 'waiter' });

    expect(await waitingSession('waiter')).toEqual({ state: 'idle', xmin: null });
    await terminate(holder);
    expect(await waiting).toEqual([]);
  });

  it('is not required to show the migrations, which changes nothing', async () => {
    await withEmptyDatabase(async ({ settings }) => {
      await asOwner(settings, async (owner) => {
        expect(await owner.showMigrations()).toBe(true);
        expect(await owner.query(`SELECT to_regclass('migrations') AS table`)).toEqual([{ table: null }]);
      });
    });
    const other = endlessRun('holder');
    await other.isHolding();
    expect(await asOwner(database.settings, (owner) => owner.showMigrations())).toBe(false);
  });

  it.each(['all', 'each', 'none'] as const)('covers the transaction mode %s', async (transaction) => {
    const application = { migrations: [migrationOf(['CREATE TABLE made ()', 'SELECT pg_sleep(0.3)'])] };
    const runs = [1, 2].map(() =>
      asOwner(database.settings, (owner) => owner.runMigrations({ transaction }), application),
    );

    expect((await Promise.all(runs)).map(({ length }) => length).sort()).toEqual([0, 1]);
  });

  it('covers migrations that are only recorded as applied', () =>
    withEmptyDatabase(async ({ settings }) => {
      const runs = [1, 2].map(() => asOwner(settings, (owner) => owner.runMigrations({ fake: true })));
      await Promise.all(runs);

      expect(await migratedState(settings)).toEqual({
        catalog: [],
        recorded: migrations.map(({ name }) => name),
      });
    }));

  it('lets a migration outside of a transaction build an index and be reverted', async () => {
    const index = migrationOf(['CREATE INDEX CONCURRENTLY idx_made ON journal (symbol)'], {
      undo: ['DROP INDEX CONCURRENTLY idx_made'],
      outside: true,
    });
    const owner = await connectOwner(database.settings, { migrations: [index] });
    const before = await migratedState(database.settings);
    expect(await owner.runMigrations()).toHaveLength(1);
    await owner.undoLastMigration();
    expect(await migratedState(database.settings)).toEqual(before);
    await owner.destroy();
  });
});
