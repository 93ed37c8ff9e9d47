import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import type { Pool, PoolClient } from 'pg';
import { JournalEntry } from '../../../src/index.js';
import { startTwoUsers } from '../../support/isolation.js';
import type { TwoUsers } from '../../support/isolation.js';

/** How many operations a sequence has; LEAK_HUNT_RUNS=1000 hunts for longer. Fast-check prints the seed of a failure. */
const sequenceLength = 40;
const runs = Number(process.env['LEAK_HUNT_RUNS'] ?? 6);

const kinds = [
  'append',
  'insert',
  'mark',
  'unit',
  'undone',
  'mistake',
  'refusal',
  'timeout',
  'cancel',
  'kill',
  'signIn',
] as const;
interface Operation {
  user: number;
  kind: (typeof kinds)[number];
}
const operation = fc.record({ user: fc.nat(2), kind: fc.constantFrom(...kinds) });

/** What a user has, told in memory: the ids of the entries, and whether each is live. */
type Model = Map<string, boolean>;

describe.each([1, 10])('Whatever three users do at once over %d pooled connections', (poolSize) => {
  let under: TwoUsers;
  let made = 0;

  beforeAll(async () => {
    under = await startTwoUsers(poolSize);
  });
  afterAll(() => under.close());

  const entries = () => under.dataSource.getRepository(JournalEntry);
  const fee = (id: string) =>
    ({ id, ts: new Date(), accountId: 'acct-1', type: 'fee', amount: '1' }) as const;
  const query = (sql: string) => under.dataSource.query<Record<string, unknown>[]>(sql);

  /** One operation of a user, and what it does to their model, if it comes to its end. */
  async function perform(userId: string, kind: Operation['kind'], model: Model): Promise<void> {
    const { scope, journal } = under;
    const id = `e-${(made += 1)}`;
    const mark = () => entries().createQueryBuilder().update().set({ deletedAt: new Date() }).execute();
    switch (kind) {
      case 'append':
        await journal.append(fee(id));
        model.set(id, true);
        return;
      case 'insert':
        await entries().insert({ ...fee(id), userId });
        model.set(id, true);
        return;
      case 'mark':
        // Without a where: every row that may be marked, which is every live one.
        expect((await mark()).affected).toBe([...model.values()].filter((live) => live).length);
        for (const marked of model.keys()) model.set(marked, false);
        return;
      case 'unit':
        await scope.transaction(async () => {
          await journal.append(fee(id));
          await expect(scope.transaction(() => query('SELECT 1 / 0'))).rejects.toThrow('division');
          expect(await entries().count()).toBe(model.size + 1);
        });
        model.set(id, true);
        return;
      case 'undone':
        await expect(
          scope.transaction(async () => {
            await journal.append(fee(id));
            await mark();
            throw new Error('undone');
          }),
        ).rejects.toThrow('undone');
        return;
      case 'mistake':
        await expect(query('SELECT id FROM nowhere')).rejects.toThrow('does not exist');
        return;
      case 'refusal':
        await expect(query('UPDATE journal SET amount = 0')).rejects.toThrow('permission denied');
        return;
      case 'timeout':
        await expect(
          scope.transaction(async () => {
            await query(`SET LOCAL statement_timeout = 10`);
            await journal.append(fee(id));
            await query('SELECT pg_sleep(5), id FROM journal');
          }),
        ).rejects.toThrow(/timeout/);
        return;
      case 'cancel':
        await expect(query('SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)')).rejects.toThrow(
          /cancel/,
        );
        return;
      case 'kill':
        await expect(
          scope.transaction(async () => {
            await journal.append(fee(id));
            const [row] = await query('SELECT pg_backend_pid() AS pid');
            await under.owner.query('SELECT pg_terminate_backend($1)', [row?.['pid']]);
            await query('SELECT id FROM journal');
          }),
        ).rejects.toThrow(/terminat|already released/i);
        return;
      case 'signIn':
        await expect(scope.signIn(() => query('SELECT id FROM journal'))).rejects.toThrow(
          'permission denied',
        );
    }
  }

  /** What a user sees by each way to the database, none of which names the user. */
  async function expectToSee(model: Model): Promise<void> {
    const ids = [...model.keys()].sort();
    const live = ids.filter((id) => model.get(id));
    const byRepository = await entries().find();
    const byPage = await under.journal.page({ limit: 100 });
    const bySql = await query('SELECT id FROM journal');
    const byUnit = await under.scope.transaction((manager) => manager.find(JournalEntry));
    for (const found of [byRepository, bySql, byUnit]) expect(found.map(({ id }) => id).sort()).toEqual(ids);
    expect(byPage.entries.map(({ id }) => id).sort()).toEqual(live);
  }

  /** What the pooled connections carry, asked of pg itself, past the scope. */
  async function leftovers(): Promise<unknown[]> {
    const { master: pool } = under.dataSource.driver as unknown as { master: Pool };
    const clients: PoolClient[] = [];
    for (let taken = 0; taken < poolSize; taken += 1) clients.push(await pool.connect());
    const bare = (client: PoolClient) =>
      (Client.prototype.query as (sql: string) => Promise<{ rows: unknown[] }>).call(
        client,
        `SELECT current_setting('role') AS role, coalesce(current_setting('app.user_id', true), '') AS user`,
      );
    const results = await Promise.all(clients.map(bare));
    for (const client of clients) client.release();
    return results.flatMap(({ rows }) => rows);
  }

  it('each sees what they have written, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: sequenceLength, maxLength: sequenceLength }),
        async (operations) => {
          const users = [await under.newUser(), await under.newUser(), await under.newUser()];
          const models: Model[] = users.map(() => new Map<string, boolean>());
          const workOf = (userId: string, index: number) =>
            under.scope.run(userId, async () => {
              const model = models[index] as Model;
              for (const { kind } of operations.filter(({ user }) => user === index)) {
                await perform(userId, kind, model);
                await expectToSee(model);
              }
            });

          await Promise.all(users.map(workOf));
          expect(await leftovers()).toEqual(Array(poolSize).fill({ role: 'none', user: '' }));
        },
      ),
      { numRuns: runs, endOnFailure: true },
    );
  });
});
