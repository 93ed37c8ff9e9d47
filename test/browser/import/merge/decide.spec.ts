import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EntryRecord } from '../../../../src/journal/new-entry.js';
import { conflictOfCopy, decide } from '../../../../src/browser/import/merge/decide.js';
import type { Decision } from '../../../../src/browser/import/merge/decide.js';
import {
  amendmentId,
  restorationId,
  StoredChain,
} from '../../../../src/browser/import/merge/stored-chain.js';
import type { StoredEntry } from '../../../../src/browser/import/merge/stored-chain.js';
import { noServerColumns } from '../../../support/empty-columns.js';

/** A time in seconds after the creation of the first entry. */
const at = (seconds: number) => new Date(Date.UTC(2025, 0) + seconds * 1_000);

/** A stored entry or a row; live unless it has a deletion. */
function entry(id: string, values: Partial<StoredEntry> = {}): StoredEntry {
  const { deletedAt = null, createdAt = at(0) } = values;
  return {
    id,
    ts: at(0),
    ...noServerColumns,
    recorded: null,
    accountId: 'acct-1',
    symbol: 'SPY',
    type: 'fee',
    qty: null,
    amount: '-1.00000000',
    strike: null,
    expiration: null,
    underlyingPrice: null,
    notes: null,
    meta: {},
    deletedAt,
    editedBy: null,
    editReason: deletedAt && 'a reason',
    originalEntryId: null,
    createdAt,
    updatedAt: deletedAt ?? createdAt,
    ...values,
  };
}

/** An entry for which an import recorded a deletion by the browser application. */
const deletedInBrowser = (id: string, seconds: number, values: Partial<StoredEntry> = {}) =>
  entry(id, { deletedAt: at(seconds), updatedAt: at(100_000), ...values });

const isRow = (id: string) => id.startsWith('row');
const chainOf = (...entries: StoredEntry[]) => new StoredChain(entries, isRow);
const decision = (row: EntryRecord, ...stored: StoredEntry[]) => decide(row, chainOf(...stored));
const restored = restorationId('row', 1);

describe('a row that is live in the file', () => {
  it('changes nothing while its entry is live', () => {
    expect(decision(entry('row'), entry('row'))).toMatchObject({ kind: 'unchanged', entry: { id: 'row' } });
  });

  it('does not restore an entry that was removed on the server', () => {
    const removed = entry('row', { deletedAt: at(10) });
    expect(decision(entry('row'), removed)).toMatchObject({ kind: 'kept', entry: { id: 'row' } });
    const amended = entry('server', { amount: '-2.00000000' });
    expect(decision(entry('row'), removed, amended)).toMatchObject({ kind: 'kept', live: { id: 'server' } });
  });

  it('is restored if the browser application restored it after the deletion', () => {
    const row = entry('row', { updatedAt: at(20) });
    expect(decision(row, deletedInBrowser('row', 10))).toMatchObject({
      kind: 'restore',
      id: restored,
      after: { id: 'row' },
      restoredAt: at(20),
    });
    expect(decision(row, deletedInBrowser('row', 20))).toMatchObject({ kind: 'restore' });
    expect(decision(row, deletedInBrowser('row', 21))).toMatchObject({ kind: 'kept' });
    expect(decision(row, deletedInBrowser('row', 10), entry(restored))).toMatchObject({
      kind: 'unchanged',
      entry: { id: restored },
    });
  });

  it('is not restored by the change that created it, regardless of the time in the file', () => {
    const removed = deletedInBrowser('row', 10);
    const row = entry('row', { createdAt: at(20), updatedAt: at(20) });
    expect(decision(row, removed)).toMatchObject({ kind: 'kept' });
    const { createdAt: _, ...undated } = row;
    expect(decision(undated, removed)).toMatchObject({ kind: 'restore' });
  });

  it('is restored without `updated_at` in the file, unless the server removed the entry', () => {
    const { createdAt: _, updatedAt: __, ...row } = entry('row');
    expect(decision(row, deletedInBrowser('row', 10))).toMatchObject({
      kind: 'restore',
      id: restored,
      restoredAt: new Date(+at(10) + 1),
    });
    expect(decision(row, entry('row', { deletedAt: at(10) }))).toMatchObject({ kind: 'kept' });
    const again = entry(restored, { createdAt: new Date(+at(10) + 1) });
    expect(decision(row, deletedInBrowser('row', 10), again)).toMatchObject({ kind: 'unchanged' });
    const deleted = { ...row, deletedAt: at(11) };
    expect(decision(deleted, deletedInBrowser('row', 10), again)).toMatchObject({ kind: 'delete' });
    const older = { ...row, deletedAt: at(10) };
    expect(decision(older, deletedInBrowser('row', 10), again)).toMatchObject({ kind: 'unchanged' });
  });

  it('is not restored over amendments on the server, live or removed', () => {
    const removed = entry('row', { deletedAt: at(10) });
    const first = entry('server 1', { amount: '-2.00000000', deletedAt: at(15) });
    const second = entry('server 2', { amount: '-3.00000000' });
    const again = entry('server 3', { amount: '-2.00000000' });
    expect(decision(entry('row'), removed, first)).toMatchObject({ kind: 'kept', live: undefined });
    for (const live of [second, again])
      expect(decision(entry('row'), removed, first, live)).toMatchObject({ kind: 'kept', live });
  });

  it('is restored after the last entry of the chain, also with a live edited copy, and again under another id', () => {
    const row = entry('row', { updatedAt: at(40) });
    const copy = entry('row copy', { amount: '-2.00000000' });
    expect(decision(row, deletedInBrowser('row', 10), copy)).toMatchObject({
      kind: 'restore',
      after: { id: 'row copy' },
    });
    const stored = [deletedInBrowser('row', 10), deletedInBrowser(restored, 30), copy];
    expect(decision(row, ...stored)).toMatchObject({ kind: 'restore', id: restorationId('row', 2) });
  });

  it('is unchanged if the server restored it', () => {
    const row = entry('row', { updatedAt: at(40) });
    expect(decision(row, deletedInBrowser('row', 10), entry('server'))).toMatchObject({ kind: 'unchanged' });
  });

  it('is a conflict if it was restored, and its entry amended on the server', () => {
    const row = entry('row', { updatedAt: at(20) });
    const amended = entry('server', { amount: '-2.00000000' });
    expect(decision(row, entry('row', { deletedAt: at(10) }), amended)).toMatchObject({
      kind: 'conflict',
      reason: 'amended',
      entry: { id: 'server' },
    });
  });
});

describe('a row that is deleted in the file', () => {
  const row = entry('row', { deletedAt: at(20) });

  it('deletes its live entry, at or after the creation of that entry', () => {
    expect(decision(row, entry('row'))).toMatchObject({ kind: 'delete', deletedAt: at(20) });
    expect(decision(row, entry('row', { createdAt: at(30) }))).toMatchObject({ deletedAt: at(30) });
  });

  it('deletes the entry that restored it, unless the file is older than the restoration', () => {
    const before = deletedInBrowser('row', 10);
    expect(decision(row, before, entry(restored, { createdAt: at(15) }))).toMatchObject({
      kind: 'delete',
      entry: { id: restored },
    });
    expect(decision(row, before, entry(restored, { createdAt: at(20) }))).toMatchObject({ kind: 'delete' });
    expect(decision(row, before, entry(restored, { createdAt: at(25) }))).toMatchObject({
      kind: 'unchanged',
    });
  });

  it('deletes the entry that restored it, if all entries were created at later imports', () => {
    const before = deletedInBrowser('row', 30, { createdAt: at(30) });
    expect(decision(row, before, entry(restored, { createdAt: at(31) }))).toMatchObject({
      ...{ kind: 'delete', entry: { id: restored }, deletedAt: at(31) },
    });
  });

  it('changes nothing if it was removed on both sides', () => {
    expect(decision(row, entry('row', { deletedAt: at(10) }))).toMatchObject({ kind: 'unchanged' });
    expect(decision(row, entry('row', { deletedAt: at(30) }))).toMatchObject({ kind: 'unchanged' });
  });

  it('does not change entries that the server created after this deletion', () => {
    const known = deletedInBrowser('row', 20);
    expect(decision(row, known, entry('server'))).toMatchObject({ kind: 'unchanged', entry: { id: 'row' } });
    const amended = entry('server', { amount: '-2.00000000' });
    expect(decision(row, known, amended)).toMatchObject({ kind: 'unchanged' });
  });

  it('deletes an entry that the server removed and restored before the import of this deletion', () => {
    const removed = entry('row', { deletedAt: at(10) });
    expect(decision(row, removed, entry('server', { createdAt: at(15) }))).toMatchObject({ kind: 'delete' });
    expect(decision(row, removed, entry('server', { createdAt: at(25) }))).toMatchObject({
      kind: 'delete',
      deletedAt: at(25),
    });
  });

  it('is a conflict if its entry was amended on the server', () => {
    const amended = entry('server', { amount: '-2.00000000' });
    expect(decision(row, entry('row', { deletedAt: at(10) }), amended)).toMatchObject({
      kind: 'conflict',
      reason: 'amended',
      entry: { id: 'server' },
    });
  });

  it('is no conflict in an older file than the one by which an import deleted and replaced its entry', () => {
    const edited = entry('copy of the newer file', { amount: '-2.00000000' });
    expect(decision(row, deletedInBrowser('row', 30), edited)).toMatchObject({
      kind: 'kept',
      entry: { id: 'row' },
      live: { id: 'copy of the newer file' },
    });
  });
});

describe('a row whose content differs from its entry', () => {
  const row = entry('row', { notes: 'changed', meta: { a: 1, b: -0 } });

  it('is a conflict, unless the server has amended the entry to this content', () => {
    const removed = entry('row', { deletedAt: at(10) });
    expect(decision(row, removed)).toMatchObject({ kind: 'conflict', reason: 'content' });
    const amended = entry('server', { notes: 'changed', meta: { b: 0, a: 1 } });
    expect(decision(row, removed, amended)).toMatchObject({ kind: 'unchanged', entry: { id: 'server' } });
  });

  it('is a conflict although its edited copy has the stored content', () => {
    const chain = [deletedInBrowser('row', 10), entry('row copy', { amount: '-2.00000000' })];
    expect(decision(entry('row', { amount: '-2.00000000' }), ...chain)).toMatchObject({
      kind: 'conflict',
      reason: 'content',
      entry: { id: 'row' },
    });
  });

  it('is recognised by each of its columns, and by the value of a decimal', () => {
    const stored = entry('row', { day: '2025-01-02' });
    for (const values of [{ ts: at(1) }, { day: '2025-01-01' }, { qty: '0' }, { accountId: 'b' }] as const)
      expect(decision(entry('row', values), stored)).toMatchObject({ reason: 'content' });
    expect(decision(entry('row', { amount: '-1' }), stored)).toMatchObject({ kind: 'unchanged' });
  });
});

it('a `meta` that an earlier release imported as spread characters is not a difference', () => {
  const meta = { 0: '{', 1: '}', delta: 0.3 };
  expect(decision(entry('row', { meta: { delta: 0.3 } }), entry('row', { meta }))).toMatchObject({
    kind: 'unchanged',
  });
});

it('a day that only the file or only the stored entry has is not a difference', () => {
  const dated = entry('row', { day: '2025-01-01' });
  expect(decision(dated, entry('row'))).toMatchObject({ kind: 'unchanged' });
  expect(decision(entry('row'), dated)).toMatchObject({ kind: 'unchanged' });
});

it('a file without audit columns deletes no entries', () => {
  const { deletedAt: _, ...row } = entry('row');
  expect(decision(row, entry('row', { deletedAt: at(10) }))).toMatchObject({ kind: 'unchanged' });
  expect(decision(row, entry('row'))).toMatchObject({ kind: 'unchanged' });
});

const conflictOf = (copy: EntryRecord, chain: StoredChain) =>
  conflictOfCopy(copy, chain, chain.newestOf('row'));

describe('an edited copy', () => {
  const copy = entry('row copy', { createdAt: at(20), amount: '-2.00000000' });

  it('is not a conflict if the row that it replaces was restored', () => {
    const chain = chainOf(deletedInBrowser('row', 20), entry(restored));
    expect(conflictOf(copy, chain)).toBeUndefined();
  });

  it('is a conflict if the server amended or removed the entry', () => {
    const amended = chainOf(entry('row', { deletedAt: at(10) }), entry('server', { amount: '-3.00000000' }));
    expect(conflictOf(copy, amended)).toMatchObject({
      kind: 'conflict',
      reason: 'amended',
      entry: { id: 'server' },
    });
    const removed = chainOf(entry('row', { deletedAt: at(10) }));
    expect(conflictOf(copy, removed)).toMatchObject({
      kind: 'conflict',
      reason: 'removed',
      entry: { id: 'row' },
    });
  });

  it('is not a conflict if the browser application had deleted and restored the row before', () => {
    expect(conflictOf(copy, chainOf(deletedInBrowser('row', 10)))).toBeUndefined();
  });
});

describe('the deletion by an edit with a copy', () => {
  const copy = entry('row copy', { createdAt: at(20), amount: '-2.00000000' });

  it.each([
    [19, 'removed'],
    [19.001, undefined],
    [20.999, undefined],
    [21, 'removed'],
  ])('is distinguished from a removal on the server by its time: %p seconds, %s', (seconds, reason) => {
    const conflict = conflictOf(copy, chainOf(entry('row', { deletedAt: at(seconds) })));
    expect(conflict?.reason).toBe(reason);
  });

  it('is distinguished from a removal on the server by its missing reason', () => {
    const chain = chainOf(entry('row', { deletedAt: at(10), editReason: null }));
    expect(conflictOf(copy, chain)).toBeUndefined();
  });

  it('is not recognised without the creation time of the copy', () => {
    const { createdAt: _, ...undated } = copy;
    const chain = chainOf(entry('row', { deletedAt: at(20) }));
    expect(conflictOf(undated, chain)).toMatchObject({ kind: 'conflict', reason: 'removed' });
  });
});

describe('an amendment by a dump of localStorage', () => {
  const stored = entry('row', { deletedAt: at(10), editReason: 'the dump' });
  const amendment = entry(amendmentId({ id: 'row', editReason: 'the dump' }), { amount: '-2.00000000' });

  it('replaces the row if it is stored', () => {
    expect(chainOf(stored, amendment).newestOf('row')).toMatchObject({ entry: amendment, isOfServer: false });
  });

  it('replaces the row if this import creates it', () => {
    const live = entry('row');
    const chain = chainOf(live);
    chain.amend(live, { deletedAt: at(10), editReason: 'the dump' }, amendment);
    expect(chain.newestOf('row')).toMatchObject({ entry: amendment, isOfServer: false });
    expect(chain.amendmentOf({ entry: live, row: undefined, isOfServer: false, place: 0 })).toBeUndefined();
  });
});

/** Events of a chain in sequence, each with its delay in seconds. */
const events = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'removed',
      'deleted in browser',
      'restored by import',
      'restored',
      'amended',
      'copied',
    ),
    pause: fc.nat(3),
  }),
  { maxLength: 8 },
);

function chainAfter(happened: { kind: string; pause: number }[]): StoredEntry[] {
  const entries = [entry('row')];
  let now = 0;
  let restorations = 0;
  for (const { kind, pause } of happened) {
    now += pause;
    const last = entries.at(-1);
    if (last === undefined) break;
    const createdAt = at(now);
    if (kind === 'removed' || kind === 'deleted in browser') {
      if (last.deletedAt !== null) continue;
      const updatedAt = kind === 'removed' ? createdAt : at(100_000);
      Object.assign(last, { deletedAt: createdAt, updatedAt, editReason: 'a reason' });
    } else if (last.deletedAt !== null) {
      const id = kind.startsWith('restored by') ? restorationId('row', (restorations += 1)) : undefined;
      const amount = kind.startsWith('restored') ? '-1.00000000' : '-2.00000000';
      const name = kind === 'copied' ? 'row copy' : 'server';
      entries.push(entry(id ?? `${name} ${entries.length}`, { createdAt, amount }));
    }
  }
  return entries;
}

/** Applies the decisions as the import does. */
function apply(made: Decision, row: EntryRecord, chain: StoredChain): void {
  if (made.kind === 'delete')
    Object.assign(made.entry, { deletedAt: made.deletedAt, updatedAt: at(100_000) });
  if (made.kind === 'restore')
    chain.push(entry(made.id, { ...row, id: made.id, createdAt: made.restoredAt }));
}

it('decisions for any chain and row can be applied, and a second import changes nothing', () => {
  const rows = fc.record({
    deletedAt: fc.option(fc.nat(30).map(at)),
    updatedAt: fc.nat(30).map(at),
  });
  fc.assert(
    fc.property(events, rows, (happened, state) => {
      const row = entry('row', { ...state, updatedAt: state.deletedAt ?? state.updatedAt });
      const entries = chainAfter(happened);
      const chain = chainOf(...entries);
      const made = decide(row, chain);
      if (made.kind === 'delete') {
        expect(made.entry.deletedAt).toBeNull();
        expect(+made.deletedAt).toBeGreaterThanOrEqual(+made.entry.createdAt);
      }
      if (made.kind === 'restore') {
        expect(entries.map(({ id }) => id)).not.toContain(made.id);
        expect(made.after).toBe(entries.at(-1));
      }
      if (made.kind === 'unchanged') expect(made.entry.deletedAt === null).toBe(state.deletedAt === null);
      apply(made, row, chain);
      const again = decide(row, chain);
      const expected = made.kind === 'conflict' || made.kind === 'kept' ? made.kind : 'unchanged';
      expect(again.kind).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});
