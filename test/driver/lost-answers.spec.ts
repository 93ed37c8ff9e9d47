// @slow 20 s: waits for locks and lost connections in front of each write
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CommitOutcomeUnknownError } from '../../src/index.js';
import { failureOf } from '../support/failure.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { startSwitchingProxy } from '../support/switching-proxy.js';
import type { SwitchingProxy } from '../support/switching-proxy.js';

describe.each([
  ['fast', true],
  ['plain', false],
])('With the %s transport, the lost answer to a write', (_transport, fastPath) => {
  let under: JournalUnderTest;
  let proxy: SwitchingProxy;
  let anna: string;

  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(anna, work);
  const append = (id: string) => under.journal.append(putSold({ id }));
  const page = () => asAnna(() => under.journal.page());

  /** A write whose statement contains `text`, and a condition that selects the stored rows. */
  interface Write {
    text: string;
    call: () => Promise<unknown>;
    stored: string;
  }
  const entry = `journal WHERE user_id = $1 AND id = 'new-entry'`;
  const reason = 'made for the test';
  const writes: [string, Write][] = [
    ['append', { text: 'new-entry', call: () => append('new-entry'), stored: entry }],
    [
      'append of several',
      {
        text: 'new-entry',
        call: () => under.journal.append([putSold({ id: 'new-entry' }), putSold({ id: 'other-entry' })]),
        stored: entry,
      },
    ],
    [
      'amend',
      {
        text: 'new-entry',
        call: () => under.journal.amend('live-entry', { notes: 'amended' }, { id: 'new-entry', reason }),
        stored: entry,
      },
    ],
    [
      'remove',
      {
        text: 'live-entry',
        call: () => under.journal.remove('live-entry', { reason }),
        stored: `journal WHERE user_id = $1 AND id = 'live-entry' AND deleted_at IS NOT NULL`,
      },
    ],
    [
      'restore',
      {
        text: 'new-entry',
        call: () => under.journal.restore('removed-entry', { id: 'new-entry' }),
        stored: entry,
      },
    ],
    [
      'accounts.create',
      {
        text: 'new-account',
        call: () => under.accounts.create({ id: 'new-account', name: 'Margin' }),
        stored: `accounts WHERE user_id = $1 AND id = 'new-account'`,
      },
    ],
    [
      'accounts.rename',
      {
        text: 'New name',
        call: () => under.accounts.rename('acct-1', 'New name'),
        stored: `accounts WHERE user_id = $1 AND name = 'New name'`,
      },
    ],
    [
      'accounts.close',
      {
        text: 'closed_at',
        call: () => under.accounts.close('acct-1'),
        stored: `accounts WHERE user_id = $1 AND id = 'acct-1' AND closed_at IS NOT NULL`,
      },
    ],
    [
      'accounts.reopen',
      {
        text: 'closed_at',
        call: () => under.accounts.reopen('closed-account'),
        stored: `accounts WHERE user_id = $1 AND id = 'closed-account' AND closed_at IS NULL`,
      },
    ],
    [
      'users.update',
      {
        text: 'changed@example.com',
        call: () => under.users.update(anna, { email: 'changed@example.com' }),
        stored: `users WHERE email = 'changed@example.com' AND id = $1`,
      },
    ],
    [
      'an idempotent unit of work',
      {
        text: 'new-entry',
        call: () => under.scope.transaction(() => append('new-entry'), { idempotent: true }),
        stored: entry,
      },
    ],
  ];
  const writesOnce: [string, Write][] = [
    [
      'load',
      { text: 'new-entry', call: () => under.journal.load([putSold({ id: 'new-entry' })]), stored: entry },
    ],
    [
      'users.create',
      {
        text: 'new@example.com',
        call: () => under.users.create({ email: 'new@example.com' }),
        stored: `users WHERE email = 'new@example.com' AND id <> $1`,
      },
    ],
    [
      'a unit of work',
      { text: 'new-entry', call: () => under.scope.transaction(() => append('new-entry')), stored: entry },
    ],
    [
      'users.delete',
      {
        text: 'DELETE FROM "users"',
        call: () => under.users.delete(anna),
        stored: `(SELECT 1 WHERE NOT EXISTS (SELECT FROM users WHERE id = $1)) AS deleted`,
      },
    ],
  ];
  /** The writes that read the stored row with a separate statement. */
  const readers = [...writes, ...writesOnce].filter(([name]) => /^(accounts|users)\.(?!delete)/.test(name));
  // A repeated restoration only reads and takes no lock.
  const locked = writes.filter(([name]) => name !== 'restore');

  beforeAll(async () => {
    under = await startJournal(async ({ url }) => {
      proxy = await startSwitchingProxy(url);
      const pool = { min: 0, max: 3, idleTimeout: 30_000, connectionTimeout: 5_000 };
      return { url: proxy.url, fastPath, pool, lockTimeout: 300 };
    });
  });
  afterAll(async () => {
    await under.close();
    await proxy.close();
  });
  beforeEach(async () => {
    anna = await under.newUser();
    await asAnna(async () => {
      await append('live-entry');
      await append('removed-entry');
      await under.journal.remove('removed-entry', { reason });
      await under.accounts.create({ id: 'closed-account', name: 'Closed' });
      await under.accounts.close('closed-account');
    });
  });
  afterEach(async () => {
    proxy.accept();
    await under.owner.query('DELETE FROM users');
  });

  const countOf = async (stored: string) => {
    const rows = await under.owner.query<{ n: number }[]>(`SELECT count(*)::integer AS n FROM ${stored}`, [
      anna,
    ]);
    return rows[0]?.n;
  };

  it.each([...writes, ...writesOnce])(
    'of %s is reported as an unknown outcome while no connection can be established',
    async (_name, { text, call, stored }) => {
      const dropped = proxy.dropAtEndOfTransaction(text);
      const failure = await failureOf(asAnna(call));
      await dropped;

      expect(failure).toBeInstanceOf(CommitOutcomeUnknownError);
      expect(failure).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' });
      expect(await countOf(stored)).toBe(1);
      proxy.accept();
      await page();
    },
  );

  it.each(readers)(
    'of %s is not confused with a lost read before it, which stores nothing',
    async (_name, { call, stored }) => {
      const dropped = proxy.dropBefore('SELECT "');
      const failure = await failureOf(asAnna(call));
      await dropped;

      expect(failure).toMatchObject({ code: 'DATABASE_CONNECTION' });
      expect(await countOf(stored)).toBe(0);
      proxy.accept();
      await page();
    },
  );

  it.each(locked)('of %s is not resolved by a retry that waits for a lock too long', async (_name, write) => {
    const { text, call, stored } = write;
    const locking = under.owner.createQueryRunner();
    await locking.startTransaction();
    const dropped = proxy.dropAtEndOfTransaction(text).then(async () => {
      await locking.query('LOCK TABLE journal, accounts, users IN EXCLUSIVE MODE');
      proxy.accept();
    });
    const failure = await failureOf(asAnna(call));
    await dropped;
    await locking.rollbackTransaction();
    await locking.release();

    expect(failure).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' });
    expect(await countOf(stored)).toBe(1);
  });

  it.each(writes)(
    'of %s is resolved by a retry after connections can be established again',
    async (_name, write) => {
      const { text, call, stored } = write;
      const dropped = proxy.dropAtEndOfTransaction(text).then(async () => {
        await sleep(20);
        proxy.accept();
      });
      await asAnna(call);
      await dropped;

      expect(await countOf(stored)).toBe(1);
    },
  );

  it('of an append or an amendment is resolved by a repeated call', async () => {
    const amend = () => under.journal.amend('new-entry', { notes: 'amended' }, { id: 'successor', reason });
    for (const [text, call] of [
      ['new-entry', () => append('new-entry')],
      ['successor', amend],
    ] as const) {
      const dropped = proxy.dropAtEndOfTransaction(text);
      expect(await failureOf(asAnna(call))).toBeInstanceOf(CommitOutcomeUnknownError);
      await dropped;
      proxy.accept();
      expect((await asAnna(call)).id).toBe(text);
    }

    const stored = await under.owner.query<{ id: string }[]>('SELECT id FROM journal ORDER BY id');
    expect(stored.map(({ id }) => id)).toEqual(['live-entry', 'new-entry', 'removed-entry', 'successor']);
  });
});
