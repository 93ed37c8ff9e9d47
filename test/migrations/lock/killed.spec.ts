// @slow: starts several processes for each test
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { onServer } from '../../../src/testing/server/on-server.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { migratedState, undisturbed, withEmptyDatabase } from '../../support/migrated.js';
import type { Migrated } from '../../support/migrated.js';
import { MigrationCommand } from '../../support/migration-cli.js';
import type { Ormconfig } from '../../support/migration-cli.js';
import { lockHolders, untilHeld } from '../../support/migration-lock-holder.js';
import { rounds } from '../../support/rounds.js';
import { sampleMigrations } from '../../support/sample-migrations.js';
import { until } from '../../support/until.js';

/** An upper bound for the duration of all sample migrations. */
const duration = 2_500;

describe('A process that is killed with kill -9 while it migrates', () => {
  const cli = new MigrationCommand();
  let reference: Migrated;

  beforeAll(async () => {
    reference = await undisturbed({ migrations: sampleMigrations });
  });

  /** Starts commands that the server can tell apart. */
  function startAll(database: TestDatabase, count: number, which: Ormconfig = 'sample') {
    return Array.from({ length: count }, (_, index) => {
      const name = `migration ${index}`;
      const env = { DATABASE_URL: database.url, DATABASE_APPLICATION_NAME: name };
      return { name, ...cli.start(which, ['migration:run'], env) };
    });
  }

  const inRounds = Array.from({ length: rounds(1) }, (_, round) => [round + 1]);

  it.each(inRounds)('leaves a state that the next run completes (round %i)', () =>
    withEmptyDatabase(async (database) => {
      const [run] = startAll(database, 1);
      const moment = randomInt(duration);
      await onServer(database.url, untilHeld);
      await sleep(moment);
      run?.child.kill('SIGKILL');
      await run?.ended;
      const next = await cli.run('sample', ['migration:run'], { DATABASE_URL: database.url });

      expect({ moment, ...next }).toMatchObject({ moment, code: 0 });
      expect({ moment, ...(await migratedState(database.settings)) }).toEqual({ moment, ...reference });
    }),
  );

  it.each(inRounds)('is replaced by one of three waiting processes (round %i)', () =>
    withEmptyDatabase(async (database) => {
      const runs = startAll(database, 4);
      const moment = randomInt(duration);
      const killed = await onServer(database.url, async (client) => {
        await untilHeld(client);
        await sleep(moment);
        // After all commands are done no session holds the lock, so any command will do.
        const [holder] = await lockHolders(client);
        return runs.find(({ name }) => name === holder?.applicationName) ?? runs[randomInt(4)];
      });
      killed?.child.kill('SIGKILL');
      const others = await Promise.all(runs.filter((run) => run !== killed).map(({ ended }) => ended));

      expect(others.map(({ code, stderr }) => ({ moment, code, stderr }))).toEqual(
        others.map(() => ({ moment, code: 0, stderr: '' })),
      );
      expect({ moment, ...(await migratedState(database.settings)) }).toEqual({ moment, ...reference });
    }),
  );

  it('loses the lock soon, even during a statement that takes an hour', () =>
    withEmptyDatabase(async (database) => {
      const [run] = startAll(database, 1, 'endless');
      await onServer(database.url, async (client) => {
        await until(() => isSleeping(client));
        run?.child.kill('SIGKILL');
        const begin = performance.now();
        await until(async () => (await lockHolders(client)).length === 0);

        expect(performance.now() - begin).toBeLessThan(10_000);
      });
    }));
});

async function isSleeping(client: Client): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(3600)' AND datname = current_database()`,
  );
  return rows.length > 0;
}
