import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EntryRecord } from '../../../../src/journal/new-entry.js';
import { EntryLinks, originalsFirst } from '../../../../src/browser/import/check/entry-links.js';

function record(
  id: string,
  originalEntryId: string | null = null,
  deletedAt: Date | null = null,
): EntryRecord {
  return { id, ts: new Date(0), accountId: 'a', type: 'fee', amount: '0', originalEntryId, deletedAt };
}

function resolved(records: readonly EntryRecord[]) {
  const links = new EntryLinks();
  for (const [index, each] of records.entries()) links.add(index + 1, each, true);
  const dropped = links.resolve().map(({ id }) => id);
  return { dropped, stored: records.map((each, index) => links.apply(index + 1, each)) };
}

const deleted = new Date(1);
const journals = fc
  .array(fc.record({ link: fc.option(fc.nat(30)), isDeleted: fc.boolean() }), { maxLength: 25 })
  .map((drafts) =>
    drafts.map(({ link, isDeleted }, index) =>
      record(`e${index}`, link === null ? null : `e${link}`, isDeleted ? deleted : null),
    ),
  );

describe('links between entries', () => {
  it('that are kept form no cycle, and give each entry at most one successor', () => {
    fc.assert(
      fc.property(journals, (records) => {
        const { stored } = resolved(records);
        const byId = new Map(stored.map((each) => [each.id, each]));
        const linked = stored.filter((each) => each.originalEntryId);
        expect(new Set(linked.map((each) => each.originalEntryId)).size).toBe(linked.length);
        for (const each of stored) {
          const chain = new Set<string>();
          for (let next: EntryRecord | undefined = each; next; next = byId.get(next.originalEntryId ?? '')) {
            expect(chain.has(next.id)).toBe(false);
            chain.add(next.id);
          }
        }
      }),
    );
  });

  it('that are removed are reported and kept in meta, and other links do not change', () => {
    fc.assert(
      fc.property(journals, (records) => {
        const { dropped, stored } = resolved(records);
        for (const [index, before] of records.entries()) {
          const after = dropped.includes(before.id)
            ? { ...before, originalEntryId: null, meta: { legacyOriginalEntryId: before.originalEntryId } }
            : before;
          expect(stored[index]).toEqual(after);
        }
      }),
    );
  });

  it('of a cycle are kept except the closing link, also if other entries lead into the cycle', () => {
    const cycle = [
      record('lead', 'a'),
      record('a', 'b', deleted),
      record('b', 'c', deleted),
      record('c', 'a'),
    ];
    expect(resolved([cycle[0] ?? record('lead'), ...cycle.slice(1)]).dropped).toEqual(['c']);
    expect(resolved([record('self', 'self')]).dropped).toEqual(['self']);
  });

  it('in a cycle leave the entry that lost its link available for another successor', () => {
    const { dropped, stored } = resolved([record('x', 'y'), record('y', 'x'), record('z', 'x')]);
    expect(dropped).toEqual(['y']);
    expect(stored.map(({ originalEntryId }) => originalEntryId)).toEqual(['y', null, 'x']);
  });

  it('that are removed do not replace a meta value with that key, and the report names the new key', () => {
    const own = { ...record('self', 'self'), meta: { legacyOriginalEntryId: 'of the trader' } };
    const links = new EntryLinks();
    links.add(3, own, true);
    expect(links.resolve()).toEqual([
      {
        kind: 'unlinked',
        table: 'journal',
        row: 3,
        id: 'self',
        column: 'original_entry_id',
        from: 'self',
        to: 'meta.legacyOriginalEntryId_',
      },
    ]);
    expect(links.apply(3, own)).toMatchObject({
      originalEntryId: null,
      meta: { legacyOriginalEntryId: 'of the trader', legacyOriginalEntryId_: 'self' },
    });
  });

  it('from several successors of an entry are kept for the first live successor, or else for the first', () => {
    const all = [record('a', null, deleted), record('b', 'a', deleted), record('c', 'a'), record('d', 'a')];
    expect(resolved(all).dropped).toEqual(['b', 'd']);
    expect(resolved(all.slice(0, 3)).dropped).toEqual(['b']);
    expect(
      resolved([all[0] ?? record('a'), record('b', 'a', deleted), record('e', 'a', deleted)]).dropped,
    ).toEqual(['e']);
  });

  it('of an entry with tens of thousands of edits are resolved quickly', () => {
    const edits = Array.from({ length: 60_000 }, (_, index) =>
      record(`e${index}`, `e${index - 1}`, index === 59_999 ? null : deleted),
    );
    expect(resolved(edits).dropped).toEqual([]);
    expect(resolved(edits.toReversed()).dropped).toEqual([]);
    const ordered = [...originalsFirst(edits.toReversed().map((each) => ({ record: each })))];
    expect(ordered.map((each) => each.record.id)).toEqual(edits.map(({ id }) => id));
  }, 10_000);

  it('order the entries so that each comes after its original, and keep all entries', () => {
    fc.assert(
      fc.property(journals, (records) => {
        const { stored } = resolved(records);
        const successors = stored.filter((each) => each.originalEntryId).map((each) => ({ record: each }));
        const ordered = [...originalsFirst(successors)].map((each) => each.record.id);
        expect([...ordered].sort()).toEqual(successors.map((each) => each.record.id).sort());
        for (const { record: each } of successors) {
          const original = ordered.indexOf(each.originalEntryId ?? '');
          expect(original).toBeLessThan(ordered.indexOf(each.id));
        }
      }),
    );
  });
});

describe('an edited copy that the file does not link', () => {
  const edited = new Date(5_000);
  const original = { ...record('a', null, edited), createdAt: new Date(0) };
  const copy = { ...record('b'), createdAt: edited };

  it('is linked to the row that was deleted at its creation', () => {
    const { dropped, stored } = resolved([original, copy]);
    expect(dropped).toEqual([]);
    expect(stored).toEqual([original, { ...copy, originalEntryId: 'a' }]);
  });

  it('is not matched with rows that the file links', () => {
    const other = record('z');
    const elsewhere = { ...copy, originalEntryId: 'z' };
    expect(resolved([original, other, elsewhere]).stored[2]).toMatchObject({ originalEntryId: 'z' });
    const named = record('c', 'a');
    expect(resolved([original, copy, named])).toEqual({ dropped: [], stored: [original, copy, named] });
  });

  it('stays without a link if the file names it as the original of the deleted row', () => {
    const named = { ...original, originalEntryId: 'b' };
    expect(resolved([named, copy])).toEqual({ dropped: ['b'], stored: [named, copy] });
  });

  it('stays without a link and is reported if it may replace several rows', () => {
    const links = new EntryLinks();
    for (const [index, each] of [original, { ...original, id: 'a2' }, copy].entries())
      links.add(index + 1, each, true);
    expect(links.resolve()).toEqual([
      {
        kind: 'unmatched',
        table: 'journal',
        row: 3,
        id: 'b',
        column: 'original_entry_id',
        from: 'nothing',
        to: expect.stringContaining('several rows'),
      },
    ]);
    expect(links.apply(3, copy)).toEqual(copy);
  });
});
