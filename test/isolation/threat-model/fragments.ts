import { once } from 'node:events';
import { expect } from '@jest/globals';
import { onServer } from '../../../src/testing/server/on-server.js';
import { until } from '../../support/until.js';
import { adding, addingAfter, entriesOfBob, statementTimeout } from './attacked.js';
import type { Attacked } from './attacked.js';
import { attackOwner } from './owning-login.js';
import { withOwnTables } from './own-tables.js';
import { provedBy } from './proofs.js';
import type { Proofs } from './proofs.js';
import { activityOf, duringUnitOfBob, endSessions, otherSessions } from './sessions.js';
import { readsHashes } from './trust.js';

class Undone extends Error {}

async function advisoryLocks({ owner, login }: Attacked): Promise<unknown[]> {
  return owner.query(
    `SELECT objid::int FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND usename = $1`,
    [login],
  );
}

/** Attempts that need no more than a fragment of a statement. */
export const byFragments: Proofs = {
  "`set_config('app.user_id', …)` before the statement reads": async ({ shared, separate }) => {
    for (const { fragment, bob } of [shared, separate]) {
      const ofBob = await fragment(
        adding(`SELECT entry.id
          FROM (SELECT set_config('app.user_id', '${bob}', true) AS changed OFFSET 0) setting,
          LATERAL (SELECT id FROM journal WHERE changed IS NOT NULL OFFSET 0) entry`),
      );
      expect(ofBob).toHaveLength(entriesOfBob);
      expect(ofBob).toContain('b-1');
      const address = addingAfter({ 'app.user_id': bob }, 'SELECT email FROM users');
      expect((await fragment(address)).join()).toContain('trader-2@example.com');
    }
  },

  "`set_config('role', 'none', …)`, then `pg_stat_activity`": async ({ shared, separate }) => {
    for (const attacked of [shared, separate]) {
      const { owner, login, bob, dataSource } = attacked;
      const seen: string[] = [];
      const look = async () => void seen.push(await activityOf(attacked, login));
      const read = () => dataSource.query('SELECT FROM journal WHERE notes = $1', ['a secret']);

      await duringUnitOfBob(attacked, look);
      expect(seen.pop()).toContain(`SET LOCAL app.user_id = '${bob}'`);
      await duringUnitOfBob(attacked, look, read);
      expect(seen.join()).toContain('WHERE notes = $1');
      expect(seen.pop()).not.toContain('a secret');

      await owner.query(`ALTER ROLE ${login} SET track_activities = off`);
      await endSessions(attacked);
      await duringUnitOfBob(attacked, look);
      expect(seen.pop()).not.toContain(bob);
      await owner.query(`ALTER ROLE ${login} RESET track_activities`);
      await endSessions(attacked);
    }
  },

  'the same, then `pg_cancel_backend` or `pg_terminate_backend`': async ({ shared, separate }) => {
    for (const attacked of [shared, separate]) {
      const { fragment, login, accounts, bob, scope } = attacked;
      const unit = duringUnitOfBob(
        attacked,
        async () => void (await fragment(otherSessions('pg_terminate_backend', login))),
        () => accounts.create({ id: 'never', name: 'Never' }),
      );
      await expect(unit).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      expect(await scope.run(bob, () => accounts.list())).toHaveLength(2);

      const slow = expect(
        scope.run(bob, () => attacked.dataSource.query('SELECT pg_sleep(10)')),
      ).rejects.toThrow('canceling statement due to user request');
      const sleeping = `SELECT FROM pg_stat_activity WHERE usename = $1 AND wait_event = 'PgSleep'`;
      await until(async () => (await attacked.owner.query<unknown[]>(sleeping, [login])).length > 0);
      await fragment(otherSessions('pg_cancel_backend', login));
      await slow;
    }
  },

  "`set_config('role', 'journal_auth', …)` with a shared login": async ({ shared }) => {
    const { owner, whole, scope, anna } = shared;
    await readsHashes(shared);
    const deletion = scope.run(anna, () =>
      scope.transaction(async () => {
        await whole(`DO $$ BEGIN SET LOCAL ROLE journal_auth; DELETE FROM users; END $$`);
        expect(await whole('SELECT FROM users')).toEqual([]);
        throw new Undone();
      }),
    );
    await expect(deletion).rejects.toThrow(Undone);
    expect(await owner.query('SELECT FROM users')).toHaveLength(2);
  },

  "`set_config('role', 'none', …)` where the login owns the tables": () =>
    attackOwner(async (asAnna) => {
      const injected = addingAfter({ role: 'none' }, 'SELECT email, password_hash FROM users');
      const rows = await asAnna(`SELECT id FROM accounts WHERE id = '${injected}'`);
      expect(JSON.stringify(rows)).toContain('hash of bob');
      await asAnna(`DO $$ BEGIN RESET ROLE; UPDATE users SET password_hash = 'x'; END $$`);
      const changed = await asAnna(`SELECT id FROM accounts WHERE id = '${injected}'`);
      expect(JSON.stringify(changed)).not.toContain('hash of');
    }),

  '`pg_class`: `reltuples`, `relpages`, sizes': async ({ shared: { fragment } }) => {
    const [facts] = await fragment(
      adding(`SELECT concat_ws(' ', reltuples, relpages > 0, pg_relation_size(oid) > 0)
        FROM pg_class WHERE oid = 'journal'::regclass`),
    );
    expect(facts).toBe(`${entriesOfBob + 1} t t`);
  },

  '`pg_stat_user_tables`: `n_tup_ins` and others': async ({ shared }) => {
    const { fragment, scope, bob, dataSource } = shared;
    const inserted = async () =>
      Number(
        (
          await fragment(adding(`SELECT n_tup_ins::text FROM pg_stat_user_tables WHERE relname = 'accounts'`))
        )[0],
      );
    const before = await inserted();
    await scope.run(bob, () =>
      scope.transaction(async () => {
        await dataSource.query(
          `INSERT INTO accounts (user_id, id, name) SELECT $1, 'counted-' || n, 'x' FROM generate_series(1, 7) n`,
          [bob],
        );
        // Otherwise the server reports within some seconds.
        await dataSource.query('SELECT pg_stat_force_next_flush()');
      }),
    );
    expect((await inserted()) - before).toBe(7);
    await scope.run(bob, () => dataSource.query(`DELETE FROM accounts WHERE id LIKE 'counted-%'`));
  },

  '`pg_stat_activity` as `journal_user`': async ({ shared }) => {
    let seen: string[] = [];
    const select = `SELECT concat_ws(' ', usename, query) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await duringUnitOfBob(shared, async () => void (seen = await shared.fragment(adding(select))));

    expect(seen).toContain(`${shared.login} <insufficient privilege>`);
    expect(seen.join()).not.toContain(shared.bob);
  },

  '`pg_locks`': async ({ shared }) => {
    const { dataSource, fragment } = shared;
    let seen: string[] = [];
    const select = `SELECT concat_ws(' ', locktype, relation::regclass, mode, objid) FROM pg_locks WHERE pid <> pg_backend_pid()`;
    await duringUnitOfBob(
      shared,
      async () => void (seen = await fragment(adding(select))),
      async () => {
        await dataSource.query(`UPDATE accounts SET name = 'a secret' WHERE id = 'acct-2'`);
        await dataSource.query('SELECT pg_advisory_lock(42)');
      },
    );

    expect(seen).toContain('relation accounts RowExclusiveLock');
    expect(seen).toContain('advisory ExclusiveLock 42');
    expect(seen.join()).not.toContain('a secret');
  },

  '`pg_prepared_statements`': async ({ shared }) => {
    const { fragment, scope, bob, journal } = shared;
    await Promise.all(Array.from({ length: 4 }, () => scope.run(bob, () => journal.page({ limit: 7 }))));
    const seen = await fragment(adding('SELECT statement FROM pg_prepared_statements'));
    expect(seen.join()).toContain('FROM journal WHERE');
    expect(seen.join()).not.toContain(bob);
  },

  "`set_config('x.y', …)`, with a name of its own": async ({ shared }) => {
    const { fragment, scope, bob, dataSource } = shared;
    await fragment(adding(`SELECT set_config('x.y', 'a value', false)`));
    const read = () =>
      dataSource.query<{ left: string | null }[]>(`SELECT current_setting('x.y', true) AS left`);
    const left = await Promise.all(Array.from({ length: 4 }, () => scope.run(bob, read)));
    expect(left.flat().some((row) => row.left === '')).toBe(true);
    expect(left.flat().some((row) => row.left?.includes('a value'))).toBe(false);
  },

  '`pg_sequences`, for a serial column of an own table': ({ shared }) =>
    withOwnTables(shared, async () => {
      const { fragment, owner, bob } = shared;
      await owner.query(`INSERT INTO alerts (user_id) SELECT $1 FROM generate_series(1, 7)`, [bob]);
      expect(
        await fragment(
          adding(`SELECT last_value::text FROM pg_sequences WHERE sequencename = 'alerts_id_seq'`),
        ),
      ).toEqual(['7']);
    }),

  '`pg_notification_queue_usage()`': async ({ shared: { fragment } }) => {
    const [usage] = await fragment(adding('SELECT pg_notification_queue_usage()::text'));
    expect(Number(usage)).toBeGreaterThanOrEqual(0);
  },

  '`pg_notify(…)`': ({ shared: { url, fragment } }) =>
    onServer(url, async (listener) => {
      await listener.query('LISTEN orders');
      const received = once(listener, 'notification') as Promise<[{ payload: string }]>;
      await fragment(adding(`SELECT pg_notify('orders', 'forged')::text`));
      expect((await received)[0].payload).toBe('forged');
    }),

  '`lo_from_bytea(…)` and the like': async ({ shared }) => {
    const { fragment, owner, scope, bob, dataSource } = shared;
    const [oid] = await fragment(adding(`SELECT lo_from_bytea(0, 'left behind')::text`));
    const read = () => dataSource.query(`SELECT encode(lo_get($1), 'escape') AS content`, [oid]);
    expect(await scope.run(bob, read)).toEqual([{ content: 'left behind' }]);
    await owner.query('SELECT lo_unlink($1)', [oid]);

    await owner.query('REVOKE EXECUTE ON FUNCTION lo_creat, lo_create, lo_from_bytea FROM PUBLIC');
    for (const call of ['lo_creat(-1)', 'lo_create(0)', `lo_from_bytea(0, 'x')`])
      await expect(fragment(adding(`SELECT ${call}::text`))).rejects.toThrow('permission denied');
  },

  '`pg_advisory_lock(…)`': async ({ shared }) => {
    const { fragment, scope, anna } = shared;
    const take = `none' OR pg_advisory_lock(7) IS NULL --`;
    let during: unknown[] = [];
    await scope.run(anna, () =>
      scope.transaction(async () => {
        await fragment(take);
        during = await advisoryLocks(shared);
      }),
    );
    expect(during).toContainEqual({ objid: 7 });
    expect(await advisoryLocks(shared)).toEqual([]);
    await fragment(take);
    expect(await advisoryLocks(shared)).toEqual([]);
  },

  '`pg_sleep(…)`, or anything that costs time': async ({ shared: { fragment } }) => {
    const begun = performance.now();
    await expect(fragment(`none' OR pg_sleep(20) IS NULL --`)).rejects.toThrow('statement timeout');
    expect(performance.now() - begun).toBeGreaterThan(statementTimeout - 50);
    expect(performance.now() - begun).toBeLessThan(20_000);
  },

  'a setting such as `search_path`, for the rest of the own unit of work': provedBy(
    'not-prevented',
    'changes only the settings of later statements in its own unit of work',
  ),
};
