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
