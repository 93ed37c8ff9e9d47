import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInputError } from '../../src/index.js';
import type { JournalEntry, NumberedPageRequest } from '../../src/index.js';
import { filter, journalRecords } from '../support/database-arbitraries.js';
import { failureOf } from '../support/database-failure.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { newestFirst, passes } from '../support/database-model.js';

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

  it('cuts the entries that pass the filter into pages, and counts them', async () => {
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

  it('begins with the first 50 entries, which are those of `page`', async () => {
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
