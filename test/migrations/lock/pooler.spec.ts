// @slow: starts a pooler for each test
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { MigrationThroughPoolerError, migrations, runMigrations } from '../../../src/index.js';
import { onServer } from '../../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { as, createLogin, dropLogin, serverUrl } from '../../support/isolation.js';
import { describeWithPgBouncer, startPgBouncer } from '../../support/pgbouncer.js';
import type { PgBouncer } from '../../support/pgbouncer.js';

describeWithPgBouncer('Migrations through PgBouncer', () => {
  let login: string;
  let database: TestDatabase;
  let pooler: PgBouncer | undefined;

  beforeAll(async () => {
    login = await createLogin('SUPERUSER');
  });
  afterAll(() => dropLogin(login));
  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
  });
  afterEach(async () => {
    await pooler?.stop();
    await database.drop();
  });

  async function poolerWith(settings: Record<string, string | number>): Promise<string> {
    pooler = await startPgBouncer(serverUrl(), { logins: [login], settings });
    return pooler.through(as(database.url, login));
  }
  const migrate = (url: string) =>
    runMigrations({ ...database.settings, migrationUrl: url }).catch((error: unknown) => error);

  /** The created tables, and the locks left in a session of the pooler. */
  const leftovers = () =>
    onServer(database.url, async (client) => {
      const { rows } = await client.query<{ what: string }>(`
        SELECT relname AS what FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT locktype FROM pg_locks WHERE locktype = 'advisory'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
      return rows;
    });

  it.each([
    ['transaction', { pool_mode: 'transaction' }],
    ['transaction, with one session', { pool_mode: 'transaction', default_pool_size: 1 }],
    ['transaction, in turn', { pool_mode: 'transaction', default_pool_size: 4, server_round_robin: 1 }],
    ['statement', { pool_mode: 'statement' }],
  ])('are refused without other traffic, in the mode %s', async (_mode, settings) => {
    const error = await migrate(await poolerWith(settings));

    expect(error).toBeInstanceOf(MigrationThroughPoolerError);
    expect(error).toMatchObject({ code: 'MIGRATION_THROUGH_POOLER' });
    expect((error as Error).message).toMatch(/Set DATABASE_MIGRATION_URL to the server itself/);
    expect((error as Error).message).not.toContain(`:${login}@`);
    expect(await leftovers()).toEqual([]);
  });

  it.each([0, 1])('are refused with other traffic, server_round_robin = %i', async (server_round_robin) => {
    const url = await poolerWith({ default_pool_size: 5, server_round_robin });
    const others = await Promise.all(
      [1, 2, 3].map(async () => {
        const client = new Client({ connectionString: url });
        await client.connect();
        return client;
      }),
    );
    let isBusy = true;
    const traffic = others.map(async (client) => {
      while (isBusy) await client.query('SELECT pg_sleep(random() / 500)');
    });
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await migrate(url)).toBeInstanceOf(MigrationThroughPoolerError);
    isBusy = false;
    await Promise.all(traffic);
    await Promise.all(others.map((client) => client.end()));

    expect(await leftovers()).toEqual([]);
  });

  it('run in session mode, which keeps a session', async () => {
    const url = await poolerWith({ pool_mode: 'session' });

    expect(await migrate(url)).toEqual(migrations.map(({ name }) => name));
  });

  it('are rejected with this reason if the pooler refuses the time-outs', async () => {
    const error = await migrate(await poolerWith({ ignore_startup_parameters: '' }));

    expect(error).toMatchObject({ code: 'DATABASE_CONNECTION' });
    expect((error as Error).message).toMatch(/connection pooler refuses a timeout.*DATABASE_MIGRATION_URL/);
  });
});
