// @slow 20 s: starts a PgBouncer for each group
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { ConnectionLostError, DatabaseConnectionError, JournalDataSource } from '../../src/index.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { failureOf } from '../support/failure.js';
import { serverUrl, startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';
import { addSequence, changes, itLeavesNothingBehind, leavings } from '../support/left-behind.js';
import { sessionOf } from '../support/leak-hunt/sessions.js';
import { describeWithPgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import type { PgBouncer } from '../support/pgbouncer.js';
import { rawClients } from '../support/raw-clients.js';
import { until } from '../support/until.js';

type BouncerSettings = Record<string, string | number>;

/** Two users whose application reaches the server through PgBouncer. */
class Bounced {
  #bouncer: PgBouncer | undefined;
  #under: TwoUsers | undefined;
  /** The login role of the application. */
  login = '';

  constructor(
    poolSize: number,
    own: { bouncer?: BouncerSettings; application?: Partial<DatabaseSettings> } = {},
  ) {
    // Settings of PgBouncer 1.18, which does not support prepared statements in transaction mode.
    const application = { preparedStatements: false, ...own.application };
    beforeAll(async () => {
      this.#under = await startTwoUsers(poolSize, application, async (url) => {
        this.login = new URL(url).username;
        const options = { logins: [this.login], settings: own.bouncer ?? {} };
        this.#bouncer = await startPgBouncer(serverUrl(), options);
        return this.#bouncer.through(url);
      });
    });
    afterAll(async () => {
      await this.#bouncer?.stop();
      await this.#under?.close();
    });
  }

  get under(): TwoUsers {
    if (this.#under === undefined) throw new Error('the application has not started yet');
    return this.#under;
  }

  asAnna(sql: string): Promise<Record<string, unknown>[]> {
    return this.under.scope.run(this.under.anna, () => this.under.dataSource.query(sql));
  }

  seenByBob(): Promise<string[]> {
    return this.under.seenBy(this.under.bob);
  }

  /**
   * Destroys the sockets to PgBouncer that have an open transaction, without a Terminate message.
   */
  hangUp(): void {
    const { url } = this.under.dataSource.options as { url: string };
    for (const client of rawClients(new URL(url).pathname.slice(1), this.login))
      if (client.getTransactionStatus() === 'T') client.connection.stream.destroy();
  }

  async console(command: string): Promise<Record<string, unknown>[]> {
    const rows = (await this.#bouncer?.console(command)) ?? [];
    return rows.filter(({ user }) => user === this.login);
  }
}

describeWithPgBouncer('Sixty users over two connections to the server', () => {
  const users = 60;
  const bounced = new Bounced(users);

  it('see only their own entries, with any concurrent calls', async () => {
    const { under } = bounced;
    const { scope, journal } = under;
    const ids: string[] = [];
    while (ids.length < users) ids.push(await under.newUser());
    const fee = (id: string) =>
      ({ id, ts: new Date(), accountId: 'acct-1', type: 'fee', amount: '1' }) as const;
    const work = (user: string, index: number) =>
      scope.run(user, async () => {
        for (const turn of [1, 2, 3]) {
          await scope.transaction(async () => {
            await journal.append(fee(`${index}-${turn}`));
            expect((await journal.page()).entries).toHaveLength(turn);
          });
          expect((await journal.page()).entries).toHaveLength(turn);
        }
      });

    await Promise.all(ids.map(work));

    const seen = await Promise.all(ids.map((id) => under.seenBy(id)));
    expect(seen).toEqual(ids.map((_, index) => [`${index}-1`, `${index}-2`, `${index}-3`]));
    expect((await bounced.console('SHOW CLIENTS')).length).toBe(users);
    expect((await bounced.console('SHOW SERVERS')).length).toBe(2);
  });

  it('see no writes of a unit of work whose client disconnects', async () => {
    const { scope, journal, anna } = bounced.under;
    const entry = { id: 'never', ts: new Date(), accountId: 'acct-1', type: 'fee', amount: '1' } as const;
    const unit = scope.run(anna, () =>
      scope.transaction(
        async (manager) => {
          await journal.append(entry);
          bounced.hangUp();
          await manager.query('SELECT 1');
        },
        { attempts: 1 },
      ),
    );
    await expect(unit).rejects.toThrow(ConnectionLostError);

    for (let times = 0; times < 4; times += 1)
      expect([await bounced.under.seenBy(anna), await bounced.seenByBob()]).toEqual([['a-1'], ['b-1']]);
  });
});

/**
 * Closing the client connection would not help: PgBouncer keeps the server session and gives it to
 * the next client.
 */
describe.each([
  ['fast', { fastPath: true }],
  ['fast, statements unnamed', { fastPath: true, preparedStatements: false }],
  ['plain', { fastPath: false }],
])('The next user of the one connection of PgBouncer, on the %s transport,', (_name, settings) => {
  describeWithPgBouncer('gets no state from statements of the previous user:', () => {
    let bouncer: PgBouncer;
    itLeavesNothingBehind(() =>
      startTwoUsers(1, settings, async (url) => {
        const logins = [new URL(url).username];
        bouncer = await startPgBouncer(serverUrl(), { logins, settings: { default_pool_size: 1 } });
        return bouncer.through(url);
      }),
    );
    afterAll(() => bouncer.stop());
  });
});

describeWithPgBouncer('A process that receives the session of the server from another process', () => {
  const bounced = new Bounced(1, { bouncer: { default_pool_size: 1 } });

  it('finds no state of that process', async () => {
    const { under } = bounced;
    await addSequence(under);
    const session = () => onServer((under.dataSource.options as { url: string }).url, sessionOf);
    await bounced.asAnna('DO $$ BEGIN END $$');
    const fresh = await session();
    for (const [, ...statements] of leavings) {
      await under.scope.run(under.anna, () =>
        under.scope.transaction(async () => {
          for (const statement of statements)
            await under.dataSource.query(statement.replaceAll('ANNA', under.anna));
        }),
      );
      expect(changes(fresh, await session())).toEqual({});
    }
  });
});

/**
 * Behind PgBouncer, RESET ALL restores the setting of the database, not the setting of the client.
 */
describeWithPgBouncer('A database with its own settings', () => {
  const bounced = new Bounced(1, { bouncer: { default_pool_size: 1 } });

  it.each([
    `datestyle = 'German'`,
    `timezone = 'Asia/Kolkata'`,
    `client_encoding = 'LATIN1'`,
    `standard_conforming_strings = off`,
    `search_path = nowhere, public`,
    `bytea_output = 'escape'`,
    `extra_float_digits = -5`,
  ])('such as %s, is read and written correctly after a reset', async (setting) => {
    const { under, login } = bounced;
    const { owner, scope, journal, bob } = under;
    const [database] = await owner.query<{ name: string }[]>('SELECT current_database() AS name');
    await owner.query(`ALTER DATABASE ${database?.name} SET ${setting}`);
    await endSessions(bounced);
    const ts = new Date('2026-02-03T04:05:06.789Z');
    const entry = {
      id: setting,
      ts,
      accountId: 'acct-bob',
      type: 'fee',
      amount: '1',
      notes: 'Café \\',
    } as const;
    await bounced.asAnna('SET row_security = off');
    const stored = await scope.run(bob, async () => {
      await journal.append(entry);
      return journal.get(setting);
    });
    await bounced.asAnna('SELECT 1');

    expect(stored).toMatchObject({ ts, notes: 'Café \\' });
    expect(await scope.run(bob, () => journal.get(setting))).toMatchObject({ ts, notes: 'Café \\' });
    expect(
      await owner.query('SELECT ts = $2 AS "isSame", notes FROM journal WHERE id = $1', [setting, ts]),
    ).toEqual([{ isSame: true, notes: 'Café \\' }]);
    await owner.query(`ALTER DATABASE ${database?.name} RESET ${setting.split(' ')[0]}`);
    await endSessions({ under, login });
  });

  it('with array_nulls off, gets the nulls of entries over a new session of the server', async () => {
    const { owner, scope, journal, bob } = bounced.under;
    const [database] = await owner.query<{ name: string }[]>('SELECT current_database() AS name');
    await owner.query(`ALTER DATABASE ${database?.name} SET array_nulls = off`);
    await endSessions(bounced);
    // Until PgBouncer notices the end of a session, it breaks the client's connection.
    await until(async () => (await bounced.console('SHOW SERVERS')).length === 0);
    const fee = { ts: new Date(), accountId: 'acct-bob', type: 'fee', amount: '1' } as const;
    const given = [
      { ...fee, id: 'noted', notes: 'NULL' },
      { ...fee, id: 'silent', notes: null },
    ];
    await scope.run(bob, () => journal.load(given));

    expect(
      await owner.query(`SELECT id, notes FROM journal WHERE id IN ('noted', 'silent') ORDER BY id`),
    ).toEqual([
      { id: 'noted', notes: 'NULL' },
      { id: 'silent', notes: null },
    ]);
    await owner.query(`ALTER DATABASE ${database?.name} RESET array_nulls`);
    await endSessions(bounced);
  });

  /** PgBouncer opens new server sessions, which start with the current settings of the database. */
  const endSessions = ({ under, login }: { under: TwoUsers; login: string }) =>
    under.owner.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1`, [
      login,
    ]);
});

describeWithPgBouncer("The application's name", () => {
  const bounced = new Bounced(1, { application: { applicationName: 'journal web' } });

  it('is displayed after a reset', async () => {
    const shown = () => bounced.asAnna(`SELECT current_setting('application_name') AS name`);

    expect([await shown(), await shown()]).toEqual(Array(2).fill([{ name: 'journal web' }]));
  });
});

describeWithPgBouncer('A database in which no user may create temporary tables', () => {
  const bounced = new Bounced(1, { bouncer: { default_pool_size: 1 } });

  it('rejects them', async () => {
    const [row] = await bounced.asAnna('SELECT current_database() AS name');
    const name = String(row?.['name']);
    await bounced.under.owner.query(`REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC`);

    await expect(bounced.asAnna('CREATE TEMP TABLE journal AS TABLE public.journal')).rejects.toThrow(
      'permission denied to create temporary tables',
    );
    expect(await bounced.seenByBob()).toEqual(['b-1']);
  });
});

describeWithPgBouncer(
  'Prepared statements over two connections of a PgBouncer that does not know of them',
  () => {
    const bounced = new Bounced(4, { application: { preparedStatements: true } });

    it('are prepared again if the session of the server lacks them', async () => {
      const { scope, journal, anna, bob } = bounced.under;
      const read = (user: string) =>
        scope.run(user, async () => {
          const { count } = await journal.totals();
          const inUnit = () => journal.page().then(({ entries }) => entries.map(({ id }) => id));
          return [count, ...(await scope.transaction(inUnit))];
        });
      const all = Array.from({ length: 40 }, (_, index) => read(index % 2 ? anna : bob));

      expect(await Promise.all(all)).toEqual(all.map((_, index) => [1, index % 2 ? 'a-1' : 'b-1']));
    });
  },
);

const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
const asked = `SELECT ${limits.map((limit) => `current_setting('${limit}') AS ${limit}`).join(', ')}`;

describeWithPgBouncer('The time-outs, with ignore_startup_parameters', () => {
  const bounced = new Bounced(1);

  it('are those of the role', async () => {
    const { login } = bounced;
    const { owner } = bounced.under;
    for (const limit of limits) await owner.query(`ALTER ROLE ${login} SET ${limit} = '7s'`);
    await owner.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1`, [
      login,
    ]);

    expect(await bounced.asAnna(asked)).toEqual([Object.fromEntries(limits.map((limit) => [limit, '7s']))]);
  });
});

describeWithPgBouncer('The time-outs, without ignore_startup_parameters', () => {
  const bouncer = { ignore_startup_parameters: '' };
  const application = { statementTimeout: 0, lockTimeout: 0, idleInTransactionTimeout: 0 };
  const bounced = new Bounced(1, { bouncer, application });

  it('are not sent if they are 0', async () => {
    expect(await bounced.asAnna(asked)).toEqual([Object.fromEntries(limits.map((limit) => [limit, '0']))]);
  });

  it('are otherwise rejected, and the error states the remedy', async () => {
    const { options } = bounced.under.dataSource as JournalDataSource;
    const extra = { ...(options.extra as object), statement_timeout: 30_000 };
    const start = new JournalDataSource({ ...options, extra }).initialize();

    await expect(start).rejects.toThrow(DatabaseConnectionError);
    await expect(start).rejects.toThrow('add it to ignore_startup_parameters');
  });
});

describeWithPgBouncer('A PgBouncer in statement mode', () => {
  const bounced = new Bounced(1);

  it('fails the start, and the error states the remedy', async () => {
    const { options } = bounced.under.dataSource as JournalDataSource;
    const settings = { pool_mode: 'statement' };
    const bouncer = await startPgBouncer(serverUrl(), { logins: [bounced.login], settings });
    const url = bouncer.through(options.url);
    const start = new JournalDataSource({ ...options, url, authUrl: url }).initialize();
    const failure = await failureOf(start);
    await bouncer.stop();

    expect(failure).toBeInstanceOf(DatabaseConnectionError);
    expect((failure as Error).message).toContain('set its pool_mode to transaction');
  });
});
