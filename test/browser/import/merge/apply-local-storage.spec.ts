import { describe, expect, it } from '@jest/globals';
import type { ImportedJournal } from '../../../../src/journal/imported-journal.js';
import { amendEntries } from '../../../../src/browser/import/merge/apply-local-storage.js';
import type { Edit } from '../../../../src/browser/import/merge/apply-local-storage.js';
import type { StoredEntry } from '../../../../src/browser/import/merge/stored-chain.js';
import { noServerColumns } from '../../../support/empty-columns.js';

const createdAt = new Date(Date.UTC(2025, 0));

/** Live entries, each linked to the previous one. */
function chain(count: number): StoredEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{
      id: `row-${index}`,
      ts: createdAt,
      ...noServerColumns,
      recorded: null,
      accountId: 'acct-1',
      symbol: 'SPY',
    },
    ...{ type: 'fee', qty: null, amount: '-1.00000000', strike: null, expiration: null, notes: null },
    ...{ underlyingPrice: null, meta: {}, deletedAt: null, editedBy: null, editReason: null },
    originalEntryId: index === 0 ? null : `row-${index - 1}`,
    ...{ createdAt, updatedAt: createdAt },
  }));
}

/** A journal that records calls and stores nothing. */
class ScriptedJournal {
  readonly loads: number[] = [];
  readonly writes: number[] = [];
  readonly links: (string | null | undefined)[] = [];
  loses = false;

  constructor(private readonly stored: StoredEntry[]) {}

  chains(ids: readonly string[]) {
    this.loads.push(ids.length);
    return Promise.resolve([this.stored]);
  }

  storedIds() {
    return Promise.resolve(new Set());
  }

  removeInPast(removals: readonly { id: string }[]) {
    this.writes.push(removals.length);
    return Promise.resolve(removals.map(({ id }) => id));
  }

  appendMissing(records: readonly { id: string; originalEntryId?: string | null }[]) {
    this.writes.push(records.length);
    this.links.push(...records.map(({ originalEntryId }) => originalEntryId));
    const inserted = this.loses ? [] : records.map(({ id }) => id);
    return Promise.resolve({ inserted, unchanged: [], conflicts: [] });
  }
}

const editOf = ({ id }: StoredEntry): Edit => ({
  ...{ id, reason: 'corrected', at: '2025-06-01T00:00:00.000Z' },
  decide: () => ({ changes: { notes: 'corrected' } }),
});

function amend(stored: StoredEntry[], journal: ScriptedJournal) {
  return amendEntries(stored.map(editOf), {
    journal: journal as unknown as ImportedJournal,
    rows: { has: (id) => id.startsWith('row') },
    leftOut: new Set(),
  });
}

describe('the amendment of many entries of a chain', () => {
  it('loads the chain once, and writes in batches', async () => {
    const stored = chain(1_000);
    const journal = new ScriptedJournal(stored);
    const amendments = await amend(stored, journal);
    expect([...amendments.values()].filter((amendment) => 'changes' in amendment)).toHaveLength(1_000);
    expect(journal.loads).toEqual([250]);
    expect(journal.writes).toEqual([250, 250, 250, 250, 250, 250, 250, 250]);
    // Each successor follows the current last entry of the chain.
    expect(journal.links[0]).toBe('row-999');
    expect(new Set(journal.links).size).toBe(1_000);
  });

  it('is refused as a whole if a successor is not stored', async () => {
    const stored = chain(2);
    const journal = new ScriptedJournal(stored);
    journal.loses = true;
    await expect(amend(stored, journal)).rejects.toMatchObject({ code: 'IMPORT_BUSY' });
  });
});
