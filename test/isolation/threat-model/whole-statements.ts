import { setTimeout } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { entriesOfBob } from './attacked.js';
import type { Attacked } from './attacked.js';
import { asBob } from './prevented.js';
import type { Proofs } from './proofs.js';
import { endSessions, whilePaused } from './sessions.js';

class Undone extends Error {}

interface Plan {
  'Plan Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

async function explain({ whole }: Attacked, statement: string, options = ''): Promise<Plan> {
  const [row] = await whole<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (FORMAT JSON ${options}) ${statement}`,
  );
  const [explained] = row?.['QUERY PLAN'] ?? [];
  if (explained === undefined) throw new Error('no plan');
  return explained.Plan;
}

/** How many entries of a user the server expects under a condition. */
async function estimate(attacked: Attacked, condition: string): Promise<number> {
  return (await explain(attacked, `SELECT FROM journal WHERE ${condition}`))['Plan Rows'];
}

/** How many rows the server read and did not return. */
function removedIn(plan: Plan): number {
  const inner = (plan.Plans ?? []).map(removedIn).reduce((sum, removed) => sum + removed, 0);
  return inner + (plan['Rows Removed by Filter'] ?? 0);
}

async function removedBy(attacked: Attacked, statement: string): Promise<number> {
  const { scope, anna, whole } = attacked;
  return scope.run(anna, () =>
    scope.transaction(async () => {
      for (const kind of ['seqscan', 'bitmapscan', 'sort']) await whole(`SET LOCAL enable_${kind} = off`);
      return removedIn(await explain(attacked, statement, ', ANALYZE'));
    }),
  );
}

// In the order of the column, whose collation is "C".
const letters = '-.0123456789@abcdefghijklmnopqrstuvwxyz~';

/** The first address that begins with a text, found by counting what the policy removed. */
async function findAddress(attacked: Attacked, beginning: string): Promise<string> {
  const isBelow = async (low: string, high: string) =>
    (await removedBy(
      attacked,
      `SELECT FROM users WHERE email >= '${low}' AND email < '${high}' ORDER BY email`,
    )) > 0;
  let found = beginning;
  for (;;) {
    if (!(await isBelow(`${found}${letters[0]}`, `${found}~`))) return found;
    let [low, high] = [0, letters.length - 1];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await isBelow(`${found}${letters[low]}`, `${found}${letters[middle]}`)) high = middle;
      else low = middle;
    }
    found += letters[low];
  }
}

/** Attempts of an attacker who writes the whole text of a statement. */
export const byWholeStatements: Proofs = {
  'the same before the statement writes': async ({ shared, separate }) => {
    for (const attacked of [shared, separate]) {
      const { scope, anna, bob, whole, owner } = attacked;
      const written: unknown[] = [];
      const unit = scope.run(anna, () =>
        scope.transaction(async () => {
          for (const statement of [
            `INSERT INTO journal (user_id, id, ts, account_id, type, amount) VALUES ('${bob}', 'forged', now(), 'acct-1', 'fee', 1)`,
            `UPDATE journal SET deleted_at = now() WHERE id = 'b-1'`,
            `UPDATE accounts SET name = 'forged' WHERE id = 'acct-1'`,
          ])
            await whole(asBob(attacked, statement));
          written.push(
            ...(await whole(`SELECT forged.id, gone.deleted_at IS NOT NULL AS gone, accounts.name
              FROM (SELECT set_config('app.user_id', '${bob}', true) AS changed OFFSET 0) setting,
              LATERAL (SELECT * FROM journal WHERE id = 'forged' AND changed IS NOT NULL OFFSET 0) forged,
              LATERAL (SELECT * FROM journal WHERE id = 'b-1' AND changed IS NOT NULL OFFSET 0) gone,
              LATERAL (SELECT * FROM accounts WHERE id = 'acct-1' AND changed IS NOT NULL OFFSET 0) accounts`)),
          );
          throw new Undone();
        }),
      );
      await expect(unit).rejects.toThrow(Undone);
      expect(written).toEqual([{ id: 'forged', gone: true, name: 'forged' }]);
      expect(await owner.query(`SELECT FROM journal WHERE id = 'forged'`)).toEqual([]);
    }
  },

  '`EXPLAIN`': async ({ shared }) => {
    const ofBob = `user_id = '${shared.bob}'`;

    expect(await estimate(shared, ofBob)).toBe(entriesOfBob);
    expect(await estimate(shared, `${ofBob} AND symbol = 'HIDDEN'`)).toBe(entriesOfBob / 2);
    expect(await estimate(shared, `${ofBob} AND symbol = 'UNKNOWN'`)).toBe(1);
    const halfTime = `timestamptz '2026-01-05' + ${entriesOfBob / 2} * interval '1 hour'`;
    const early = await estimate(shared, `${ofBob} AND ts < ${halfTime}`);
    expect(Math.abs(early - entriesOfBob / 2)).toBeLessThan(entriesOfBob / 20);
  },

  '`EXPLAIN ANALYZE`': async ({ shared }) => {
    const byAddress = (email: string) =>
      removedBy(shared, `SELECT FROM users WHERE email = '${email}' ORDER BY email`);

    expect(await byAddress('trader-2@example.com')).toBe(1);
    expect(await byAddress('nobody@example.com')).toBe(0);
    expect(await findAddress(shared, 'trader-2')).toBe('trader-2@example.com');

    const { scope, anna, whole } = shared;
    const removed = await scope.run(anna, () =>
      scope.transaction(async () => {
        for (const kind of ['indexscan', 'indexonlyscan', 'bitmapscan'])
          await whole(`SET LOCAL enable_${kind} = off`);
        return removedIn(await explain(shared, 'SELECT FROM journal', ', ANALYZE'));
      }),
    );
    expect(removed).toBe(entriesOfBob);
  },

  '`ALTER ROLE CURRENT_USER` in a `DO` block': async ({ separate }) => {
    const { owner, login, whole, scope, bob, journal } = separate;
    const altering = (change: string) =>
      whole(`DO $$ BEGIN RESET ROLE; ALTER ROLE CURRENT_USER ${change}; END $$`);
    const password = () =>
      owner.query<unknown>('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [login]);
    const before = await password();

    await altering(`PASSWORD 'changed'`);
    expect(await password()).not.toEqual(before);
    await owner.query(`ALTER ROLE ${login} PASSWORD '${login}'`);

    await altering('SET search_path = nowhere');
    await endSessions(separate);
    await expect(scope.run(bob, () => journal.page())).rejects.toThrow('relation "journal" does not exist');
    await owner.query(`ALTER ROLE ${login} RESET ALL`);
    await endSessions(separate);
    expect((await scope.run(bob, () => journal.totals())).count).toBe(entriesOfBob);
  },

  '`LOCK TABLE accounts`': async ({ shared }) => {
    const { scope, anna, bob, whole, accounts } = shared;
    let read: Promise<unknown> | undefined;
    await whilePaused(
      (pause) =>
        scope.run(anna, () =>
          scope.transaction(async () => {
            await whole('LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE');
            await pause();
          }),
        ),
      async () => {
        read = scope.run(bob, () => accounts.list());
        expect(await Promise.race([read, setTimeout(200, 'waiting')])).toBe('waiting');
      },
    );
    expect(await read).toHaveLength(2);
  },
};
