import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidUserIdError, UserScopeMismatchError, UserScopeMissingError } from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

describe('UserScope', () => {
  let under: JournalUnderTest;
  let anna: string;
  let ben: string;

  beforeAll(async () => {
    under = await startJournal({ pool: { min: 0, max: 2, idleTimeout: 30_000, connectionTimeout: 5_000 } });
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    anna = await under.newUser();
    ben = await under.newUser();
  });

  const idsOf = (userId: string) =>
    under.scope.run(userId, async () => (await under.journal.page()).entries.map(({ id }) => id));

  it('has its user id in lower case, and returns the result of the work', async () => {
    const userId = anna.toUpperCase();

    expect(await under.scope.run(userId, () => Promise.resolve(under.scope.userId))).toBe(anna);
  });

  it('is missing outside of `run`, and after it', async () => {
    const { scope, journal, accounts } = under;
    await scope.run(anna, () => journal.page());

    expect(() => scope.userId).toThrow(UserScopeMissingError);
    for (const work of [() => journal.append(putSold()), () => journal.page(), () => journal.get('seed-1')])
      await expect(work()).rejects.toThrow(UserScopeMissingError);
    for (const work of [
      () => journal.totals(),
      () => journal.premiumByWeek(),
      () => under.imports.controlSums([]),
    ])
      await expect(work()).rejects.toThrow(UserScopeMissingError);
    for (const work of [() => accounts.list(), () => accounts.get('a'), () => accounts.create({ name: 'x' })])
      await expect(work()).rejects.toThrow(UserScopeMissingError);
  });

  it.each(['', 'anna', `${'0'.repeat(8)}-0000`, "' OR true --"])(
    'refuses the user id "%s" without running anything',
    async (userId) => {
      let ran = false;
      const work = () => Promise.resolve((ran = true));

      await expect(under.scope.run(userId, work)).rejects.toThrow(InvalidUserIdError);
      expect(ran).toBe(false);
    },
  );

  it('can be nested for another user if no unit of work is open', async () => {
    const seen = await under.scope.run(anna, async () => [
      await under.scope.run(ben, () => Promise.resolve(under.scope.userId)),
      under.scope.userId,
    ]);

    expect(seen).toEqual([ben, anna]);
  });

  it('applies to a query that is sent when it is awaited, as by query builders', async () => {
    const { scope } = under;
    const query = { then: (done: (userId: string) => void) => done(scope.userId) };
    const awaited = () => query as unknown as Promise<string>;

    expect(await scope.run(ben, async () => scope.run(anna, awaited))).toBe(anna);
  });

  it('refuses another user within a unit of work, and accepts its own user', async () => {
    const { scope, journal } = under;
    await scope.run(anna, () =>
      scope.transaction(async () => {
        await expect(scope.run(ben, () => journal.append(putSold()))).rejects.toThrow(UserScopeMismatchError);
        await scope.run(anna.toUpperCase(), () => journal.append(putSold({ id: 'seed-1' })));
      }),
    );

    expect(await idsOf(anna)).toEqual(['seed-1']);
    expect(await idsOf(ben)).toEqual([]);
  });

  it('isolates users with concurrent calls on fewer connections', async () => {
    const { scope, journal } = under;
    const users = await Promise.all(Array.from({ length: 10 }, () => under.newUser()));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ user: fc.nat(9), wait: fc.nat(3), together: fc.boolean() }), { maxLength: 20 }),
        async (runs) => {
          await Promise.all(
            runs.map(async ({ user, wait, together }) => {
              const userId = users[user] ?? '';
              const work = async () => {
                await journal.append(putSold({ id: 'seed-1', notes: userId }));
                await setTimeout(wait);
                const { notes } = await journal.get('seed-1');
                return [scope.userId, notes];
              };
              const seen = await scope.run(userId, () => (together ? scope.transaction(work) : work()));
              expect(seen).toEqual([userId, userId]);
            }),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it('isolates users with equal ids', async () => {
    const { scope, journal, accounts } = under;
    await scope.run(anna, () => accounts.create({ id: 'anna only', name: 'Taxable' }));
    await scope.run(anna, () => journal.append([putSold({ id: 'seed-1' }), putSold({ id: 'anna only' })]));
    await scope.run(ben, () => journal.append(putSold({ id: 'seed-1', amount: '1' })));

    await scope.run(ben, async () => {
      expect((await journal.get('seed-1')).amount).toBe('1.00000000');
      await expect(journal.get('anna only')).rejects.toThrow('anna only');
      await expect(accounts.get('anna only')).rejects.toThrow('anna only');
      await expect(journal.append(putSold({ accountId: 'anna only' }))).rejects.toThrow('anna only');
      const page = await journal.page({ status: 'all' });
      expect(page.entries.map(({ userId, id }) => [userId, id])).toEqual([[ben, 'seed-1']]);
      expect((await journal.totals()).net).toBe('1.00000000');
      expect((await journal.premiumByWeek()).map(({ premium }) => premium)).toEqual(['1.00000000']);
      expect((await under.imports.controlSums(['seed-1', 'anna only'])).map(({ count }) => count)).toEqual([
        1,
      ]);
      expect((await accounts.list()).map(({ userId, id }) => [userId, id])).toEqual([
        [ben, 'acct-1'],
        [ben, 'acct-2'],
      ]);
      const [first] = (await under.imports.appendMissing([{ ...putSold({ amount: '1' }), id: 'anna only' }]))
        .inserted;
      expect(first).toBe('anna only');
    });
    expect((await scope.run(anna, () => journal.get('seed-1'))).amount).toBe('260.41309812');
  });
});
