import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EntryNotFoundError } from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

describe("The journal's history", () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const get = (id: string) => inScope(() => under.journal.get(id, { withDeleted: true }));
  const history = (id: string) => inScope(() => under.journal.history(id));

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  /** `a` is amended to `b`, `b` is removed, and `a` is restored as `c`. */
  async function editedOften(): Promise<void> {
    await inScope(async () => {
      const { journal } = under;
      await journal.append([putSold({ id: 'a', amount: '1' }), putSold({ id: 'apart' })]);
      await journal.amend('a', { amount: '2' }, { reason: 'r', id: 'b' });
      await journal.remove('b', { reason: 'r' });
      await journal.restore('a', { id: 'c' });
    });
  }

  it.each(['a', 'b', 'c'])(
    'contains the complete chain of an entry, oldest first, from its link %s',
    async (id) => {
      await editedOften();

      expect(await history(id)).toEqual([await get('a'), await get('b'), await get('c')]);
    },
  );

  it('contains an entry alone without successors, and nothing for an unknown id', async () => {
    await editedOften();

    expect(await history('apart')).toEqual([await get('apart')]);
    for (const id of ['nothing', '', '\0', '\ud800'])
      await expect(history(id)).rejects.toThrow(EntryNotFoundError);
  });

  it('ends even if SQL has created a cycle of entries', async () => {
    await under.owner.query(
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount, original_entry_id)
       VALUES ($1, 'x', now(), 'acct-1', 'fee', 1, 'y'), ($1, 'y', now(), 'acct-1', 'fee', 1, 'x')`,
      [userId],
    );

    expect((await history('x')).map(({ id }) => id).sort()).toEqual(['x', 'y']);
  });

  it("never contains another user's entries with equal ids", async () => {
    await editedOften();
    userId = await under.newUser();
    await expect(history('a')).rejects.toThrow(EntryNotFoundError);
    await inScope(() => under.journal.append(putSold({ id: 'a' })));

    expect(await history('a')).toEqual([await get('a')]);
  });

  it('can have thousands of links', async () => {
    const ids = Array.from({ length: 3000 }, (_, index) => `e-${index}`);
    const records = ids.map((id, index) => ({
      ...putSold(),
      id,
      originalEntryId: ids[index - 1] ?? null,
      deletedAt: index === 2999 ? null : new Date('2026-02-01'),
    }));
    await inScope(() => under.imports.appendMissing(records.toReversed()));

    for (const id of ['e-0', 'e-1500', 'e-2999'])
      expect((await history(id)).map((entry) => entry.id)).toEqual(ids);
  });

  describe('as of an instant', () => {
    const day = (text: string) => new Date(`2026-03-${text}T00:00:00.000Z`);
    const record = (id: string, createdAt: Date, deletedAt: Date | null, originalEntryId: string | null) => ({
      ...putSold({ amount: '1', expiration: '2026-03-03' }),
      id,
      createdAt,
      deletedAt,
      originalEntryId,
    });
    const idsAt = (instant: Date, request = {}) =>
      inScope(async () => (await under.journal.asOf(instant, request)).entries.map(({ id }) => id));

    beforeEach(() =>
      inScope(() =>
        under.imports.appendMissing([
          record('a', day('01'), day('02'), null),
          record('b', day('02'), day('04'), 'a'),
          record('c', day('06'), null, 'b'),
        ]),
      ),
    );

    it.each<[string, Date, string[], string[], string[]]>([
      ['before all', new Date(day('01').getTime() - 1), [], [], []],
      ['when the first was appended', day('01'), ['a'], [], ['a']],
      ['just before the amendment', new Date(day('02').getTime() - 1), ['a'], [], ['a']],
      ['at the amendment', day('02'), ['b'], ['a'], ['b', 'a']],
      ['while nothing was live', day('05'), [], ['b', 'a'], ['b', 'a']],
      ['when it was restored', day('06'), ['c'], ['b', 'a'], ['c', 'b', 'a']],
    ])('contains the entries known at that instant: %s', async (_, instant, live, deleted, all) => {
      expect(await idsAt(instant)).toEqual(live);
      expect(await idsAt(instant, { status: 'deleted' })).toEqual(deleted);
      expect(await idsAt(instant, { status: 'all' })).toEqual(all);
      const totals = await inScope(() => under.journal.totals({ asOf: instant }));
      expect(totals).toMatchObject({ count: live.length, net: `${live.length}.00000000` });
      const weeks = await inScope(() => under.journal.premiumByWeek({ asOf: instant, status: 'all' }));
      expect(weeks.map(({ count }) => count)).toEqual(all.length === 0 ? [] : [all.length]);
    });

    it('has the status by the day of that instant, unless another day is given', async () => {
      expect(await idsAt(day('02'), { status: 'open' })).toEqual(['b']);
      expect(await idsAt(day('03'), { status: 'open' })).toEqual([]);
      expect(await idsAt(day('03'), { status: 'closed' })).toEqual(['b']);
      expect(await idsAt(day('03'), { status: 'open', today: '2026-03-02' })).toEqual(['b']);
    });

    it('is paged like the journal, and shows the later deletion of the entries', async () => {
      const first = await inScope(() => under.journal.asOf(day('06'), { status: 'all', limit: 2 }));
      const { next } = first;
      const second = await inScope(() =>
        under.journal.asOf(day('06'), { status: 'all', limit: 2, ...(next === null ? {} : { after: next }) }),
      );

      expect([...first.entries, ...second.entries].map(({ id }) => id)).toEqual(['c', 'b', 'a']);
      expect((await inScope(() => under.journal.asOf(day('01')))).entries).toEqual([await get('a')]);
      // @ts-expect-error: the request has no second instant.
      void (() => under.journal.asOf(day('01'), { asOf: day('02') }));
    });
  });

  it('contains at most one entry of a chain at any instant, even with overlapping transactions', async () => {
    const { scope, journal } = under;
    await inScope(() =>
      scope.transaction(async () => {
        await under.dataSource.query('SELECT now()');
        const outside = under.owner.query(
          `INSERT INTO journal (user_id, id, ts, account_id, type, amount, created_at)
           VALUES ($1, 'a', now(), 'acct-1', 'fee', 1, now() + interval '1 minute')`,
          [userId],
        );
        await outside;
        await journal.amend('a', { amount: '2' }, { reason: 'r', id: 'b' });
        await journal.remove('b', { reason: 'r' });
        await journal.restore('b', { id: 'c' });
      }),
    );

    const [a, b, c] = await history('a');
    expect(a?.deletedAt).toEqual(a?.createdAt);
    expect(b?.createdAt).toEqual(a?.deletedAt);
    expect(b?.deletedAt).toEqual(b?.createdAt);
    expect(c?.createdAt).toEqual(b?.deletedAt);
  });
});
