import { describe, expect, it } from '@jest/globals';
import { convertEntry } from '../../../../src/browser/import/convert/convert-entry.js';
import { TypedDays } from '../../../../src/browser/import/convert/typed-days.js';
import { differingColumns } from '../../../../src/browser/import/merge/compare-content.js';
import { legacyEntry } from '../../../support/legacy-journals.js';

const convert = (cells: Parameters<typeof legacyEntry>[1]) =>
  convertEntry({ ...legacyEntry('put-1', cells) }, 1, new TypedDays(undefined));
const changed = ({ changes }: ReturnType<typeof convert>) =>
  changes.filter(({ kind }) => kind === 'normalised').map(({ column, from, to }) => [column, from, to]);

describe('A value in a spelling of another program', () => {
  it.each([
    ['P', 'put'],
    ['PUT', 'put'],
    ['c', 'call'],
    [' Call', 'call'],
  ])('the leg %j is imported as %j, and reported', (leg, expected) => {
    const converted = convert({ meta: JSON.stringify({ leg, tag: 'x' }) });
    expect(converted.record.meta).toEqual({ leg: expected, tag: 'x' });
    expect(changed(converted)).toEqual([
      ['meta', JSON.stringify({ leg }), JSON.stringify({ leg: expected })],
    ]);
  });

  it.each(['put', 'call', 'both', '', 1, null])('the leg %j stays', (leg) => {
    const converted = convert({ meta: JSON.stringify({ leg }) });
    expect(converted.record.meta).toEqual({ leg });
    expect(changed(converted)).toEqual([]);
  });

  it('the leg that delivered shares is imported as `put` or `call`, of a share trade only', () => {
    const meta = JSON.stringify({ from: 'PUT', leg: 'C' });
    const converted = convert({ type: 'assignment_shares', meta });
    expect(converted.record.meta).toEqual({ from: 'put', leg: 'call' });
    expect(changed(converted)).toEqual([
      ['meta', '{"leg":"C"}', '{"leg":"call"}'],
      ['meta', '{"from":"PUT"}', '{"from":"put"}'],
    ]);
    expect(convert({ type: 'fee', meta }).record.meta).toEqual({ from: 'PUT', leg: 'call' });
    const stored = { ...converted.record, meta: { from: 'PUT', leg: 'C' } };
    expect(differingColumns(stored, converted.record)).toEqual([]);
    expect(differingColumns({ ...stored, type: 'fee' }, { ...converted.record, type: 'fee' })).toMatchObject([
      { name: 'meta' },
    ]);
  });

  it('a symbol is imported without surrounding blanks, and reported', () => {
    const converted = convert({ symbol: ' BRK B\t' });
    expect(converted.record.symbol).toBe('BRK B');
    expect(changed(converted)).toEqual([['symbol', ' BRK B\t', 'BRK B']]);
    expect(convert({ symbol: '  ' }).record.symbol).toBeNull();
  });

  it('equals the value that an earlier release stored unnormalised', () => {
    const { record } = convert({ symbol: ' SPY', target_symbol: 'NEW ', meta: '{"leg":"P"}' });
    const stored = { ...record, symbol: ' SPY', targetSymbol: 'NEW ', meta: { leg: 'P' } };
    expect(differingColumns(stored, record)).toEqual([]);
    expect(differingColumns({ ...stored, meta: { leg: 'C' } }, record)).toMatchObject([{ name: 'meta' }]);
  });
});
