import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EntryAlreadyAmendedError,
  EntryConflictError,
  EntryNotFoundError,
  EntryRemovedError,
  InvalidInputError,
  UnknownAccountError,
} from '../../src/index.js';
import type { Amendment, EntryChanges, NewEntry } from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { failureOf } from '../support/failure.js';
import { contents } from '../support/record-arbitraries.js';
import { noServerColumns } from '../support/empty-columns.js';

describe('JournalRepository.amend', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const append = (id: string, different: Partial<NewEntry> = {}) =>
    inScope(() => under.journal.append(putSold({ id, ...different })));
  const amend = (id: string, changes: EntryChanges, amendment: Amendment = { reason: 'wrong strike' }) =>
    inScope(() => under.journal.amend(id, changes, amendment));
  const get = (id: string) => inScope(() => under.journal.get(id, { withDeleted: true }));
  const liveIds = () => inScope(async () => (await under.journal.page()).entries.map(({ id }) => id).sort());

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it('marks the entry as deleted, and appends and returns a successor with the changed content', async () => {
    const before = await append('put-1', { notes: 'first', meta: { leg: 'put', template: 7 } });
    const successor = await amend('put-1', { strike: '185' }, { reason: 'wrong strike', editedBy: 'anna' });
    const old = await get('put-1');

    expect(successor).toEqual({
      ...before,
      id: successor.id,
      strike: '185.00000000',
      originalEntryId: 'put-1',
      createdAt: old.deletedAt,
      updatedAt: old.deletedAt,
    });
    expect(successor.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(old).toEqual({
      ...before,
      deletedAt: expect.any(Date),
      updatedAt: old.deletedAt,
      editedBy: 'anna',
      editReason: 'wrong strike',
    });
    expect(await liveIds()).toEqual([successor.id]);
    expect(await get(successor.id)).toEqual(successor);
  });

  it('stores the changes as they were at the call, although the caller changes them afterwards', async () => {
    await append('put-1');
    const [meta, ts] = [{ leg: 'put' }, new Date('2026-02-02T15:30:00Z')];
    const amended = amend('put-1', { meta, ts }, { reason: 'r' });
    meta.leg = '\0';
    ts.setUTCFullYear(0);

    expect(await amended).toMatchObject({ meta: { leg: 'put' }, ts: new Date('2026-02-02T15:30:00Z') });
  });

  it('removes the day if the instant changes, and otherwise keeps it', async () => {
    const day = '2025-01-01';
    await append('typed-1', { day });
    const noted = await amend('typed-1', { notes: 'checked' }, { reason: 'checked' });
    const moved = await amend(noted.id, { ts: new Date('2025-06-01T12:00:00Z') }, { reason: 'wrong' });
    const typed = await amend(moved.id, { ts: moved.ts, day: '2025-06-01' }, { reason: 'typed' });

    expect([noted.day, moved.day, typed.day]).toEqual([day, null, '2025-06-01']);
  });

  it('can change everything except the id, and set every optional column to null', async () => {
    await append('put-1', { notes: 'first' });
    const changes: Required<EntryChanges> = {
      ts: new Date('2020-02-29T23:59:59.999Z'),
      ...noServerColumns,
      day: '2020-03-01',
      accountId: 'acct-2',
      type: 'fee',
      amount: '-1.30000000',
      symbol: null,
      qty: null,
      strike: null,
      expiration: null,
      underlyingPrice: '1.00000001',
      notes: null,
      meta: {},
    };

    expect(await amend('put-1', changes, { reason: 'all wrong', id: 'fee-1' })).toMatchObject({
      ...changes,
      id: 'fee-1',
    });
  });

  it('sets any columns to any values that append accepts', async () => {
    await fc.assert(
      fc.asyncProperty(contents, contents, async (before, changes) => {
        await inScope(async () => {
          const { id } = await under.journal.append(before);
          const amended = await under.journal.amend(id, changes, { reason: 'r' });

          expect(amended).toMatchObject({ ...changes, originalEntryId: id });
          expect(await under.journal.get(amended.id)).toEqual(amended);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('carries over unchanged values without loss, including values that JavaScript cannot represent', async () => {
    const meta = '{"big": 12345678901234567890, "text": "🏆", "exact": 1.10}';
    await append('put-1');
    await under.owner.query(`UPDATE journal SET meta = $2 WHERE user_id = $1`, [userId, meta]);
    await amend('put-1', { notes: 'x', symbol: undefined }, { reason: 'r', id: 'put-2' });

    const [row]: unknown[] = await under.owner.query(
      `SELECT old.meta::text AS was, new.meta::text AS is, new.symbol FROM journal old JOIN journal new USING (user_id)
       WHERE user_id = $1 AND old.id = 'put-1' AND new.id = 'put-2'`,
      [userId],
    );
    expect(row).toEqual({ was: meta, is: meta, symbol: 'AAPL' });
  });

  it('forms a chain when the successor is amended in turn', async () => {
    await append('put-1');
    await amend('put-1', { strike: '1' }, { reason: 'r', id: 'put-2' });
    await amend('put-2', { strike: '2' }, { reason: 'r', id: 'put-3' });

    expect((await get('put-3')).originalEntryId).toBe('put-2');
    expect(await liveIds()).toEqual(['put-3']);
  });

  it('names the live successor in the error for an amended entry', async () => {
    await append('put-1');
    await amend('put-1', { strike: '1' }, { reason: 'r', id: 'put-2' });
    await amend('put-2', { strike: '2' }, { reason: 'r', id: 'put-3' });
    const failure = await failureOf(amend('put-1', { strike: '3' }));

    expect(failure).toBeInstanceOf(EntryAlreadyAmendedError);
    expect(failure).toMatchObject({ entryIds: ['put-1'], successorId: 'put-3' });
    expect((failure as Error).message).toContain('put-3');
    expect(await liveIds()).toEqual(['put-3']);
  });

  it('advises in the error for a removed entry to restore it first, also after an amendment', async () => {
    await append('put-1');
    await amend('put-1', { strike: '1' }, { reason: 'r', id: 'put-2' });
    await inScope(() => under.journal.remove('put-2', { reason: 'never happened' }));

    for (const id of ['put-1', 'put-2']) {
      const failure = await failureOf(amend(id, { strike: '3' }));
      expect(failure).toBeInstanceOf(EntryRemovedError);
      expect(failure).toMatchObject({ entryId: id });
    }
    expect(await liveIds()).toEqual([]);
  });

  it.each(['nothing', '', '\0', '\ud800'])('rejects the unknown id %j', async (id) => {
    await expect(amend(id, { strike: '1' })).rejects.toThrow(EntryNotFoundError);
  });

  it("rejects another user's entry", async () => {
    await append('put-1');
    const anna = userId;
    userId = await under.newUser();
    await expect(amend('put-1', { strike: '1' })).rejects.toThrow(EntryNotFoundError);
    userId = anna;

    expect((await get('put-1')).deletedAt).toBeNull();
  });

  it('changes nothing if it is repeated with its successor id and content, also after an amendment of the successor', async () => {
    await append('put-1');
    const once = () => amend('put-1', { strike: '1.5', meta: { a: [1] } }, { reason: 'r', id: 'put-2' });
    const first = await once();
    const before = await under.owner.query<unknown[]>('SELECT xmin::text, id FROM journal ORDER BY id');

    expect(await once()).toEqual(first);
    expect(await amend('put-1', { meta: { a: [1] }, strike: '1.50' }, { reason: 'R', id: 'put-2' })).toEqual(
      first,
    );
    expect(await under.owner.query('SELECT xmin::text, id FROM journal ORDER BY id')).toEqual(before);
    await amend('put-2', { strike: '2' }, { reason: 'r', id: 'put-3' });
    expect(await once()).toEqual({ ...first, ...(await get('put-2')) });
  });

  it.each<[string, EntryChanges]>([
    ['another value', { strike: '2' }],
    ['one change more', { strike: '1', notes: 'x' }],
    ['another change', { notes: 'x' }],
  ])('rejects a used successor id with %s as another amendment', async (_, changes) => {
    await append('put-1');
    await amend('put-1', { strike: '1' }, { reason: 'r', id: 'put-2' });

    await expect(amend('put-1', changes, { reason: 'r', id: 'put-2' })).rejects.toThrow(
      EntryAlreadyAmendedError,
    );
  });

  it('refuses a successor id of another entry, and writes nothing', async () => {
    await append('put-1');
    await append('other', { strike: '1', notes: 'x' });
    const failure = await failureOf(amend('put-1', { strike: '1' }, { reason: 'r', id: 'other' }));

    expect(failure).toBeInstanceOf(EntryConflictError);
    expect((failure as EntryConflictError).conflicts).toEqual([
      { id: 'other', columns: ['notes', 'original_entry_id'] },
    ]);
    expect(await liveIds()).toEqual(['other', 'put-1']);
  });

  it('refuses an unknown account, and writes nothing', async () => {
    await append('put-1');
    const failure = await failureOf(amend('put-1', { accountId: 'acct-9' }));

    expect(failure).toBeInstanceOf(UnknownAccountError);
    expect((failure as UnknownAccountError).accountIds).toEqual(['acct-9']);
    expect(await liveIds()).toEqual(['put-1']);
  });

  it.each<[string, object, object, string]>([
    ['no changes', {}, { reason: 'r' }, 'changes'],
    ['changes that are undefined', { strike: undefined }, { reason: 'r' }, 'changes'],
    ['a change of the id', { id: 'put-2' }, { reason: 'r' }, 'id'],
    ['a change of the user', { userId: 'x' }, { reason: 'r' }, 'user_id'],
    ['a change of the deletion', { deletedAt: null }, { reason: 'r' }, 'deleted_at'],
    ['a change of the chain', { originalEntryId: 'x' }, { reason: 'r' }, 'original_entry_id'],
    ['a change of the creation', { createdAt: new Date() }, { reason: 'r' }, 'created_at'],
    ['an unknown column', { gift: 1 }, { reason: 'r' }, 'gift'],
    ['an amount of null', { amount: null }, { reason: 'r' }, 'amount'],
    ['meta of null', { meta: null }, { reason: 'r' }, 'meta'],
    ['a wrong value', { qty: '-1' }, { reason: 'r' }, 'qty'],
    ['no reason', { strike: '1' }, {}, 'reason'],
    ['an empty reason', { strike: '1' }, { reason: '' }, 'reason'],
    ['a blank reason', { strike: '1' }, { reason: ' \n' }, 'reason'],
    ['a reason that cannot be stored', { strike: '1' }, { reason: 'a\0' }, 'reason'],
    ['an editor that cannot be stored', { strike: '1' }, { reason: 'r', editedBy: '\ud800' }, 'edited_by'],
    ['an empty successor id', { strike: '1' }, { reason: 'r', id: '' }, 'id'],
    ['its own id for the successor', { strike: '1' }, { reason: 'r', id: 'put-1' }, 'id'],
    ['an unknown member', { strike: '1' }, { reason: 'r', deletedAt: new Date() }, 'deleted_at'],
  ])('refuses %s before any write', async (_, changes, amendment, column) => {
    await append('put-1');
    const failure = await failureOf(amend('put-1', changes, amendment as Amendment));

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems.map((problem) => problem.column)).toEqual([column]);
    expect(await liveIds()).toEqual(['put-1']);
  });

  it('refuses wrong changes and a wrong reason in one error', async () => {
    const changes = { id: 'put-2', qty: '-1' } as EntryChanges;
    const failure = await failureOf(amend('put-1', changes, { reason: '' }));

    expect((failure as InvalidInputError).problems).toMatchObject([
      { id: undefined, property: 'qty' },
      { id: undefined, property: 'id', reason: 'is not an allowed property' },
      { id: undefined, property: 'reason' },
    ]);
  });

  it('lets exactly one of twenty concurrent amendments succeed, and names it in the other errors', async () => {
    await append('put-1');
    const calls = Array.from({ length: 20 }, (_, index) =>
      amend('put-1', { strike: `${index}` }, { reason: 'r', id: `try-${index}` }),
    );
    const outcomes = await Promise.allSettled(calls);
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value.id : []));
    const lost = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as unknown) : [],
    );

    expect(await liveIds()).toEqual(won);
    expect(lost).toHaveLength(19);
    for (const failure of lost) {
      expect(failure).toBeInstanceOf(EntryAlreadyAmendedError);
      expect(failure).toMatchObject({ entryIds: ['put-1'], successorId: won[0] });
    }
  });

  it('returns the single successor to each of twenty concurrent repetitions', async () => {
    await append('put-1');
    const calls = Array.from({ length: 20 }, () =>
      amend('put-1', { strike: '1' }, { reason: 'r', id: 'put-2' }),
    );
    const [first, ...others] = await Promise.all(calls);

    for (const other of others) expect(other).toEqual(first);
    expect(await liveIds()).toEqual(['put-2']);
  });

  it('joins a unit of work, and is rolled back with it', async () => {
    await append('put-1');
    const unit = inScope(() =>
      under.scope.transaction(async () => {
        await under.journal.amend('put-1', { strike: '1' }, { reason: 'r', id: 'put-2' });
        await expect(under.journal.amend('put-1', { strike: '2' }, { reason: 'r' })).rejects.toThrow(
          EntryAlreadyAmendedError,
        );
        await expect(under.journal.amend('put-2', { accountId: 'acct-9' }, { reason: 'r' })).rejects.toThrow(
          UnknownAccountError,
        );
        expect((await under.journal.page()).entries.map(({ id }) => id)).toEqual(['put-2']);
        throw new Error('changed my mind');
      }),
    );

    await expect(unit).rejects.toThrow('changed my mind');
    expect(await liveIds()).toEqual(['put-1']);
  });

  it('follows the last entry of an imported chain whose live entry is not the last', async () => {
    const imported = (id: string, originalEntryId: string | null, deletedAt: Date | null) => ({
      ...putSold(),
      id,
      originalEntryId,
      deletedAt,
    });
    await inScope(() =>
      under.imports.appendMissing([imported('a', null, null), imported('b', 'a', new Date('2026-02-01'))]),
    );
    await amend('a', { strike: '1' }, { reason: 'r', id: 'c' });

    expect((await get('c')).originalEntryId).toBe('b');
    expect((await inScope(() => under.journal.history('a'))).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(await liveIds()).toEqual(['c']);
    expect((await amend('a', { strike: '1' }, { reason: 'r', id: 'c' })).id).toBe('c');
  });
});
