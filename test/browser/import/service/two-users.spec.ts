// @slow: imports random journals
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ImportedJournal } from '../../../../src/journal/imported-journal.js';
import {
  AccountsRepository,
  JournalRepository,
  UserNotFoundError,
  UserScope,
  UserDeletionService,
  UsersRepository,
} from '../../../../src/index.js';
import type { JournalEntry } from '../../../../src/index.js';
import { generateLegacyDatabase } from '../../../../src/testing/browser/legacy-database.js';
import { failureOf } from '../../../support/failure.js';
import { ImportApplication } from '../../../support/import-application.js';
import type { StoredRow } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';
import type { LegacyCells } from '../../../support/legacy-journals.js';
import { rounds } from '../../../support/rounds.js';
import { waitingForLock } from '../../../support/waiting-for-lock.js';
import { whileOpen } from '../../../support/while-open.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const impatient = new ImportApplication({ lockTimeout: 200 });
const realJournal = resolve('test', 'fixtures', 'options-tracker.db');

async function idOf(email: string, from = application): Promise<string> {
  const user = await from.get(UsersRepository).findByEmail(email);
  if (user === null) throw new Error(`${email} is no user`);
  return user.id;
}

/** All stored rows of a user: every column as text, ctid, and xmin. */
async function everythingOf(userId: string, from = application): Promise<StoredRow[]> {
  const tables = await from.sql(
    `SELECT attrelid::regclass::text AS name, attname AS key FROM pg_attribute
     JOIN pg_class ON pg_class.oid = attrelid AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
     WHERE attname = 'user_id' AND NOT attisdropped
     UNION ALL SELECT 'users', 'id' ORDER BY 1`,
  );
  const selects = tables.map(
    ({ name, key }) =>
      `SELECT '${name as string}' AS table, ctid::text, xmin::text, stored::text AS row
       FROM ${name as string} stored WHERE ${key as string} = $1`,
  );
  return from.sql(`${selects.join(' UNION ALL ')} ORDER BY 1, 2`, [userId]);
}

const deletion = (userId: string) => application.get(UsersRepository).delete(userId);

/**
 * The results or errors for each id in sequence, because concurrent calls would wait for
 * connections.
 */
async function forEachOf<T>(ids: readonly string[], read: (id: string) => Promise<T>): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const id of ids) results.push(await read(id).catch((error: unknown) => error));
  return results;
}

/** The results of each read method of the repositories for a user. */
async function seenBy(userId: string, ids: readonly string[]): Promise<Record<string, unknown>> {
  const [accounts, journal] = [application.get(AccountsRepository), application.get(JournalRepository)];
  const imports = application.get(ImportedJournal);
  return application.get(UserScope).run(userId, async () => {
    const entries: JournalEntry[] = [];
    let after: string | undefined;
    do {
      const page = await journal.page({ status: 'all', limit: 100, after });
      entries.push(...page.entries);
      after = page.next ?? undefined;
    } while (after !== undefined);
    const streamed: JournalEntry[] = [];
    for await (const entry of journal.stream({ status: 'all' })) streamed.push(entry);
    const listed = await accounts.list();
    return {
      entries,
      streamed,
      each: await forEachOf(ids, (id) => journal.get(id, { withDeleted: true })),
      totals: [await journal.totals(), await journal.totals({ status: 'all' })],
      weeks: await journal.premiumByWeek(),
      // Their order is undefined and depends on the plan.
      sums: (await imports.controlSums(ids)).map((sum) => JSON.stringify(sum)).sort(),
      chains: (await imports.chains(ids)).map((chain) => JSON.stringify(chain)).sort(),
      histories: await forEachOf(ids, (id) => journal.history(id)),
      then: await journal.asOf(new Date('2026-01-01'), { status: 'all', limit: 100 }),
      accounts: listed,
      eachAccount: await Promise.all(listed.map(({ id }) => accounts.get(id))),
    };
  });
}

async function idsOf(userId: string): Promise<string[]> {
  const rows = await application.sql('SELECT id FROM journal WHERE user_id = $1 ORDER BY id', [userId]);
  return rows.map(({ id }) => id as string);
}

/** Writes by each method of the journal. The other user has entries with some of the same ids. */
async function editSome(userId: string, shared: readonly string[]): Promise<void> {
  const journal = application.get(JournalRepository);
  await application.get(UserScope).run(userId, async () => {
    const { entries } = await journal.page({ limit: 100 });
    const [first, second] = entries.filter(({ id }) => shared.includes(id));
    if (first === undefined || second === undefined) throw new Error('too few entries have the same ids');
    await journal.amend(first.id, { amount: '12.34' }, { reason: 'typed wrongly' });
    await journal.remove(second.id, { reason: 'entered twice' });
    await journal.restore(second.id);
    const { accountId, ts } = first;
    await journal.append({ id: `${first.id}:new`, accountId, ts, type: 'fee', amount: '-1' });
  });
}

describe.each(['the real journal', 'a generated journal'])('two users who import %s', (which) => {
  const isReal = which === 'the real journal';
  const zones = isReal ? ['America/Denver', 'America/Phoenix'] : ['America/Denver', 'Australia/Sydney'];

  /**
   * Imports the journal for a user in the zone. The real journal was kept in Denver, where most
   * midnights differ from those in Phoenix.
   */
  async function importFor(email: string, timeZone = 'America/Denver') {
    const generated = () => generateLegacyDatabase({ seed: 7, trades: 60, timeZone });
    const file = isReal ? realJournal : await files.writeBytes(await generated());
    return application.import(file, email, { timeZone, skipInvalid: true });
  }

  it('each see their own data by every method, before and after imports and deletion of the other', async () => {
    const [annas, bobs] = [application.newEmail(), application.newEmail()];
    await importFor(annas, zones[0]);
    const anna = await idOf(annas);
    const ids = await idsOf(anna);
    const [seenByAnna, ofAnna] = [await seenBy(anna, ids), await everythingOf(anna)];

    await importFor(bobs, zones[1]);
    const bob = await idOf(bobs);
    const shared = (await idsOf(bob)).filter((id) => ids.includes(id));
    expect(shared.length).toBeGreaterThan(20);
    const imported = await everythingOf(bob);
    expect(await seenBy(bob, ids)).not.toEqual(seenByAnna);
    expect(await seenBy(anna, ids)).toEqual(seenByAnna);
    expect(await everythingOf(anna)).toEqual(ofAnna);

    const again = await importFor(bobs, zones[1]);
    expect(again.entries).toMatchObject({ inserted: 0, unchanged: (await idsOf(bob)).length });
    expect(await everythingOf(anna)).toEqual(ofAnna);
    expect(await everythingOf(bob)).toEqual(imported);

    await editSome(bob, shared);
    const [seenByBob, ofBob] = [await seenBy(bob, ids), await everythingOf(bob)];
    expect(ofBob).not.toEqual(imported);
    expect(await everythingOf(anna)).toEqual(ofAnna);

    await deletion(anna);
    expect(await everythingOf(anna)).toEqual([]);
    expect(await everythingOf(bob)).toEqual(ofBob);
    expect(await seenBy(bob, ids)).toEqual(seenByBob);
  });
});

const emails = ['one@example.com', 'two@example.com', 'three@example.com'] as const;

/** Three users whose files share a few ids, and their actions in random order. */
const step = fc.record({
  email: fc.constantFrom(...emails),
  does: fc.constantFrom('import', 'import', 'import again', 'delete'),
  amounts: fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 1, maxLength: 6 }),
});

it('imports, repeated imports and deletions of a user change no data of other users', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      await application.sql('DELETE FROM users');
      const imported = new Map<string, { userId: string; file: string; entries: unknown[] }>();
      const everything = async () =>
        new Map(
          await Promise.all(
            [...imported].map(async ([email, { userId }]) => [email, await everythingOf(userId)] as const),
          ),
        );
      for (const { email, does, amounts } of steps) {
        const before = await everything();
        const own = imported.get(email);
        if (own === undefined) {
          const entries = amounts.map((amount, index) => ({ id: `e-${index}`, amount: amount.toFixed(8) }));
          const file = await fileOf(email, amounts);
          await application.import(file, email);
          imported.set(email, { userId: await idOf(email), file, entries });
        } else if (does === 'delete') {
          await deletion(own.userId);
          expect(await everythingOf(own.userId)).toEqual([]);
          imported.delete(email);
        } else {
          await application.import(own.file, email);
          expect(await everythingOf(own.userId)).toEqual(before.get(email));
        }
        before.delete(email);
        const after = await everything();
        for (const [other, rows] of before) expect(after.get(other)).toEqual(rows);
      }
      for (const { userId, entries } of imported.values()) {
        const rows = await application.sql(
          'SELECT id, amount::text FROM journal WHERE user_id = $1 ORDER BY id',
          [userId],
        );
        expect(rows).toEqual(entries);
      }
    }),
    { numRuns: rounds(6) },
  );
});

/**
 * A file with one entry for each amount and an account with its own name. The last entry amends the
 * first.
 */
function fileOf(name: string, amounts: readonly number[]): Promise<string> {
  const last = amounts.length - 1;
  const link = (index: number): LegacyCells =>
    index === last && last > 0 ? { original_entry_id: 'e-0' } : {};
  const deleted = (index: number): LegacyCells =>
    index === 0 && last > 0 ? { deleted_at: '2025-04-01 00:00:00' } : {};
  return files.write({
    accounts: [{ id: 'acct-1', name }],
    journal: amounts.map((amount, index) =>
      legacyEntry(`e-${index}`, { amount, ...link(index), ...deleted(index) }),
    ),
  });
}

describe('a user', () => {
  const entries = Array.from({ length: 2500 }, (_, index) => legacyEntry(`e-${index}`));

  async function imported(
    email: string,
    journal: readonly LegacyCells[],
    into = application,
  ): Promise<string> {
    await into.import(await files.write({ journal }), email);
    return idOf(email, into);
  }

  it('is deleted during the import of another user, without delay or effect on that import', async () => {
    const [annas, bobs] = [application.newEmail(), application.newEmail()];
    const [anna, bob] = [await imported(annas, entries), await imported(bobs, [])];
    // At Bob's last entry his import waits until the other transaction has ended.
    const last = `INSERT INTO journal (user_id, id, ts, account_id, type, amount) VALUES ($1, 'e-2499', now(), 'acct-1', 'fee', 1)`;
    await whileOpen(application.owner, last, [bob], async (transaction) => {
      let isDone = false;
      const importing = imported(bobs, entries).finally(() => (isDone = true));
      await waitingForLock(application.url, 'INSERT INTO journal%');
      await deletion(anna);
      expect([isDone, await everythingOf(anna)]).toEqual([false, []]);
      await transaction.rollbackTransaction();
      await importing;
    });
    expect(await idsOf(bob)).toHaveLength(entries.length);
  });

  it.each([
    { what: 'new', first: [] },
    { what: 'there already', first: entries },
  ])('during an import of entries that are $what is deleted after the import', async ({ first }) => {
    const email = application.newEmail();
    const userId = await imported(email, first);
    const file = await files.write({ journal: entries });
    let deleting: Promise<void> | undefined;
    const report = await application.import(file, email, {}, (phase) => {
      if (phase === 'load') deleting ??= deletion(userId);
    });
    expect(report.verification).toMatchObject({ matches: true, total: { databaseCount: entries.length } });
    await deleting;
    expect(await everythingOf(userId)).toEqual([]);
  });

  it('before an import locks the row ends the import, and nothing is written', async () => {
    const email = application.newEmail();
    const userId = await imported(email, entries);
    const file = await files.write({ journal: entries });
    await whileOpen(application.owner, 'DELETE FROM users WHERE id = $1', [userId], async (transaction) => {
      const importing = failureOf(application.import(file, email, { createUser: false }));
      await waitingForLock(application.url, 'SELECT%users%');
      await transaction.commitTransaction();
      expect(await importing).toBeInstanceOf(UserNotFoundError);
    });
    expect(await everythingOf(userId)).toEqual([]);
    expect(await application.sql('SELECT FROM users WHERE email = $1', [email])).toEqual([]);
  });

  it('before an import that may create users is created again, with all entries', async () => {
    const email = application.newEmail();
    const userId = await imported(email, entries);
    const anew = await whileOpen(
      application.owner,
      'DELETE FROM users WHERE id = $1',
      [userId],
      async (transaction) => {
        const importing = imported(email, entries);
        await waitingForLock(application.url, 'SELECT%users%');
        await transaction.commitTransaction();
        return importing;
      },
    );
    expect(anew).not.toBe(userId);
    expect(await everythingOf(userId)).toEqual([]);
    expect(await idsOf(anew)).toHaveLength(entries.length);
  });

  it('that another session creates before the import does gets the entries', async () => {
    const email = application.newEmail();
    const file = await files.write({ journal: entries });
    const insert = 'INSERT INTO users (email) VALUES ($1)';
    const report = await whileOpen(application.owner, insert, [email], async (transaction) => {
      const importing = application.import(file, email);
      await waitingForLock(application.url, 'INSERT INTO users%');
      await transaction.commitTransaction();
      return importing;
    });
    expect(report.user).toEqual({ email, created: false });
    expect(await idsOf(await idOf(email))).toHaveLength(entries.length);
  });

  it('is not deleted, and an error states the reason, if a concurrent write takes too long', async () => {
    const email = impatient.newEmail();
    const userId = await imported(email, [legacyEntry('a')], impatient);
    const before = await everythingOf(userId, impatient);
    const held = 'SELECT FROM users WHERE id = $1 FOR KEY SHARE';
    await whileOpen(impatient.owner, held, [userId], async () => {
      const deleting = impatient.get(UsersRepository).delete(userId);
      await expect(deleting).rejects.toMatchObject({ code: 'USER_BUSY', userId });
    });
    await whileOpen(
      impatient.owner,
      'SELECT FROM journal WHERE user_id = $1 FOR UPDATE',
      [userId],
      async () => {
        const deleting = impatient.get(UserDeletionService).delete({ email });
        await expect(deleting).rejects.toMatchObject({ code: 'USER_BUSY', user: email });
      },
    );
    expect(await everythingOf(userId, impatient)).toEqual(before);
    await impatient.get(UsersRepository).delete(userId);
    expect(await everythingOf(userId, impatient)).toEqual([]);
  });
});
