import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInputError } from '../../src/index.js';
import type {
  EntryStatus,
  JournalEntry,
  JournalFilter,
  NumberedPageRequest,
  PageRequest,
} from '../../src/index.js';
import { filter, journalRecords, ordinaryEntry } from '../support/database-arbitraries.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { newestFirst, passes } from '../support/database-model.js';
import { failureOf } from '../support/failure.js';
import { journalFilter } from '../../src/journal/journal-filter.js';

describe('JournalRepository.page', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const page = (request?: PageRequest) => inScope(() => under.journal.page(request));
  const idsOn = async (request?: PageRequest) => (await page(request)).entries.map(({ id }) => id);

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  async function walk(request: PageRequest, between: () => Promise<void> = () => Promise.resolve()) {
    const seen: JournalEntry[] = [];
    for (let after: string | undefined, pages = 0; ; pages += 1) {
      expect(pages).toBeLessThan(100);
      const { entries, next } = await page({ ...request, ...(after === undefined ? {} : { after }) });
      seen.push(...entries);
      if (next === null) return seen;
      expect(entries).toHaveLength(request.limit ?? 50);
      after = next;
      await between();
    }
  }

  it('returns exactly the entries that match the filter, newest first, for any page size', async () => {
    await fc.assert(
      fc.asyncProperty(
        journalRecords,
        fc.array(filter, { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 9 }),
        async (records, filters, limit) => {
          userId = await under.newUser();
          await inScope(() => under.imports.appendMissing(records));
          const all = (await page({ status: 'all', limit: 100 })).entries;
          expect(all).toHaveLength(records.length);
          for (const given of [{}, ...filters]) {
            const expected = all.filter((entry) => passes(entry, given)).sort(newestFirst);
            expect(await walk({ ...given, limit })).toEqual(expected);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('neither skips nor repeats an entry while others are inserted', async () => {
    await fc.assert(
      fc.asyncProperty(
        journalRecords,
        fc.array(ordinaryEntry),
        fc.integer({ min: 1, max: 5 }),
        async (records, others, limit) => {
          userId = await under.newUser();
          await inScope(() => under.imports.appendMissing(records));
          const before = (await page({ limit: 100 })).entries.map(({ id }) => id);

          const seen = await walk({ limit }, async () => {
            const other = others.pop();
            if (other) await inScope(() => under.journal.append(other));
          });

          expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
          expect(seen.map(({ id }) => id).filter((id) => before.includes(id))).toEqual(before);
          expect([...seen].sort(newestFirst)).toEqual(seen);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('holds 50 entries by default, and is the last page if no entries follow', async () => {
    const entries = Array.from({ length: 51 }, (_, index) => putSold({ id: `put-${index}` }));
    await inScope(() => under.journal.append(entries));

    expect((await page()).entries).toHaveLength(50);
    expect((await page()).next).not.toBeNull();
    expect((await page({ limit: 51 })).next).toBeNull();
    expect((await page({ symbol: 'MSFT' })).entries).toEqual([]);
    expect((await page({ symbol: 'MSFT' })).next).toBeNull();
  });

  it('finds early instants to the millisecond', async () => {
    const ts = new Date('1850-06-01T12:00:00.001Z');
    const entries = [0, 1, 2].map((more) =>
      putSold({ id: `put-${more}`, ts: new Date(ts.getTime() + more) }),
    );
    await inScope(() => under.journal.append(entries));

    expect(await idsOn({ from: new Date(ts.getTime() + 1) })).toEqual(['put-2', 'put-1']);
    expect(await idsOn({ to: ts })).toEqual(['put-0']);
    expect((await walk({ limit: 1 })).map(({ id }) => id)).toEqual(['put-2', 'put-1', 'put-0']);
  });

  it.each<[EntryStatus, string, string[]]>([
    ['open', '2026-01-15', ['none', 'put']],
    ['open', '2026-01-16', ['none']],
    ['closed', '2026-01-15', ['expired', 'sale']],
    ['closed', '2026-01-16', ['expired', 'put', 'sale']],
    ['live', '2026-01-16', ['expired', 'none', 'put', 'sale']],
    ['deleted', '2026-01-16', ['gone']],
    ['all', '2026-01-16', ['expired', 'gone', 'none', 'put', 'sale']],
  ])('selects the entries that are %s on %s', async (status, today, ids) => {
    await inScope(() =>
      under.imports.appendMissing([
        { ...putSold({ expiration: '2026-01-16' }), id: 'put' },
        { ...putSold({ expiration: null }), id: 'none' },
        { ...putSold({ expiration: '2026-01-17', type: 'share_sale' }), id: 'sale' },
        { ...putSold({ expiration: '2025-01-17' }), id: 'expired' },
        { ...putSold({ expiration: null }), id: 'gone', deletedAt: new Date() },
      ]),
    );
    // As in the browser application, a share sale with a future expiration counts as both open and
    // closed.
    const both = status === 'open' ? ['sale'] : [];

    expect((await idsOn({ status, today })).sort()).toEqual([...ids, ...both].sort());
  });

  it('uses the day in UTC as the default for today', async () => {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await inScope(() =>
      under.journal.append([-2, 2].map((days) => putSold({ id: `${days}`, expiration: day(days) }))),
    );

    expect(await idsOn({ status: 'open' })).toEqual(['2']);
    expect(await idsOn({ status: 'closed' })).toEqual(['-2']);
  });

  const refused: [string, object, string][] = [
    ['a limit of 0', { limit: 0 }, 'limit'],
    ['a limit of 101', { limit: 101 }, 'limit'],
    ['half an entry', { limit: 1.5 }, 'limit'],
    ['a symbol with NUL', { symbol: '\0' }, 'symbol'],
    ['half of a surrogate pair', { accountId: '\ud800' }, 'account_id'],
    ['an unknown type', { type: 'gift' }, 'type'],
    ['an unknown status', { status: 'lost' }, 'status'],
    ['an invalid date', { from: new Date(Number.NaN) }, 'from'],
    ['a date before the calendar of PostgreSQL', { from: new Date(-8.64e15) }, 'from'],
    ['a date after the last one of a cursor', { to: new Date(8.64e15) }, 'to'],
    ['the year 0', { today: '0000-01-01' }, 'today'],
    ['a text as the instant', { asOf: '2026-01-01' }, 'as_of'],
    ['30 February', { today: '2026-02-30' }, 'today'],
    ['a number as the trade', { meta: { trade: 7 } }, 'meta'],
    ['a column that cannot be filtered', { notes: 'x' }, 'notes'],
  ];

  it('has a refused value for each member of the filter', () => {
    const covered = refused.flatMap(([, request]) => Object.keys(request));
    const missing = Object.keys(journalFilter.shape).filter((member) => !covered.includes(member));
    expect(missing).toEqual([]);
  });

  it.each(refused)('refuses %s', async (_, request, column) => {
    const failure = await failureOf(page(request));

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems.map((problem) => problem.column)).toEqual([column]);
    if (column !== 'limit') {
      await expect(inScope(() => under.journal.totals(request as JournalFilter))).rejects.toThrow(
        InvalidInputError,
      );
    }
  });
});

const transports: [string, boolean][] = [
  ['fast', true],
  ['plain', false],
];

describe.each(transports)('JournalRepository.numberedPage, on the %s transport,', (_name, fastPath) => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const page = (request?: NumberedPageRequest) => inScope(() => under.journal.numberedPage(request));

  beforeAll(async () => {
    under = await startJournal({ fastPath });
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it('divides the entries that match the filter into pages, and counts them', async () => {
    await fc.assert(
      fc.asyncProperty(
        journalRecords,
        filter,
        fc.integer({ min: 1, max: 9 }),
        async (records, given, limit) => {
          userId = await under.newUser();
          await inScope(() => under.imports.appendMissing(records));
          const { items: all } = await page({ status: 'all', limit: 100 });
          const expected = all.filter((entry) => passes(entry, given)).sort(newestFirst);
          const pages = Math.ceil(expected.length / limit);
          const seen: JournalEntry[] = [];
          for (let number = 1; number <= pages + 1; number += 1) {
            const { items, ...counts } = await page({ ...given, page: number, limit });
            expect(counts).toEqual({ total: expected.length, page: number, pages });
            expect(items.length).toBe(Math.min(limit, Math.max(0, expected.length - (number - 1) * limit)));
            seen.push(...items);
          }
          expect(all).toHaveLength(records.length);
          expect(seen).toEqual(expected);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('begins with the first 50 entries, like `page`', async () => {
    expect(await page()).toEqual({ items: [], total: 0, page: 1, pages: 0 });
    await inScope(() =>
      under.journal.append(Array.from({ length: 51 }, (_, index) => putSold({ id: `put-${index}` }))),
    );
    const { items, ...counts } = await page();

    expect(counts).toEqual({ total: 51, page: 1, pages: 2 });
    expect(items).toEqual((await inScope(() => under.journal.page())).entries);
    expect((await page({ page: 2 })).items).toHaveLength(1);
    const far = Number.MAX_SAFE_INTEGER;
    expect(await page({ page: far, limit: 100 })).toEqual({ items: [], total: 51, page: far, pages: 1 });
  });

  it('counts the entries of the user in scope', async () => {
    await inScope(() => under.journal.append(putSold()));
    userId = await under.newUser();

    expect(await page()).toMatchObject({ items: [], total: 0 });
  });

  it.each<[string, object, string]>([
    ['page 0', { page: 0 }, 'page'],
    ['half a page', { page: 1.5 }, 'page'],
    ['a page as text', { page: '1' }, 'page'],
    ['an empty page', { limit: 0 }, 'limit'],
    ['a page of 101 entries', { limit: 101 }, 'limit'],
    ['a cursor', { after: 'x' }, 'after'],
    ['an unknown type', { type: 'dance' }, 'type'],
  ])('refuses %s', async (_, request, column) => {
    const failure = await failureOf(page(request));

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems.map((problem) => problem.column)).toEqual([column]);
  });
});
