import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  EntryAlreadyAmendedError,
  EntryNotFoundError,
  EntryRemovedError,
  InvalidInputError,
} from '../../src/index.js';
import type { Removal } from '../../src/index.js';
import { makeTrade } from '../../src/testing/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { failureOf } from '../support/failure.js';

describe('JournalRepository.remove', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const append = (id: string) => inScope(() => under.journal.append(putSold({ id })));
  const remove = (id: string, removal: Removal = { reason: 'never happened' }) =>
    inScope(() => under.journal.remove(id, removal));
  const get = (id: string) => inScope(() => under.journal.get(id, { withDeleted: true }));
  const liveIds = () => inScope(async () => (await under.journal.page()).entries.map(({ id }) => id));

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it('removes a whole trade by its `meta.trade`, which amendments keep', async () => {
    await inScope(async () => {
      const { journal, scope } = under;
      await journal.append(makeTrade({ id: 'put-1', meta: { trade: 'put-1' } }));
      await journal.append(makeTrade({ id: 'put-2', meta: { trade: 'put-2' } }));
      const amended = { notes: 'late', symbol: undefined };
      await journal.amend('put-1', amended, { reason: 'note', id: 'put-1b' });
      await scope.transaction(async () => {
        const { entries } = await journal.page({ meta: { trade: 'put-1' }, limit: 100 });
        for (const { id } of entries) await journal.remove(id, { reason: 'never happened' });
      });
    });

    expect(await liveIds()).toEqual(['put-2:fee', 'put-2']);
    expect(await get('put-1b')).toMatchObject({
      symbol: 'AAPL',
      notes: 'late',
      editReason: 'never happened',
    });
  });

  it("marks an entry as deleted with the server's time and the reason, and returns it", async () => {
    const before = await append('put-1');
    await append('put-2');
    const [clock]: { now: Date }[] = await under.owner.query('SELECT clock_timestamp() AS now');
    const removed = await remove('put-1', { reason: 'never happened', editedBy: 'anna' });

    expect(removed).toEqual({
      ...before,
      deletedAt: expect.any(Date),
      updatedAt: removed.deletedAt,
      editedBy: 'anna',
      editReason: 'never happened',
    });
    expect(Math.abs((removed.deletedAt?.getTime() ?? 0) - (clock?.now.getTime() ?? 0))).toBeLessThan(10_000);
    expect(await get('put-1')).toEqual(removed);
    expect(await liveIds()).toEqual(['put-2']);
    await expect(inScope(() => under.journal.get('put-1'))).rejects.toThrow(EntryNotFoundError);
  });

  it('returns the removed entry again if it is repeated, and does not change it', async () => {
    await append('put-1');
    const removed = await remove('put-1', { reason: 'r', editedBy: 'anna' });

    expect(await remove('put-1', { reason: 'r', editedBy: 'anna' })).toEqual(removed);
    for (const other of [
      { reason: 'R', editedBy: 'anna' },
      { reason: 'r', editedBy: 'bob' },
      { reason: 'r' },
    ]) {
      const failure = await failureOf(remove('put-1', other));
      expect(failure).toBeInstanceOf(EntryRemovedError);
      expect(failure).toMatchObject({ entryId: 'put-1' });
    }
    expect(await get('put-1')).toEqual(removed);
  });

  it('treats an editor of null as no editor', async () => {
    await append('put-1');
    const removed = await remove('put-1', { reason: 'r', editedBy: null });

    expect(removed.editedBy).toBeNull();
    expect(await remove('put-1', { reason: 'r' })).toEqual(removed);
  });

  it('is not a repetition if the entry was amended or restored for an equal reason', async () => {
    await append('put-1');
    await append('put-2');
    await inScope(() => under.journal.amend('put-1', { strike: '1' }, { reason: 'r', id: 'amended' }));
    await remove('put-2', { reason: 'r' });
    await inScope(() => under.journal.restore('put-2', { id: 'restored' }));

    for (const [id, successorId] of [
      ['put-1', 'amended'],
      ['put-2', 'restored'],
    ] as const) {
      const failure = await failureOf(remove(id, { reason: 'r' }));
      expect(failure).toBeInstanceOf(EntryAlreadyAmendedError);
      expect(failure).toMatchObject({ entryIds: [id], successorId });
    }
    expect((await liveIds()).sort()).toEqual(['amended', 'restored']);
  });

  it.each(['nothing', '', '\0', '\ud800', undefined as never])(
    'rejects the unknown id %j',
    async (id: string) => {
      await expect(remove(id)).rejects.toThrow(EntryNotFoundError);
    },
  );

  it("rejects another user's entry", async () => {
    await append('put-1');
    const anna = userId;
    userId = await under.newUser();
    await expect(remove('put-1')).rejects.toThrow(EntryNotFoundError);
    userId = anna;

    expect(await liveIds()).toEqual(['put-1']);
  });

  it.each<[string, object | undefined, string]>([
    ['no reason', {}, 'reason'],
    ['an empty reason', { reason: '' }, 'reason'],
    ['a reason that cannot be stored', { reason: '\ud800' }, 'reason'],
    ['an editor that is not text', { reason: 'r', editedBy: 7 }, 'edited_by'],
    ['an id, as nothing new is made', { reason: 'r', id: 'x' }, 'id'],
  ])('refuses %s before any write', async (_, removal, column) => {
    await append('put-1');
    const failure = await failureOf(remove('put-1', removal as Removal));

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems.map((problem) => problem.column)).toEqual([column]);
    expect(await liveIds()).toEqual(['put-1']);
  });

  it('returns the single removal to each of twenty equal concurrent calls', async () => {
    await append('put-1');
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => remove('put-1')));

    for (const other of others) expect(other).toEqual(first);
  });

  it('lets exactly one of twenty different concurrent removals succeed', async () => {
    await append('put-1');
    const calls = Array.from({ length: 20 }, (_, index) => remove('put-1', { reason: `reason ${index}` }));
    const outcomes = await Promise.allSettled(calls);
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));

    expect(won).toEqual([await get('put-1')]);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(EntryRemovedError);
  });
});
