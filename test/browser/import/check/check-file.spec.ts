import { expect, it } from '@jest/globals';
import { checkFile } from '../../../../src/browser/import/check/check-file.js';
import { TypedDays } from '../../../../src/browser/import/convert/typed-days.js';
import { LocalStorageMatcher } from '../../../../src/browser/import/local-storage/local-storage-matcher.js';
import { noLocalStorage } from '../../../../src/browser/import/local-storage/local-storage.js';
import type { LegacyRow, LegacySource } from '../../../../src/browser/import/read/legacy-source.js';

/** More than the arguments that a call can have. */
const count = 150_000;

const columns = ['id', 'ts', 'account_id', 'symbol', 'type', 'amount', 'original_entry_id'];

function* edits(): Iterable<LegacyRow> {
  const values = { ts: '2025-01-31T15:30:00.000Z', account_id: 'acct-1', symbol: 'SPY', type: 'fee' };
  for (let row = 1; row <= count; row += 1)
    yield { ...values, id: `edit-${row}`, amount: -1, original_entry_id: 'original' };
}

it('reports any number of removed links', async () => {
  const source: LegacySource = {
    format: 'sqlite',
    isExport: false,
    journalColumns: new Set(columns),
    journalCount: count,
    accounts: () => [],
    journal: edits,
    notImported: [],
    unreadColumns: [],
    close: () => undefined,
  };
  const days = new TypedDays(undefined);
  const matcher = new LocalStorageMatcher(noLocalStorage, days);
  const { changes, rejected } = await checkFile(source, days, matcher, () => undefined);
  expect(rejected).toEqual([]);
  // The first edit keeps its link.
  expect(changes.length).toBe(count - 1);
});
