import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidCursorError } from '../../src/index.js';
import { decodeCursor, encodeCursor } from '../../src/journal/journal-cursor.js';
import { instant, key } from '../support/database-arbitraries.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

describe('The cursor of a page', () => {
  let under: JournalUnderTest;
  let userId: string;
  const pageAfter = (after: string) => under.scope.run(userId, () => under.journal.page({ after }));
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  beforeAll(async () => {
    under = await startJournal();
    userId = await under.newUser();
    await under.scope.run(userId, () => under.journal.append(putSold({ id: 'put-1' })));
  });
  afterAll(() => under.close());

  it('holds the position of any entry exactly, in URL-safe characters', () => {
    fc.assert(
      fc.property(instant, key, (ts, id) => {
        const cursor = encodeCursor({ ts, id });

        expect(decodeCursor(cursor)).toEqual({ ts, id });
        expect(cursor).toBe(encodeURIComponent(cursor));
      }),
    );
  });

  it('remains valid after its entry is deleted', async () => {
    const cursor = encodeCursor({ ts: new Date('9999-12-31T23:59:59.999Z'), id: 'gone' });

    expect((await pageAfter(cursor)).entries.map(({ id }) => id)).toEqual(['put-1']);
  });

  it.each<[string, string]>([
    ['empty', ''],
    ['no JSON', 'bm90aGluZw'],
    ['null', encoded(null)],
    ['an object', encoded({})],
    ['too short', encoded(['2026-01-05T15:30:00.123Z'])],
    ['too long', encoded(['2026-01-05T15:30:00.123Z', 'put-1', 'x'])],
    ['of the year 275760', encoded(['+275760-09-13T00:00:00.000Z', 'put-1'])],
    ['of the year 10000', encoded(['10000-01-01T00:00:00.000Z', 'put-1'])],
    ['of the year 0', encoded(['0000-01-01T00:00:00.000Z', 'put-1'])],
    ['before the year 0', encoded(['-000001-01-01T00:00:00.000Z', 'put-1'])],
    ['of 30 February', encoded(['2026-02-30T00:00:00.000Z', 'put-1'])],
    ['at infinity', encoded(['infinity', 'put-1'])],
    ['at minus infinity', encoded(['-infinity', 'put-1'])],
    ['without an instant', encoded([null, 'put-1'])],
    ['of a number', encoded([0, 'put-1'])],
    ['of an empty id', encoded(['2026-01-05T15:30:00.123Z', ''])],
    ['of an id with NUL', encoded(['2026-01-05T15:30:00.123Z', '\0'])],
    ['of an id with half of a surrogate pair', encoded(['2026-01-05T15:30:00.123Z', '\ud800'])],
    ['of an id that is too long', encoded(['2026-01-05T15:30:00.123Z', 'x'.repeat(201)])],
    ['of an id that is not text', encoded(['2026-01-05T15:30:00.123Z', 1])],
  ])('is refused when it is %s', async (_, cursor) => {
    await expect(pageAfter(cursor)).rejects.toThrow(InvalidCursorError);
  });

  it('is refused for any other text, before a query', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc.tuple(fc.string(), fc.string()).map(encoded),
    );
    await fc.assert(
      fc.asyncProperty(texts, (cursor) => expect(pageAfter(cursor)).rejects.toThrow(InvalidCursorError)),
      { numRuns: 300 },
    );
  });
});
