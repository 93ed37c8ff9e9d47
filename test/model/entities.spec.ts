import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Account, JournalEntry, User } from '../../src/index.js';
import type { DecimalString } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { linkless } from '../support/record-arbitraries.js';

describe('The entities, through plain TypeORM repositories', () => {
  let under: JournalUnderTest;
  let userId: string;
  const repository = () => under.dataSource.getRepository(JournalEntry);
  const inScope = (work: () => Promise<void>) => () => under.scope.run(userId, work);
  const fee = (id: string) =>
    ({ userId, id, ts: new Date('2026-01-05'), accountId: 'acct-1', type: 'fee', amount: '-1.3' }) as const;

  beforeAll(async () => {
    under = await startJournal();
    // A zone whose historical offsets have seconds: instants must not depend on the session's
    // zone.
    const name = new URL(under.url).pathname.slice(1);
    await under.owner.query(`ALTER DATABASE ${name} SET timezone = 'Australia/Sydney'`);
    await under.dataSource.destroy();
    await under.dataSource.initialize();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it(
    'return money, quantities, days, instants and JSON exactly as given',
    inScope(async () => {
      // TypeORM omits a key named __proto__. The focused repositories do not.
      const given = linkless.filter(({ meta }) => !JSON.stringify(meta).includes('"__proto__":'));
      let made = 0;
      await fc.assert(
        fc.asyncProperty(given, async (columns) => {
          made += 1;
          const key = { userId, id: `entry-${made}` };
          await repository().save({ ...columns, ...key });

          const stored = await repository().findOneOrFail({ where: key, withDeleted: true });
          expect(stored).toEqual({ ...columns, ...key, originalEntryId: null });
        }),
        { numRuns: 150 },
      );
    }),
  );

  it(
    'supply default values',
    inScope(async () => {
      const before = Date.now();
      await repository().insert(fee('fee-1'));

      const stored = await repository().findOneByOrFail({ userId, id: 'fee-1' });
      expect(stored).toMatchObject({
        symbol: null,
        qty: null,
        meta: {},
        deletedAt: null,
        originalEntryId: null,
      });
      expect(Math.abs(stored.createdAt.getTime() - before)).toBeLessThan(60_000);
      expect(stored.updatedAt).toEqual(stored.createdAt);
    }),
  );

  it(
    'follow the relations to the user, the account and the replaced entry',
    inScope(async () => {
      await repository().insert(fee('fee-1'));
      await repository().insert({ ...fee('fee-2'), originalEntryId: 'fee-1', accountId: 'acct-2' });
      const other = await under.newUser();
      await under.scope.run(other, () => repository().insert({ ...fee('fee-1'), userId: other }));

      const found = await repository().find({
        where: { userId, id: 'fee-2' },
        relations: { user: true, account: { user: true }, originalEntry: { account: true } },
      });

      expect(found).toHaveLength(1);
      expect(found[0]?.user).toMatchObject({ id: userId });
      expect(found[0]?.account).toMatchObject({ userId, id: 'acct-2', name: 'IRA', user: { id: userId } });
      expect(found[0]?.originalEntry).toMatchObject({
        userId,
        id: 'fee-1',
        account: { userId, name: 'Taxable' },
      });
    }),
  );

  it(
    'can be filtered by columns of a relation',
    inScope(async () => {
      await repository().insert([fee('fee-1'), { ...fee('fee-2'), accountId: 'acct-2' }]);

      const found = await repository().findBy({ userId, account: { name: 'IRA' } });
      expect(found.map(({ id }) => id)).toEqual(['fee-2']);
    }),
  );

  it(
    'can be saved by their relations',
    inScope(async () => {
      const user = await under.dataSource.getRepository(User).findOneByOrFail({ id: userId });
      const accounts = under.dataSource.getRepository(Account);
      await accounts.save(accounts.create({ user, userId, id: 'acct-3', name: 'Margin' }));
      const account = await accounts.findOneByOrFail({ userId, id: 'acct-3' });
      await repository().save(repository().create({ ...fee('fee-3'), accountId: account.id, account }));

      expect(await repository().findOneBy({ userId, id: 'fee-3' })).toMatchObject({ accountId: 'acct-3' });
    }),
  );

  it(
    'exclude the password hash from every result that does not request it',
    inScope(async () => {
      const users = under.dataSource.getRepository(User);
      await under.scope.withAllUsers(() => users.update({ id: userId }, { passwordHash: 'scrypt$…' }));
      await repository().insert(fee('fee-1'));

      const [user] = await users.findBy({ id: userId });
      const [entry] = await repository().find({ where: { userId }, relations: { user: true } });
      expect(user).not.toHaveProperty('passwordHash');
      expect(entry?.user).not.toHaveProperty('passwordHash');
      const withHash = () => users.find({ where: { id: userId }, select: { passwordHash: true } });
      expect(await under.scope.withAllUsers(withHash)).toEqual([{ passwordHash: 'scrypt$…' }]);
      // The deprecated name.
      expect(await under.scope.signIn(withHash)).toEqual([{ passwordHash: 'scrypt$…' }]);
      await expect(withHash()).rejects.toThrow('permission denied');
    }),
  );

  it('accept a decimal only as text: the compiler rejects a number', () => {
    const numbersAreRefused: number extends DecimalString ? never : true = true;
    const wordsAreRefused: 'twelve' extends DecimalString ? never : true = true;
    const decimals: DecimalString[] = ['-260.41309812', '0', '12'];

    expect([numbersAreRefused, wordsAreRefused, decimals.length]).toEqual([true, true, 3]);
  });
});
