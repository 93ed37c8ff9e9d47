import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AccountConflictError,
  AccountNotFoundError,
  InvalidInputError,
  UserNotFoundError,
} from '../../src/index.js';
import type { AccountFilter, AccountStatus, NewAccount } from '../../src/index.js';
import { failureOf } from '../support/failure.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

describe('AccountsRepository', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const create = (account: NewAccount) => inScope(() => under.accounts.create(account));

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    ({ id: userId } = await under.users.create({ email: `${process.hrtime.bigint()}@example.com` }));
  });

  it('creates an account with the id of the client, or else with a UUIDv7', async () => {
    const named = await create({ id: 'acct-1', name: 'Taxable' });
    const { id } = await create({ name: 'Taxable' });

    expect(named).toMatchObject({ userId, id: 'acct-1', name: 'Taxable' });
    expect(named.createdAt).toBeInstanceOf(Date);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(await inScope(() => under.accounts.get('acct-1'))).toEqual(named);
  });

  it('changes nothing when an existing account is created again, also concurrently', async () => {
    const calls = Array.from({ length: 20 }, () => create({ id: 'acct-1', name: 'Taxable' }));
    const [first, ...others] = await Promise.all(calls);

    for (const other of others) expect(other).toEqual(first);
    expect(await inScope(() => under.accounts.list())).toEqual([first]);
  });

  it('refuses another name for an existing id, and keeps the first name', async () => {
    await create({ id: 'acct-1', name: 'Taxable' });

    await expect(create({ id: 'acct-1', name: 'taxable' })).rejects.toThrow(AccountConflictError);
    expect(await inScope(() => under.accounts.get('acct-1'))).toMatchObject({ name: 'Taxable' });
  });

  it('lists the accounts by id, in code-point order', async () => {
    for (const id of ['b', 'é', 'A', 'a', 'acct-10', 'acct-2']) await create({ id, name: id });

    expect((await inScope(() => under.accounts.list())).map(({ id }) => id)).toEqual([
      'A',
      'a',
      'acct-10',
      'acct-2',
      'b',
      'é',
    ]);
  });

  it('rejects an unknown account and an unknown user', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';

    await expect(inScope(() => under.accounts.get('acct-1'))).rejects.toThrow(AccountNotFoundError);
    await expect(under.scope.run(nobody, () => under.accounts.create({ name: 'x' }))).rejects.toThrow(
      UserNotFoundError,
    );
  });

  it('leaves a unit of work usable after a conflict and after an unknown user', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    await under.scope.transaction(async () => {
      await expect(under.scope.run(nobody, () => under.accounts.create({ name: 'x' }))).rejects.toThrow(
        UserNotFoundError,
      );
      await create({ id: 'acct-1', name: 'Taxable' });
      await expect(create({ id: 'acct-1', name: 'IRA' })).rejects.toThrow(AccountConflictError);
      await create({ id: 'acct-2', name: 'IRA' });
    });

    expect(await inScope(() => under.accounts.list())).toHaveLength(2);
  });

  it('renames an account, and its entries keep its id', async () => {
    const { createdAt } = await create({ id: 'acct-1', name: 'Taxable' });
    await create({ id: 'acct-2', name: 'IRA' });
    await inScope(() => under.journal.append(putSold()));
    const renamed = await inScope(() => under.accounts.rename('acct-1', 'Margin'));

    expect(renamed).toMatchObject({ id: 'acct-1', name: 'Margin', closedAt: null, createdAt });
    expect(await inScope(() => under.accounts.rename('acct-1', 'Margin'))).toEqual(renamed);
    expect((await inScope(() => under.accounts.list())).map(({ name }) => name)).toEqual(['Margin', 'IRA']);
    expect(await inScope(() => under.journal.totals({ accountId: 'acct-1' }))).toMatchObject({ count: 1 });
  });

  describe('a closed account', () => {
    const idsOf = async (filter?: AccountFilter) =>
      (await inScope(() => under.accounts.list(filter))).map(({ id }) => id);

    beforeEach(async () => {
      await create({ id: 'acct-1', name: 'Taxable' });
      await create({ id: 'acct-2', name: 'IRA' });
    });

    it('is listed only on request', async () => {
      const before = Date.now();
      const closed = await inScope(() => under.accounts.close('acct-1'));

      expect(closed).toMatchObject({ id: 'acct-1', name: 'Taxable' });
      expect(closed.closedAt?.getTime()).toBeGreaterThanOrEqual(before);
      expect(closed.closedAt?.getTime()).toBeLessThanOrEqual(Date.now());
      expect(await idsOf()).toEqual(['acct-2']);
      expect(await idsOf({ status: 'open' })).toEqual(['acct-2']);
      expect(await idsOf({ status: 'closed' })).toEqual(['acct-1']);
      expect(await idsOf({ status: 'all' })).toEqual(['acct-1', 'acct-2']);
      expect(await inScope(() => under.accounts.get('acct-1'))).toEqual(closed);
      expect(await create({ id: 'acct-1', name: 'Taxable' })).toEqual(closed);
    });

    it('keeps the time of its closing until it is reopened', async () => {
      const at = new Date('2025-12-31T21:00:00.123Z');
      await inScope(() => under.accounts.close('acct-1', { at }));

      expect(await inScope(() => under.accounts.close('acct-1'))).toMatchObject({ closedAt: at });
      expect(await inScope(() => under.accounts.rename('acct-1', 'Old'))).toMatchObject({ closedAt: at });
      for (let call = 0; call < 2; call += 1)
        expect(await inScope(() => under.accounts.reopen('acct-1'))).toMatchObject({ closedAt: null });
      expect(await idsOf()).toEqual(['acct-1', 'acct-2']);
    });

    it('accepts entries and amendments, which the figures include', async () => {
      await inScope(async () => {
        await under.accounts.close('acct-1');
        await under.journal.append(putSold({ id: 'put-1' }));
        await under.journal.amend('put-1', { amount: '261' }, { reason: 'typo' });
      });

      expect(await inScope(() => under.journal.totals({ accountId: 'acct-1' }))).toMatchObject({
        count: 1,
        net: '261.00000000',
      });
    });

    it('can be changed only in the scope of its user', async () => {
      const { id: other } = await under.users.create({ email: `other-${userId}@example.com` });
      await under.scope.run(other, async () => {
        for (const change of [
          () => under.accounts.close('acct-1'),
          () => under.accounts.reopen('acct-1'),
          () => under.accounts.rename('acct-1', 'x'),
          () => under.accounts.rename('a\0b', 'x'),
        ])
          await expect(change()).rejects.toThrow(AccountNotFoundError);
      });

      expect(await idsOf()).toEqual(['acct-1', 'acct-2']);
    });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['an empty name', () => under.accounts.rename('acct-1', ''), 'name'],
    ['a name with NUL', () => under.accounts.rename('acct-1', 'a\0b'), 'name'],
    ['an invalid instant', () => under.accounts.close('acct-1', { at: new Date(NaN) }), 'at'],
    ['an unknown status', () => under.accounts.list({ status: 'live' as AccountStatus }), 'status'],
  ])('refuses %s', async (_, call, column) => {
    const failure = await failureOf(inScope(call));

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems.map((problem) => problem.column)).toEqual([column]);
  });

  it.each<[string, object, string[]]>([
    ['an empty id and an empty name', { id: '', name: '' }, ['id', 'name']],
    ['no name', {}, ['name']],
    ['NUL', { name: 'a\0b' }, ['name']],
    ['an id of 201 characters', { id: 'x'.repeat(201), name: 'x' }, ['id']],
    ['a user', { name: 'x', userId: 'y' }, ['user_id']],
  ])('refuses %s', async (_, account, columns) => {
    const refusal = await failureOf(create(account as NewAccount));

    expect(refusal).toBeInstanceOf(InvalidInputError);
    expect((refusal as InvalidInputError).problems.map(({ column }) => column)).toEqual(columns);
  });
});
