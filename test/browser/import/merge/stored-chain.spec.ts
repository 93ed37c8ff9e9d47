// @slow: thousands of random contents
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasSameContent } from '../../../../src/browser/import/merge/compare-content.js';
import { LinksByContent, StoredChain } from '../../../../src/browser/import/merge/stored-chain.js';
import type { StoredEntry } from '../../../../src/browser/import/merge/stored-chain.js';
import { noServerColumns } from '../../../support/empty-columns.js';

const at = new Date(Date.UTC(2025, 0));

function entry(id: string, values: Partial<StoredEntry> = {}): StoredEntry {
  return {
    ...{
      id,
      ts: at,
      ...noServerColumns,
      recorded: null,
      accountId: 'acct-1',
      symbol: 'SPY',
      type: 'fee',
      qty: null,
    },
    ...{
      amount: '-1.00000000',
      strike: null,
      expiration: null,
      underlyingPrice: null,
      notes: null,
      meta: {},
    },
    ...{ deletedAt: null, editedBy: null, editReason: null, originalEntryId: null },
    ...{ createdAt: at, updatedAt: at },
    ...values,
  };
}

const contents = fc.record({
  day: fc.constantFrom(null, '2025-01-01', '2025-01-02'),
  amount: fc.constantFrom('-1', '-1.00000000', '-2'),
  notes: fc.constantFrom(null, 'null'),
  meta: fc.constantFrom(
    {},
    { leg: null },
    { legacyOriginalEntryId: 'x' },
    { leg: 'put', list: [{ a: 1, b: 2 }] },
    { list: [{ b: 2, a: 1 }], leg: 'put' },
    { leg: 'put', list: [{ a: 2, b: 1 }] },
  ),
});

it('an index of contents finds the newest entry that a comparison of contents finds', () => {
  fc.assert(
    fc.property(fc.array(contents, { maxLength: 12 }), contents, (several, searched) => {
      const entries = several.map((values, place) => entry(`e-${place}`, values));
      const links = entries.map((one, place) => ({ entry: one, row: undefined, isOfServer: true, place }));
      const wanted = entry('searched', searched);
      expect(new LinksByContent(links, () => true).newestLike(wanted)).toBe(
        links.findLast((link) => hasSameContent(link.entry, wanted)),
      );
    }),
    { numRuns: 3000 },
  );
});

it('a chain of many rows and many entries of the server is built and read quickly', () => {
  const count = 5_000;
  const notes = (side: string, index: number) => ({ notes: `${side} ${index}` });
  const rows = Array.from({ length: count }, (_, index) => entry(`row-${index}`, notes('row', index)));
  const server = Array.from({ length: count }, (_, index) => entry(`s-${index}`, notes('server', index)));
  const begun = performance.now();
  const chain = new StoredChain([...rows, ...server], (id) => id.startsWith('row'));
  const found = rows.map(({ id }) => chain.entriesOf(id).length);
  const amended = rows.map(({ id }, index) => chain.rowEntriesOf(entry(id, notes('server', index))).length);
  expect(performance.now() - begun).toBeLessThan(30_000);
  expect(found.slice(0, -1)).toEqual(Array.from({ length: count - 1 }, () => 1));
  expect(found.at(-1)).toBe(count + 1);
  expect(new Set(amended)).toEqual(new Set([1]));
});
