// @slow: runs work for many users
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  InvalidUserIdError,
  UserNotFoundError,
  UserScopeMismatchError,
  UserScopeMissingError,
} from '../../src/index.js';
import { putSold } from '../support/database-journal.js';
import { startSeparateLogins } from '../support/separate-logins.js';
import type { SeparateLogins } from '../support/separate-logins.js';

describe('UsersRepository.forEach', () => {
  let under: SeparateLogins;
  /** The ids of the users, in the order of the database. */
  let ids: string[];

  beforeEach(async () => {
    under = await startSeparateLogins();
    await under.owner.query(
      `INSERT INTO users (email) SELECT 'user-' || n || '@example.com' FROM generate_series(1, 205) n`,
    );
    await under.owner.query(`INSERT INTO accounts (user_id, id, name) SELECT id, 'acct-1', email FROM users`);
    const rows: { id: string }[] = await under.owner.query('SELECT id FROM users ORDER BY id');
    ids = rows.map(({ id }) => id);
  });
  afterEach(() => under.close());

  it('runs the work of each user once, in the scope of that user', async () => {
    const seen: string[] = [];
    const report = await under.users.forEach(async (user) => {
      const [account, ...others] = await under.accounts.list();
      expect(account).toMatchObject({ userId: user.id, name: user.email });
      expect(others).toEqual([]);
      expect(user).not.toHaveProperty('passwordHash');
      seen.push(under.scope.userId);
    });

    expect(seen).toEqual(ids);
    expect(report).toEqual({ done: 205, failed: 0, last: ids.at(-1), isComplete: true });
  });

  it('continues after a failure, and reports its user', async () => {
    const failures: unknown[] = [];
    const wrong = ids[101] ?? '';
    const report = await under.users.forEach(
      async ({ id }) => {
        await under.scope.transaction(async () => {
          await under.journal.append(putSold({ id: 'put-1' }));
          if (id === wrong) throw new Error('no price');
        });
      },
      {
        onSettled: ({ user, ...outcome }) => {
          if ('error' in outcome) failures.push([user.id, outcome.error]);
          expect(() => under.scope.userId).toThrow(UserScopeMissingError);
        },
      },
    );

    expect(report).toMatchObject({ done: 204, failed: 1, isComplete: true });
    expect(failures).toEqual([[wrong, new Error('no price')]]);
    expect(await under.owner.query('SELECT user_id FROM journal ORDER BY 1')).toEqual(
      ids.filter((id) => id !== wrong).map((id) => ({ user_id: id })),
    );
  });

  it('ends before the next user after an abort, and can continue from there', async () => {
    const ending = new AbortController();
    const seen: string[] = [];
    const work = ({ id }: { id: string }) => {
      if (seen.push(id) === 120) ending.abort();
      return Promise.resolve();
    };
    const first = await under.users.forEach(work, { signal: ending.signal });
    const second = await under.users.forEach(work, { after: first.last ?? '' });

    expect(first).toEqual({ done: 120, failed: 0, last: ids[119], isComplete: false });
    expect(second).toEqual({ done: 85, failed: 0, last: ids[204], isComplete: true });
    expect(seen).toEqual(ids);
    expect(await under.users.forEach(work, { after: ids.at(-1) })).toMatchObject({
      done: 0,
      isComplete: true,
    });
    expect(await under.users.forEach(work, { signal: AbortSignal.abort() })).toEqual({
      done: 0,
      failed: 0,
      last: null,
      isComplete: false,
    });
  });

  it('ends with the error of its observer', async () => {
    const observer = new Error('no disk');
    const run = under.users.forEach(() => Promise.resolve(), { onSettled: () => Promise.reject(observer) });

    await expect(run).rejects.toBe(observer);
  });

  it('fails only for a user who was deleted during the run', async () => {
    const [first = '', second = ''] = ids;
    const failures: unknown[] = [];
    const work = async ({ id }: { id: string }) => {
      if (id === first) await under.users.delete(second);
      await under.accounts.create({ id: 'acct-2', name: 'IRA' });
    };
    const report = await under.users.forEach(work, {
      onSettled: (outcome) => void ('error' in outcome && failures.push(outcome.error)),
    });

    expect(report).toMatchObject({ done: 204, failed: 1 });
    expect(failures).toEqual([new UserNotFoundError(second)]);
  });

  it('refuses to run within a unit of work, and with an invalid id to continue from', async () => {
    const work = () => Promise.reject(new Error('must not run'));

    await expect(under.scope.transaction(() => under.users.forEach(work))).rejects.toThrow(
      new UserScopeMismatchError('Call users.forEach outside a unit of work; nothing was run.'),
    );
    await expect(under.users.forEach(work, { after: 'anna' })).rejects.toThrow(InvalidUserIdError);
  });
});
