import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EmailTakenError,
  InvalidInputError,
  InvalidUserIdError,
  UserBusyError,
  UserNotFoundError,
  subscriptionTiers,
} from '../../src/index.js';
import type { NewUser } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { failureOf } from '../support/failure.js';
import { whileOpen } from '../support/while-open.js';

describe('UsersRepository', () => {
  let under: JournalUnderTest;
  const create = (user: NewUser) => under.users.create(user);

  beforeAll(async () => {
    under = await startJournal({ lockTimeout: 500 });
  });
  afterAll(() => under.close());

  it('creates a user of the tier free without a password', async () => {
    const user = await create({ email: 'plain@example.com' });

    expect(user).toMatchObject({ email: 'plain@example.com', subscriptionTier: 'free' });
    expect(await under.users.get(user.id)).toEqual(user);
    expect((await under.users.findByEmailWithPasswordHash('plain@example.com'))?.passwordHash).toBeNull();
  });

  it.each(subscriptionTiers)('takes the tier %s', async (subscriptionTier) => {
    expect(await create({ email: `${subscriptionTier}@example.com`, subscriptionTier })).toMatchObject({
      subscriptionTier,
    });
  });

  it('stores and finds an address in lower case and without surrounding blanks', async () => {
    const { id, email } = await create({ email: ' \tAnna.Ünal@Example.COM\n' });

    expect(email).toBe('anna.ünal@example.com');
    expect((await under.users.findByEmail('ANNA.ÜNAL@example.com '))?.id).toBe(id);
    expect((await under.users.findByEmailWithPasswordHash(' anna.ünal@EXAMPLE.com'))?.id).toBe(id);
    expect(await under.users.findByEmail('anna@example.com')).toBeNull();
    await expect(create({ email: 'Anna.ünal@example.com' })).rejects.toThrow(EmailTakenError);
  });

  it('returns the password hash only by the method that names it', async () => {
    const { id, ...created } = await create({ email: 'ben@example.com', passwordHash: 'scrypt$1' });

    expect(created).not.toHaveProperty('passwordHash');
    expect(await under.users.get(id)).not.toHaveProperty('passwordHash');
    expect(await under.users.findByEmail('ben@example.com')).not.toHaveProperty('passwordHash');
    expect(await under.users.findByEmailWithPasswordHash('ben@example.com')).toMatchObject({
      id,
      passwordHash: 'scrypt$1',
    });
  });

  it('lets one of twenty concurrent registrations of an address succeed, and leaves a unit of work usable', async () => {
    const calls = Array.from({ length: 20 }, (_, index) =>
      create({ email: index % 2 ? 'race@example.com' : 'RACE@example.com' }),
    );
    const outcomes = await Promise.allSettled(calls);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');

    expect(lost).toHaveLength(19);
    for (const { reason } of lost) expect(reason).toBeInstanceOf(EmailTakenError);
    await under.scope.transaction(async () => {
      await expect(create({ email: 'race@example.com' })).rejects.toThrow(EmailTakenError);
      await create({ email: 'after@example.com' });
    });
    expect(await under.users.findByEmail('after@example.com')).not.toBeNull();
  });

  it('rejects an unknown id and an invalid id', async () => {
    await expect(under.users.get('00000000-0000-4000-8000-000000000000')).rejects.toThrow(UserNotFoundError);
    await expect(under.users.get('anna')).rejects.toThrow(InvalidUserIdError);
  });

  it.each<[string, object, string]>([
    ['an empty address', { email: '  ' }, 'email'],
    ['an address without @', { email: 'anna' }, 'email'],
    ['an address with two @', { email: 'a@b@c' }, 'email'],
    ['an address with nothing after @', { email: 'anna@' }, 'email'],
    ['an address with nothing before @', { email: '@example.com' }, 'email'],
    ['an address with a blank within', { email: 'an na@example.com' }, 'email'],
    ['an address with NUL', { email: 'anna\0@example.com' }, 'email'],
    ['an address of 321 characters', { email: `${'x'.repeat(309)}@example.com` }, 'email'],
    ['no address', {}, 'email'],
    ['an empty password hash', { email: 'x@example.com', passwordHash: '' }, 'password_hash'],
    ['an unknown tier', { email: 'x@example.com', subscriptionTier: 'gold' }, 'subscription_tier'],
    ['a password', { email: 'x@example.com', password: 'x' }, 'password'],
  ])('refuses %s', async (_, user, column) => {
    const failure = await failureOf(create(user as NewUser));

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems.map((problem) => problem.column)).toEqual([column]);
    expect(await under.users.findByEmail('x@example.com')).toBeNull();
  });

  describe('update', () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    let [ann, bob] = ['', ''];

    beforeEach(async () => {
      const suffix = String(process.hrtime.bigint());
      ({ id: ann } = await create({ email: `ann-${suffix}@example.com`, passwordHash: 'scrypt$1' }));
      ({ id: bob } = await create({ email: `bob-${suffix}@example.com` }));
    });

    it('changes the given members, and keeps the others', async () => {
      const before = await under.users.get(ann);
      const address = `new.${before.email}`;
      const updated = await under.users.update(ann, { email: ` ${address.toUpperCase()}` });

      expect(updated).toEqual({ ...before, email: address, updatedAt: updated.updatedAt });
      expect(updated.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
      expect(await under.users.findByEmail(before.email)).toBeNull();
      expect(await under.users.findByEmailWithPasswordHash(address)).toMatchObject({
        passwordHash: 'scrypt$1',
      });

      await under.users.update(ann, { passwordHash: 'scrypt$2', subscriptionTier: 'premium' });
      expect(await under.users.findByEmailWithPasswordHash(address)).toMatchObject({
        email: address,
        passwordHash: 'scrypt$2',
        subscriptionTier: 'premium',
      });
      await under.users.update(ann, { passwordHash: null });
      expect(await under.users.findByEmailWithPasswordHash(address)).toMatchObject({ passwordHash: null });
    });

    it('refuses the address of another user, and leaves a unit of work usable', async () => {
      const { email } = await under.users.get(bob);
      await under.scope.transaction(async () => {
        const failure = await failureOf(under.users.update(ann, { email, subscriptionTier: 'basic' }));
        expect(failure).toBeInstanceOf(EmailTakenError);
        expect(failure).toMatchObject({ email });
        await under.users.update(ann, { passwordHash: 'scrypt$2' });
      });

      const { email: kept } = await under.users.get(ann);
      expect(await under.users.findByEmailWithPasswordHash(kept)).toMatchObject({
        id: ann,
        passwordHash: 'scrypt$2',
        subscriptionTier: 'free',
      });
    });

    it('changes only the time of the update if the address is equal', async () => {
      const { email } = await under.users.get(ann);
      expect(await under.users.update(ann, { email })).toMatchObject({ id: ann, email });
    });

    it('gives a free address to one of ten concurrent users', async () => {
      const suffix = String(process.hrtime.bigint());
      const users = await Promise.all(
        Array.from({ length: 10 }, (_, index) => create({ email: `${index}-${suffix}@example.com` })),
      );
      const email = `wanted-${suffix}@example.com`;
      const outcomes = await Promise.allSettled(users.map(({ id }) => under.users.update(id, { email })));
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');

      expect(lost).toHaveLength(9);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(EmailTakenError);
    });

    it('rejects with USER_BUSY if a write of the user takes too long', async () => {
      await under.scope.run(ann, () => under.accounts.create({ id: 'acct-1', name: 'Margin' }));
      // An INSERT into a table with a foreign key to users locks the user's row like this.
      const lock = 'SELECT FROM users WHERE id = $1 FOR KEY SHARE';
      await whileOpen(under.owner, lock, [ann], async () => {
        await expect(under.users.update(ann, { email: `${ann}@example.com` })).rejects.toThrow(UserBusyError);
        await under.users.update(ann, { passwordHash: 'scrypt$2' });
        await under.scope.transaction(async () => {
          await expect(under.users.delete(ann)).rejects.toMatchObject({
            code: 'USER_BUSY',
            user: ann,
            userId: ann,
          });
          await under.users.update(ann, { passwordHash: 'scrypt$3' });
        });
      });
    });

    it('rejects an unknown user', async () => {
      await expect(under.users.update(nobody, { passwordHash: 'x' })).rejects.toThrow(UserNotFoundError);
      await expect(under.users.update('anna', { passwordHash: 'x' })).rejects.toThrow(InvalidUserIdError);
    });

    it.each<[string, object, string]>([
      ['no changes', {}, 'changes'],
      ['only members without a value', { email: undefined }, 'changes'],
      ['no address', { email: null }, 'email'],
      ['an address without @', { email: 'anna' }, 'email'],
      ['an empty password hash', { passwordHash: '' }, 'password_hash'],
      ['a password', { password: 'secret' }, 'password'],
      ['an id', { id: nobody }, 'id'],
    ])('refuses %s', async (_, changes, column) => {
      const failure = await failureOf(under.users.update(ann, changes));

      expect(failure).toBeInstanceOf(InvalidInputError);
      expect((failure as InvalidInputError).problems.map((problem) => problem.column)).toEqual([column]);
      expect(String(failure)).not.toContain('secret');
    });
  });

  it('stores any address that it accepts in the form that the CHECK constraint requires', async () => {
    let made = 0;
    const parts = fc.tuple(
      fc.oneof(
        fc.emailAddress(),
        fc.string({ unit: 'grapheme', minLength: 1 }).map((name) => `${name}@x.com`),
      ),
      fc.constantFrom('', ' ', '\u00a0'),
    );
    await fc.assert(
      fc.asyncProperty(parts, async ([address, blank]) => {
        made += 1;
        const email = `${blank}${made}${address}${blank}`;
        const user = await create({ email }).catch((error: unknown) => error);
        if (user instanceof InvalidInputError) return;
        expect(await under.users.findByEmail(email)).toEqual(user);
      }),
      { numRuns: 100 },
    );
  });
});
