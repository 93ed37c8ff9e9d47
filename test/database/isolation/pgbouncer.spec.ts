import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import type { DatabaseSettings } from '../../../src/config/database.settings.js';
import { DatabaseConnectionError, JournalDataSource } from '../../../src/index.js';
import { serverUrl, startTwoUsers } from '../../support/isolation.js';
import type { TwoUsers } from '../../support/isolation.js';
import { describeWithPgBouncer, startPgBouncer } from '../../support/pgbouncer.js';
import type { PgBouncer } from '../../support/pgbouncer.js';

type BouncerSettings = Record<string, string | number>;

/** Two users whose application reaches the server through PgBouncer. */
class Bounced {
  #bouncer: PgBouncer | undefined;
  #under: TwoUsers | undefined;
  /** As which the application connects. */
  login = '';

  constructor(
    poolSize: number,
    own: { bouncer?: BouncerSettings; application?: Partial<DatabaseSettings> } = {},
  ) {
    // Those of PgBouncer 1.18, which keeps no prepared statements.
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

  async console(command: string): Promise<Record<string, unknown>[]> {
    const rows = (await this.#bouncer?.console(command)) ?? [];
    return rows.filter(({ user }) => user === this.login);
  }
}

describeWithPgBouncer('Sixty users over two connections to the server', () => {
  const users = 60;
  const bounced = new Bounced(users);

  it("see their own entries and nobody else's, whatever they do at once", async () => {
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

  it('see nothing of a unit of work whose client hangs up in the midst of it', async () => {
    const { scope, journal, anna } = bounced.under;
    const entry = { id: 'never', ts: new Date(), accountId: 'acct-1', type: 'fee', amount: '1' } as const;
    const unit = scope.run(anna, () =>
      scope.transaction(async (manager) => {
        await journal.append(entry);
        const client = (await manager.queryRunner?.connect()) as Client;
        client.connection.stream.destroy();
        await manager.query('SELECT 1');
      }),
    );
    await expect(unit).rejects.toThrow(/terminated|not queryable|released/);

    for (let times = 0; times < 4; times += 1)
      expect([await bounced.under.seenBy(anna), await bounced.seenByBob()]).toEqual([['a-1'], ['b-1']]);
  });
});

const hostile = [
  `SET app.user_id = 'x'`,
  'SET ROLE journal_auth',
  'SET row_security = off',
  'SET search_path = nowhere',
  'CREATE TEMP TABLE journal AS TABLE public.journal',
] as const;

/** What docs/decisions/005-row-level-security.md says of poolers: closing our connection to PgBouncer does not close the server's. */
describeWithPgBouncer('A statement that an attacker writes as a whole, behind PgBouncer', () => {
  const bounced = new Bounced(1, { bouncer: { default_pool_size: 1 } });
  const clean = () =>
    bounced.under.owner.query(`
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${bounced.login}'`);

  it.each(hostile.slice(0, 2))('changes nothing for the next user by %s', async (statement) => {
    await bounced.asAnna(statement);

    expect(await bounced.seenByBob()).toEqual(['b-1']);
    await clean();
  });

  it.each([
    [hostile[2], 'row-level security'],
    [hostile[3], '"journal" does not exist'],
  ])('keeps the next user from reading by %s', async (statement, refusal) => {
    await bounced.asAnna(statement);

    await expect(bounced.seenByBob()).rejects.toThrow(refusal);
    await clean();
  });

  it('leaves a temporary table in which the next user reads and writes', async () => {
    await bounced.asAnna(hostile[4]);

    expect(await bounced.seenByBob()).toEqual(['a-1']);
    await clean();
  });

  it('makes no temporary table where nobody may', async () => {
    const [row] = await bounced.asAnna('SELECT current_database() AS name');
    const name = String(row?.['name']);
    await bounced.under.owner.query(`REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC`);

    await expect(bounced.asAnna(hostile[4])).rejects.toThrow('permission denied to create temporary tables');
    await bounced.under.owner.query(`GRANT TEMPORARY ON DATABASE ${name} TO PUBLIC`);
  });
});

describeWithPgBouncer('PgBouncer with server_reset_query_always', () => {
  const bounced = new Bounced(1, { bouncer: { default_pool_size: 1, server_reset_query_always: 1 } });

  it.each(hostile)('forgets %s before it serves the next user', async (statement) => {
    await bounced.asAnna(statement);

    expect(await bounced.seenByBob()).toEqual(['b-1']);
  });
});

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

  it('are not sent where they are 0', async () => {
    expect(await bounced.asAnna(asked)).toEqual([Object.fromEntries(limits.map((limit) => [limit, '0']))]);
  });

  it('are refused otherwise, and the error says what to do', async () => {
    const { options } = bounced.under.dataSource as JournalDataSource;
    const extra = { ...(options.extra as object), statement_timeout: 30_000 };
    const start = new JournalDataSource({ ...options, extra }).initialize();

    await expect(start).rejects.toThrow(DatabaseConnectionError);
    await expect(start).rejects.toThrow('add it to ignore_startup_parameters');
  });
});
