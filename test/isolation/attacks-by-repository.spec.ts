// @slow: hundreds of attacks, on each transport
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Like, Not, IsNull } from 'typeorm';
import {
  Account,
  EntryNotFoundError,
  InvalidUserIdError,
  JournalEntry,
  UnknownAccountError,
  User,
  UserScopeMismatchError,
  UserScopeMissingError,
} from '../../src/index.js';
import { everyTransport, startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';

describe.each(everyTransport)('Code without a filter by user, over %s', (_, poolSize, transport) => {
  let under: TwoUsers;
  let before: unknown[];
  const entries = () => under.dataSource.getRepository(JournalEntry);
  const accounts = () => under.dataSource.getRepository(Account);
  const users = () => under.dataSource.getRepository(User);
  const entry = (values: { userId?: string; id?: string; amount?: '7' }) =>
    ({
      userId: under.anna,
      id: 'x',
      ts: new Date(),
      accountId: 'acct-1',
      type: 'fee',
      amount: '1',
      ...values,
    }) as const;

  beforeAll(async () => {
    under = await startTwoUsers(poolSize, transport);
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    before = await under.everything();
  });
  afterEach(async () => {
    expect(await under.everything()).toEqual(before);
    expect([await under.seenBy(under.bob), await under.seenBy(under.anna)]).toEqual([['b-1'], ['a-1']]);
  });

  const idsOf = (found: readonly { id: string }[]) => found.map(({ id }) => id).sort();

  it.each<[string, () => Promise<unknown>, unknown]>([
    ['find()', async () => idsOf(await entries().find()), ['a-1']],
    [
      'find with a relation',
      async () =>
        idsOf((await entries().find({ relations: { user: true } })).flatMap(({ user }) => user ?? [])).length,
      1,
    ],
    ["another user's key", () => entries().findOneBy({ userId: under.bob, id: 'b-1' }), null],
    ["another user's id alone", () => entries().findOneBy({ id: 'b-1' }), null],
    ['a pattern', async () => idsOf(await accounts().findBy({ name: Like('%') })), ['acct-1', 'acct-2']],
    ['count()', () => entries().count(), 1],
    ['the users', () => users().count(), 1],
    ['a query builder', async () => idsOf(await entries().createQueryBuilder().getMany()), ['a-1']],
    [
      'a query builder with an injected where',
      async () => idsOf(await entries().createQueryBuilder('e').where(`e.id = '' OR 1 = 1`).getMany()),
      ['a-1'],
    ],
    [
      'a sum',
      () => entries().createQueryBuilder('e').select('sum(e.amount)').getRawOne(),
      { sum: '-1.30000000' },
    ],
    [
      'the EntityManager',
      async () => idsOf(await under.dataSource.manager.find(Account)),
      ['acct-1', 'acct-2'],
    ],
    [
      'a separate runner',
      async () => {
        const runner = under.dataSource.createQueryRunner();
        return idsOf(await runner.manager.find(JournalEntry).finally(() => runner.release()));
      },
      ['a-1'],
    ],
    [
      'a separate transaction',
      () => under.dataSource.transaction(async (manager) => idsOf(await manager.find(JournalEntry))),
      ['a-1'],
    ],
  ])('reads its own rows only by %s', async (_, read, expected) => {
    expect(await under.scope.run(under.anna, read)).toEqual(expected);
    expect(await under.scope.run(under.anna, () => under.scope.transaction(read))).toEqual(expected);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['update of an amount', () => entries().update({ id: 'a-1' }, { amount: '0' }), /permission denied/],
    [
      'update of every amount',
      () => entries().createQueryBuilder().update().set({ amount: '0' }).execute(),
      /permission denied/,
    ],
    [
      'save of a changed entry',
      async () => entries().save({ ...(await entries().findOneByOrFail({ id: 'a-1' })), amount: '7' }),
      /permission denied/,
    ],
    [
      'upsert',
      () => entries().upsert(entry({ id: 'a-1', amount: '7' }), ['userId', 'id']),
      /permission denied/,
    ],
    ['delete of everything', () => entries().createQueryBuilder().delete().execute(), /permission denied/],
    ['delete with a condition NOT NULL', () => entries().delete({ id: Not(IsNull()) }), /permission denied/],
    ['delete({})', () => entries().delete({}), /Empty criteria/],
    ['remove', async () => entries().remove(await entries().find()), /permission denied/],
    ['deleteAll', () => entries().deleteAll(), /permission denied/],
    ['clear()', () => accounts().clear(), /permission denied|must be owner/],
    ['insert for another user', () => entries().insert(entry({ userId: under.bob })), /row-level security/],
    [
      "save over another user's entry",
      () => entries().save(entry({ userId: under.bob, id: 'b-1' })),
      /row-level security/,
    ],
    [
      'a subscription',
      () => users().update({ id: under.anna }, { subscriptionTier: 'premium' }),
      /permission denied/,
    ],
    ['a password', () => users().update({ id: under.anna }, { passwordHash: 'x' }), /permission denied/],
    ['a new user', () => users().insert({ email: 'x@example.com' }), /permission denied/],
  ])('is refused %s', async (_, write, refusal) => {
    await expect(under.scope.run(under.anna, write)).rejects.toThrow(refusal);
    const unit = under.scope.run(under.anna, () => under.scope.transaction(write));
    await expect(unit).rejects.toThrow(refusal);
  });

  it('changes only its own entries by an update without where, which marks them as deleted', async () => {
    const marked = under.scope.run(under.anna, () =>
      under.scope.transaction(async () => {
        const { affected } = await entries()
          .createQueryBuilder()
          .update()
          .set({ deletedAt: new Date() })
          .execute();
        throw new Error(`undone: ${affected}`);
      }),
    );

    await expect(marked).rejects.toThrow('undone: 1');
  });

  it("cannot append to another user's account or amend another user's entry", async () => {
    const { scope, imports, journal, anna } = under;
    const fee = { ts: new Date(), type: 'fee', amount: '1' } as const;

    await scope.run(anna, async () => {
      await expect(journal.append({ ...fee, accountId: 'acct-bob' })).rejects.toThrow(UnknownAccountError);
      const successor = { ...fee, accountId: 'acct-1', originalEntryId: 'b-1', id: 'x' };
      await expect(imports.appendMissing([successor])).rejects.toThrow(EntryNotFoundError);
      await expect(journal.get('b-1')).rejects.toThrow(EntryNotFoundError);
    });
  });

  it('cannot reach accounts or entries while signing in', async () => {
    const { scope, anna } = under;

    const attempts: (() => Promise<unknown>)[] = [() => entries().find(), () => accounts().find()];
    for (const work of attempts) {
      await expect(scope.withAllUsers(work)).rejects.toThrow('permission denied');
      await expect(scope.run(anna, () => scope.withAllUsers(work))).rejects.toThrow('permission denied');
    }
  });

  it('is rejected outside of any scope with USER_SCOPE_MISSING', async () => {
    for (const work of [
      () => entries().find(),
      () => accounts().createQueryBuilder().getCount(),
      () => entries().insert(entry({})),
      () => under.dataSource.transaction((manager) => manager.find(JournalEntry)),
      () => under.dataSource.query('DELETE FROM journal'),
    ])
      await expect(work()).rejects.toThrow(UserScopeMissingError);
  });

  it('cannot open a scope for an invalid user id, or for another user in a unit of work', async () => {
    const { scope, anna, bob } = under;

    await expect(scope.run(`${bob}' OR true`, () => entries().find())).rejects.toThrow(InvalidUserIdError);
    const mixed = scope.run(anna, () => scope.transaction(() => scope.run(bob, () => entries().find())));
    await expect(mixed).rejects.toThrow(UserScopeMismatchError);
  });
});
