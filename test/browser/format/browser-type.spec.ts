import { expect, it } from '@jest/globals';
import { browserTypeOf } from '../../../src/browser/format/browser-type.js';
import { entryTypes } from '../../../src/index.js';
import { browserEntryTypes } from '../../../src/model/entry-type.js';

/**
 * The file's types for cash received for a symbol, paid for a symbol, and received without a
 * symbol.
 */
const mapped = (type: string) => [
  browserTypeOf({ type, symbol: 'SPY', amount: 0.00000001 }),
  browserTypeOf({ type, symbol: 'SPY', amount: -1 }),
  browserTypeOf({ type, symbol: null, amount: 1 }),
];

it.each(entryTypes)('%s becomes a type that the browser application knows', (type) => {
  const corrections = ['correction', 'correction', 'correction'];
  const dividends = ['dividend', 'correction', 'correction'];
  const fees = ['fee', 'fee', 'fee'];
  const expected: Readonly<Partial<Record<string, string[]>>> = {
    return_of_capital: dividends,
    interest: dividends,
    dividend_in_lieu: dividends,
    securities_lending: dividends,
    withheld_tax: fees,
  };
  const isKnown = (browserEntryTypes as readonly string[]).includes(type);
  expect(mapped(type)).toEqual(expected[type] ?? (isKnown ? [type, type, type] : corrections));
});
