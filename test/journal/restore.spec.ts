import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  EntryAlreadyAmendedError,
  EntryConflictError,
  EntryNotFoundError,
  InvalidInputError,
  JournalEntry,
} from '../../src/index.js';
import type { NewEntry, Restoration } from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { failureOf } from '../support/failure.js';

describe('JournalRepository.restore', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const append = (id: string, different: Partial<NewEntry> = {}) =>
    inScope(() => under.journal.append(putSold({ id, ...different })));
  const amend = (id: string, successor: string, strike: NewEntry['strike'] = '1') =>
    inScope(() => under.journal.amend(id, { strike }, { reason: 'r', id: successor }));
  const remove = (id: string) => inScope(() => under.journal.remove(id, { reason: 'r', editedBy: 'anna' }));
  const restore = (id: string, restoration?: Restoration) =>
    inScope(() => under.journal.restore(id, restoration));
  const get = (id: string) => inScope(() => under.journal.get(id, { withDeleted: true }));
  const chainOf = (id: string) =>
    inScope(async () => (await under.journal.history(id)).map((entry) => entry.id));
  const liveIds = () => inScope(async () => (await under.journal.page()).entries.map(({ id }) => id).sort());

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it('appends an entry with the content of the removed entry, which does not change', async () => {
    const before = await append('put-1', { notes: 'first', meta: { leg: 'put', n: [1] } });
    const removed = await remove('put-1');
    const restored = await restore('put-1', { reason: 'it did happen', editedBy: 'bob' });

    expect(restored).toEqual({
      ...before,
      id: restored.id,
      originalEntryId: 'put-1',
      editedBy: 'bob',
      editReason: 'it did happen',
      createdAt: expect.any(Date),
      updatedAt: restored.createdAt,
    });
    expect(restored.createdAt.getTime()).toBeGreaterThanOrEqual(removed.deletedAt?.getTime() ?? Infinity);
    expect(await get('put-1')).toEqual(removed);
    expect(await get(restored.id)).toEqual(restored);
    expect(await liveIds()).toEqual([restored.id]);
  });

  it('requires neither a reason nor an editor', async () => {
    await append('put-1');
    await remove('put-1');

    expect(await restore('put-1')).toMatchObject({ editReason: null, editedBy: null, deletedAt: null });
  });

  it('restores any version of a chain without a live entry, after its last entry', async () => {
    await append('put-1', { strike: '180.5' });
    await amend('put-1', 'put-2', '185');
    await remove('put-2');
    const restored = await restore('put-1', { id: 'put-3' });

    expect(restored).toMatchObject({ strike: '180.50000000', originalEntryId: 'put-2' });
    expect(await chainOf('put-1')).toEqual(['put-1', 'put-2', 'put-3']);
    await remove('put-3');
    expect(await restore('put-2', { id: 'put-4' })).toMatchObject({
      strike: '185.00000000',
      originalEntryId: 'put-3',
    });
  });

  it('is refused while a later entry of the chain is live, and names it', async () => {
    await append('put-1');
    await amend('put-1', 'put-2');
    await amend('put-2', 'put-3');

    for (const id of ['put-1', 'put-2']) {
      const failure = await failureOf(restore(id));
      expect(failure).toBeInstanceOf(EntryAlreadyAmendedError);
      expect(failure).toMatchObject({ entryIds: [id], successorId: 'put-3' });
    }
    expect(await liveIds()).toEqual(['put-3']);
  });

  it('is refused while an earlier entry of the chain is live, as after an import', async () => {
    const record = { ...putSold(), id: 'b', originalEntryId: 'a', deletedAt: new Date('2026-02-01') };
    await inScope(() => under.imports.appendMissing([{ ...putSold(), id: 'a' }, record]));
    const failure = await failureOf(restore('b'));

    expect(failure).toBeInstanceOf(EntryAlreadyAmendedError);
    expect(failure).toMatchObject({ successorId: 'a' });
  });

  it('is refused for a cycle of deleted entries, which has no last entry', async () => {
    const deleted = { ...putSold(), meta: {}, userId, deletedAt: new Date() };
    const cycle = [
      { ...deleted, id: 'a', originalEntryId: 'b' },
      { ...deleted, id: 'b', originalEntryId: 'a' },
    ];
    await inScope(() => under.dataSource.getRepository(JournalEntry).insert(cycle));

    await expect(restore('a', { id: 'new' })).rejects.toThrow(EntryAlreadyAmendedError);
    expect(await liveIds()).toEqual([]);
  });

  it('does not change a live entry', async () => {
    const entry = await append('put-1');

    expect(await restore('put-1')).toEqual(entry);
    expect(await restore('put-1', { id: 'put-2', reason: 'r' })).toEqual(entry);
    expect(await chainOf('put-1')).toEqual(['put-1']);
  });

  it('changes nothing if it is repeated with its id, also after the removal of the restored entry', async () => {
    await append('put-1');
    await remove('put-1');
    const restored = await restore('put-1', { id: 'put-2' });

    expect(await restore('put-1', { id: 'put-2' })).toEqual(restored);
    const removed = await remove('put-2');
    expect(await restore('put-1', { id: 'put-2' })).toEqual(removed);
    expect(await chainOf('put-1')).toEqual(['put-1', 'put-2']);
  });

  it('refuses the id of an entry with other content, in the chain or outside of it', async () => {
    await append('put-1');
    await amend('put-1', 'put-2', '7');
    await remove('put-2');
    await append('other', { notes: 'x' });
    await append('same');

    for (const [id, columns] of [
      ['put-2', ['strike', 'original_entry_id']],
      ['other', ['notes', 'original_entry_id']],
      ['same', ['original_entry_id']],
    ] as const) {
      const failure = await failureOf(restore('put-1', { id }));
      expect(failure).toBeInstanceOf(EntryConflictError);
      expect((failure as EntryConflictError).conflicts).toEqual([{ id, columns }]);
    }
    expect(await liveIds()).toEqual(['other', 'same']);
  });

  it.each(['nothing', '', '\0', '\ud800'])('rejects the unknown id %j', async (id) => {
    await expect(restore(id)).rejects.toThrow(EntryNotFoundError);
  });

  it("rejects another user's entry", async () => {
    await append('put-1');
    await remove('put-1');
    userId = await under.newUser();

    await expect(restore('put-1')).rejects.toThrow(EntryNotFoundError);
  });

  it.each<[string, object, string]>([
    ['an empty reason', { reason: '' }, 'reason'],
    ['an editor that cannot be stored', { editedBy: '\0' }, 'edited_by'],
    ['its own id for the new entry', { id: 'put-1' }, 'id'],
    ['an unknown member', { deletedAt: null }, 'deleted_at'],
  ])('refuses %s before any write', async (_, restoration, column) => {
    await append('put-1');
    await remove('put-1');
    const failure = await failureOf(restore('put-1', restoration));

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems.map((problem) => problem.column)).toEqual([column]);
    expect(await liveIds()).toEqual([]);
  });

  it('lets exactly one of twenty concurrent restorations of any versions succeed', async () => {
    await append('put-1');
    await amend('put-1', 'put-2', '7');
    await remove('put-2');
    const calls = Array.from({ length: 20 }, (_, index) =>
      restore(index % 2 ? 'put-1' : 'put-2', { id: `try-${index}` }),
    );
    const outcomes = await Promise.allSettled(calls);
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value.id : []));

    expect(await liveIds()).toEqual(won);
    expect(won).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toBeInstanceOf(EntryAlreadyAmendedError);
        expect(outcome.reason).toMatchObject({ successorId: won[0] });
      }
  });

  it('returns the single new entry to each of twenty concurrent repetitions', async () => {
    for (let round = 0; round < 10; round += 1) {
      await append(`put-${round}`);
      await remove(`put-${round}`);
      const id = `restored-${round}`;
      const calls = Array.from({ length: 20 }, () => restore(`put-${round}`, { id }));
      const [first, ...others]: JournalEntry[] = await Promise.all(calls);

      expect(await chainOf(id)).toEqual([`put-${round}`, id]);
      for (const other of others) expect(other).toEqual(first);
    }
  });
});
