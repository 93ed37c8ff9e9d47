import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entryTypes, EntryConflictError } from '../../../src/index.js';
import {
  generateJournal,
  makeAccount,
  makeEntry,
  makeTrade,
  makeUser,
  sampleAccounts,
} from '../../../src/testing/index.js';
import { serverEntryTypes } from '../../../src/model/entry-type.js';
import { startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';

const serverTypes = new Set<string>(serverEntryTypes);

describe('A sample journal', () => {
  it.each([0, 1, 2, 3, 50, 301, 3_000])(
    'has exactly %d entries, complete trades and unique ids',
    (entries) => {
      const records = [...generateJournal({ entries })];
      const ids = new Set(records.map(({ id }) => id));

      expect(records).toHaveLength(entries);
      expect(ids.size).toBe(entries);
      for (const { meta, originalEntryId } of records) {
        const named = [meta?.['rolledTo'], meta?.['rolledFrom'], originalEntryId].filter(Boolean);
        for (const id of named) expect(ids).toContain(id);
      }
    },
  );

  it('is deterministic for its options, and differs for another seed', () => {
    const made = (seed: number) => [...generateJournal({ seed, entries: 200 })];

    expect(made(7)).toEqual(made(7));
    expect(made(8)).not.toEqual(made(7));
  });

  // `journal-db seed` refuses a user whose journal differs from the generated journal.
  it.each([
    [{}, '3c65f12ec5355bb0'],
    [{ seed: 5, entries: 3_000, until: '2021-03-07' }, '4cfa6fa70074dcf1'],
  ])('of %j is equal in every release', (options, digest) => {
    const text = [...generateJournal(options)]
      .map(({ recorded: _recorded, ...content }) => JSON.stringify(content))
      .join('\n');

    expect(createHash('sha256').update(text).digest('hex').slice(0, 16)).toBe(digest);
  });

  it('has the features of real journals', () => {
    const records = [...generateJournal({ entries: 3_000, until: '2026-06-30' })];
    const types = new Set(records.map(({ type }) => type));
    const metas = records.map(({ meta }) => meta ?? {});

    expect(entryTypes.filter((type) => !types.has(type) && !serverTypes.has(type))).toEqual([
      'option_premium',
    ]);
    expect(metas.some((meta) => 'rolledTo' in meta)).toBe(true);
    expect(metas.some((meta) => meta['assigned'] === true)).toBe(true);
    expect(records.some(({ originalEntryId }) => originalEntryId)).toBe(true);
    expect(records.some(({ deletedAt }) => deletedAt)).toBe(true);
    expect(new Set(records.map(({ accountId }) => accountId))).toEqual(
      new Set(sampleAccounts.map(({ id }) => id)),
    );
    const days = records.map(({ ts }) => ts.toISOString().slice(0, 10)).sort();
    expect(days.at(0)?.slice(0, 4)).toBe('2023');
    expect(days.at(-1)).toMatch(/^2026-06-/);
  });

  it.each([{ entries: -1 }, { entries: 1.5 }, { seed: 0.5 }, { until: 'soon' }])('refuses %p', (options) => {
    expect(() => [...generateJournal(options)]).toThrow(RangeError);
  });
});

describe('In a database', () => {
  let under: JournalUnderTest;
  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  it('a sample journal is loaded completely, with its history, and only once', async () => {
    const { id } = await under.users.create(makeUser());
    const load = () => under.journal.load(generateJournal({ entries: 2_500 }));
    await under.scope.run(id, async () => {
      for (const account of sampleAccounts) await under.accounts.create(account);

      expect(await load()).toEqual({ inserted: 2_500, unchanged: 0 });
      expect(await load()).toEqual({ inserted: 0, unchanged: 2_500 });
      await expect(under.journal.load(generateJournal({ entries: 2_499 }))).rejects.toThrow(
        EntryConflictError,
      );
    });
  });

  it('the factories create valid objects, in any number', async () => {
    for (let users = 0; users < 2; users += 1) {
      const { id } = await under.users.create(makeUser({ subscriptionTier: 'basic' }));
      await under.scope.run(id, async () => {
        await under.accounts.create(makeAccount());
        await under.accounts.create(makeAccount({ id: 'acct-2', name: 'IRA' }));
        await under.journal.append(makeEntry());
        await under.journal.append([makeEntry({ accountId: 'acct-2' }), ...makeTrade({ contracts: '3' })]);

        // 312 + 312 + 3 × 1.56 × 100 − 1.30
        expect(await under.journal.totals()).toMatchObject({ count: 4, net: '1090.70000000' });
      });
    }
  });
});
