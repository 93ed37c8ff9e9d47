import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AccountConflictError,
  AccountNotFoundError,
  InvalidInputError,
  UserNotFoundError,
} from '../../src/index.js';
import type { NewAccount } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
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

  it('creates an account under the id of the client, or else a UUIDv7', async () => {
    const named = await create({ id: 'acct-1', name: 'Taxable' });
    const { id } = await create({ name: 'Taxable' });

    expect(named).toMatchObject({ userId, id: 'acct-1', name: 'Taxable' });
    expect(named.createdAt).toBeInstanceOf(Date);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(await inScope(() => under.accounts.get('acct-1'))).toEqual(named);
  });

  it('changes nothing when the same account is created again, also at the same time', async () => {
    const calls = Array.from({ length: 20 }, () => create({ id: 'acct-1', name: 'Taxable' }));
    const [first, ...others] = await Promise.all(calls);

    for (const other of others) expect(other).toEqual(first);
    expect(await inScope(() => under.accounts.list())).toEqual([first]);
  });

  it('refuses another name under an id, and keeps the first', async () => {
    await create({ id: 'acct-1', name: 'Taxable' });

    await expect(create({ id: 'acct-1', name: 'taxable' })).rejects.toThrow(AccountConflictError);
    expect(await inScope(() => under.accounts.get('acct-1'))).toMatchObject({ name: 'Taxable' });
  });

  it('lists the accounts by id in the order of the code points', async () => {
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

  it('says so when there is no such account, or no such user', async () => {
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

  it.each<[string, object, string[]]>([
    ['an empty id and an empty name', { id: '', name: '' }, ['id', 'name']],
    ['no name', {}, ['name']],
    ['NUL', { name: 'a\0b' }, ['name']],
    ['an id of 201 characters', { id: 'x'.repeat(201), name: 'x' }, ['id']],
    ['a user', { name: 'x', userId: 'y' }, ['user_id']],
  ])('refuses %s', async (_, account, columns) => {
    const refusal: unknown = await create(account as NewAccount).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(InvalidInputError);
    expect((refusal as InvalidInputError).problems.map(({ column }) => column)).toEqual(columns);
  });
});
