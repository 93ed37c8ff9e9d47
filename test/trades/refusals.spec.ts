import { describe, expect, it } from '@jest/globals';
import {
  adjustOption,
  buyShares,
  buyToOpen,
  correction,
  deposit,
  dividend,
  fee,
  interest,
  merger,
  optionAssigned,
  optionExercised,
  optionExpired,
  optionSettled,
  paymentInLieu,
  putAssigned,
  rebate,
  receiveShares,
  returnOfCapital,
  roll,
  securitiesLending,
  sellPut,
  sellShares,
  spinOff,
  split,
  symbolChange,
  transfer,
  transferPosition,
  withheldTax,
} from '../../src/trades/index.js';
import * as templates from '../../src/trades/index.js';
import { InvalidInputError } from '../../src/model/input-check.js';

const trade = { ts: new Date('2026-01-05T15:30:00.000Z'), accountId: 'acct-1', symbol: 'AAPL' };
const option = { contracts: '2', strike: '180.5', expiration: '2026-02-20' };
const put = { ...trade, ...option, price: '1.56' };
const side = { ...option, price: '1' };
const expired = { ...side, expiration: '2026-01-03' };
const rolling = { ...trade, leg: 'put', close: side, open: { ...side, strike: '181' } };
const many = '999999999999';
const legged = { ...trade, ...option, leg: 'put' };
const splitting = { ...trade, ratioTo: 2, ratioFrom: 1 };
const adjusted = { leg: 'put', strike: '180', expiration: '2026-02-20', targetStrike: '90' };
const taken = [adjusted, { ...adjusted, strike: '90', targetStrike: '180' }];
const renamed = { ...trade, targetSymbol: 'NEW' };
const merged = { ...renamed, ratioTo: 1, ratioFrom: 2 };
const spun = { ...merged, costShare: '0.2' };
const transferred = { ...option, leg: 'put' };
const received = { ...trade, shares: '1', cost: '5' };
const moved = { ts: trade.ts, symbol: 'AAPL', fromAccountId: 'a', toAccountId: 'b' };

type Case = [
  what: string,
  template: (input: never) => unknown,
  input: object,
  property: string,
  reason: RegExp,
];

const cases: Case[] = [
  ['no contracts', sellPut, { ...put, contracts: '0' }, 'contracts', /whole number, 1 or more/],
  ['negative contracts', sellPut, { ...put, contracts: '-2' }, 'contracts', /whole number/],
  ['half a contract', sellPut, { ...put, contracts: '1.5' }, 'contracts', /whole number/],
  ['contracts as a number', sellPut, { ...put, contracts: 2 }, 'contracts', /as text/],
  ['an exponent', sellPut, { ...put, price: '1e3' }, 'price', /must be a decimal/],
  ['nine decimals', sellPut, { ...put, price: '0.123456789' }, 'price', /8 after it/],
  ['a negative price', sellPut, { ...put, price: '-1' }, 'price', /more than 0/],
  ['a sale for nothing', sellPut, { ...put, price: '0' }, 'price', /more than 0/],
  ['a negative fee', sellPut, { ...put, fee: '-1' }, 'fee', /must not be negative/],
  ['a strike of 0', sellPut, { ...put, strike: '0' }, 'strike', /more than 0/],
  ['no day', sellPut, { ...put, expiration: '2026-02-30' }, 'expiration', /YYYY-MM-DD/],
  ['an instant for a day', sellPut, { ...put, expiration: '2026-02-20T00:00:00Z' }, 'expiration', /YYYY/],
  ['an expired option', sellPut, { ...put, expiration: '2026-01-03' }, 'expiration', /before the trade/],
  ['no symbol', sellPut, { ...put, symbol: undefined }, 'symbol', /must be text/],
  ['an empty symbol', sellPut, { ...put, symbol: '' }, 'symbol', /must not be empty/],
  ['no account', sellPut, { ...put, accountId: undefined }, 'accountId', /must be text/],
  ['no instant', sellPut, { ...put, ts: '2026-01-05' }, 'ts', /must be a valid Date/],
  ['an invalid instant', sellPut, { ...put, ts: new Date('x') }, 'ts', /must be a valid Date/],
  ['a long id', sellPut, { ...put, id: 'x'.repeat(181) }, 'id', /at most 180/],
  ['a NUL', sellPut, { ...put, notes: 'a\0' }, 'notes', /cannot store/],
  ['meta that is none', sellPut, { ...put, meta: [] }, 'meta', /must be an object/],
  ['an amount of the caller', sellPut, { ...put, amount: '312' }, 'amount', /not an allowed property/],
  ['too much money', sellPut, { ...put, contracts: many, price: '1' }, 'amount', /more than 12 digits/],
  ['no leg', buyToOpen, put, 'leg', /put, call/],
  ['a side', optionExpired, { ...trade, ...option, leg: 'put', side: 'both' }, 'side', /short, long/],
  ['too many shares', putAssigned, { ...trade, ...option, contracts: many }, 'qty', /the factors$/],
  ['more decimals', buyShares, { ...trade, shares: '0.00000001', price: '0.1' }, 'amount', /`total`/],
  ['no shares', buyShares, { ...trade, shares: '0', price: '1' }, 'shares', /more than 0/],
  ['a total of 0', buyShares, { ...trade, shares: '1', price: '1', total: '0' }, 'total', /more than 0/],
  ['a dividend paid', dividend, { ...trade, amount: '-5' }, 'amount', /more than 0/],
  ['a signed fee', fee, { ...trade, amount: '-5' }, 'amount', /more than 0/],
  ['nothing corrected', correction, { ...trade, amount: '0.00' }, 'amount', /must not be 0/],
  ['a symbol of a deposit', deposit, { ...trade, amount: '1' }, 'symbol', /not an allowed property/],
  [
    'one account',
    transfer,
    { ts: trade.ts, fromAccountId: 'a', toAccountId: 'a', amount: '1' },
    'toAccountId',
    /another account/,
  ],
  ['a roll to itself', roll, { ...rolling, open: { ...side, strike: '180.50' } }, 'open', /another strike/],
  ['no closing side', roll, { ...rolling, close: undefined }, 'close', /must be an option/],
  ['null for a closing side', roll, { ...rolling, close: null }, 'close', /must be an option/],
  [
    'a strike without digits',
    roll,
    { ...rolling, open: { ...side, strike: 'x' } },
    'open.strike',
    /a decimal/,
  ],
  [
    'a wrong closing side',
    roll,
    { ...rolling, close: { ...side, contracts: '0' } },
    'close.contracts',
    /whole/,
  ],
  [
    'a wrong opening side',
    roll,
    { ...rolling, open: { ...side, strike: '-1' } },
    'open.strike',
    /more than 0/,
  ],
  ['an expired closing side', roll, { ...rolling, close: expired }, 'close.expiration', /before the trade/],
  ['an expired opening side', roll, { ...rolling, open: expired }, 'open.expiration', /before the trade/],
  [
    'a roll for nothing',
    roll,
    { ...rolling, open: { ...side, strike: '1', price: '0' } },
    'open.price',
    /than 0/,
  ],
  [
    'no price of a side',
    roll,
    { ...rolling, close: { ...side, price: undefined } },
    'close.price',
    /`total`/,
  ],
  [
    'a side opened for a total of 0',
    roll,
    { ...rolling, open: { ...side, strike: '1', total: '0' } },
    'open.total',
    /than 0/,
  ],
  ['a blank symbol', sellPut, { ...put, symbol: ' AAPL' }, 'symbol', /blank/],
  ['no price and no total', sellPut, { ...put, price: undefined }, 'price', /`total`/],
  ['an invalid day', sellPut, { ...put, day: '2026-02-30' }, 'day', /YYYY-MM-DD/],
  ['a multiplier of 0', sellPut, { ...put, multiplier: '0' }, 'multiplier', /more than 0/],
  ['a negative deliverable', sellPut, { ...put, deliverable: '-1' }, 'deliverable', /not be negative/],
  ['a flag as text', sellPut, { ...put, section1256: 'yes' }, 'section1256', /true or false/],
  ['shares without a price', sellShares, { ...trade, shares: '1' }, 'price', /`total`/],
  ['shares of a blank symbol', optionAssigned, { ...legged, sharesSymbol: ' F' }, 'sharesSymbol', /blank/],
  ['another part', optionAssigned, { ...legged, part: 'half' }, 'part', /both, option, shares/],
  ['an end without a leg', optionAssigned, { ...legged, leg: 'P' }, 'leg', /put, call/],
  ['a leg of a named leg', putAssigned, legged, 'leg', /not an allowed property/],
  ['no delivery', optionExercised, { ...legged, deliverable: '0' }, 'deliverable', /`optionSettled`/],
  ['no delivery of puts', putAssigned, { ...trade, ...option, deliverable: '0' }, 'deliverable', /`optionS/],
  ['cash of options', optionAssigned, { ...legged, part: 'option', total: '1' }, 'total', /`optionSettled`/],
  ['a negative total', optionExercised, { ...legged, total: '-1' }, 'total', /not be negative/],
  ['a settlement of nothing', optionSettled, legged, 'price', /`total`/],
  ['a signed settlement', optionSettled, { ...legged, price: '-1' }, 'price', /not be negative/],
  ['a fraction as a ratio', split, { ...splitting, ratioTo: 1.5 }, 'ratioTo', /whole number/],
  ['a ratio as text', split, { ...splitting, ratioTo: '2' }, 'ratioTo', /whole number/],
  ['a ratio of 0', split, { ...splitting, ratioFrom: 0 }, 'ratioFrom', /at least 1/],
  ['a split of 1 for 1', split, { ...splitting, ratioTo: 1 }, 'ratioTo', /must differ/],
  ['cash in lieu that is not a decimal', split, { ...splitting, cashInLieu: '1,5' }, 'cashInLieu', /decimal/],
  ['options that are no list', split, { ...splitting, options: {} }, 'options', /must be a list/],
  ['null for an option', split, { ...splitting, options: [null] }, 'options[0]', /an adjusted option/],
  ['an option twice', split, { ...splitting, options: [adjusted, adjusted] }, 'options', /two adjustments/],
  ['options in a cycle', split, { ...splitting, options: taken }, 'options', /form a cycle/],
  [
    'half a ratio',
    split,
    { ...splitting, options: [{ ...adjusted, ratioTo: 2 }] },
    'options[0].ratioFrom',
    /two numbers/,
  ],
  [
    'the other half of a ratio',
    split,
    { ...splitting, options: [{ ...adjusted, targetStrike: null, ratioFrom: 2 }] },
    'options[0].ratioTo',
    /two numbers/,
  ],
  [
    'an option with nothing adjusted',
    split,
    { ...splitting, options: [adjusted, { ...adjusted, targetStrike: null }] },
    'options[1]',
    /^needs a value of at least one of targetSymbol/,
  ],
  [
    'a target symbol equal to the symbol',
    symbolChange,
    { ...renamed, targetSymbol: 'AAPL' },
    'targetSymbol',
    /differ/,
  ],
  ['no target symbol', merger, { ...merged, targetSymbol: null }, 'targetSymbol', /must be text/],
  ['cash that is not a decimal', merger, { ...merged, cash: 'all' }, 'cash', /decimal/],
  ['more than the cost', spinOff, { ...spun, costShare: '20' }, 'costShare', /from 0 to 1/],
  ['a spin-off of itself', spinOff, { ...spun, targetSymbol: 'AAPL' }, 'targetSymbol', /differ/],
  ['no capital', returnOfCapital, { ...trade, amount: '0' }, 'amount', /not be 0/],
  [
    'nothing adjusted',
    adjustOption,
    { ...trade, ...adjusted, targetStrike: null },
    '',
    /^needs a value of at least one of targetSymbol/,
  ],
  ['no interest', interest, { ...trade, amount: '0' }, 'amount', /must not be 0/],
  [
    'a payment in lieu without a symbol',
    paymentInLieu,
    { ...trade, symbol: null, amount: '1' },
    'symbol',
    /must be text/,
  ],
  ['negative income', securitiesLending, { ...trade, amount: '-1' }, 'amount', /more than 0/],
  ['negative tax', withheldTax, { ...trade, amount: '-1' }, 'amount', /more than 0/],
  ['a negative rebate', rebate, { ...trade, amount: '-1' }, 'amount', /more than 0/],
  ['nothing moved', transferPosition, moved, '', /either `shares` or `option`/],
  ['both moved', transferPosition, { ...moved, shares: '1', option: transferred }, '', /two transfers/],
  [
    'a move to itself',
    transferPosition,
    { ...moved, toAccountId: 'a', shares: '1' },
    'toAccountId',
    /another/,
  ],
  ['no leg moved', transferPosition, { ...moved, option }, 'option.leg', /put, call/],
  ['a negative cost', receiveShares, { ...received, cost: '-1' }, 'cost', /negative/],
  [
    'a later day',
    receiveShares,
    { ...received, acquiredOn: '2026-01-08' },
    'acquiredOn',
    /after the receipt/,
  ],
];

describe('A template refuses', () => {
  it.each(cases)('%s', (_, template, input, property, reason) => {
    const error = failure(() => template(input as never));

    expect(error).toBeInstanceOf(InvalidInputError);
    const [problem, ...others] = (error as InvalidInputError).problems;
    expect(problem).toMatchObject({ property, reason: expect.stringMatching(reason) });
    expect(others).toEqual([]);
  });

  it('a long cycle of options, of which the error names the first', () => {
    const strikes = Array.from({ length: 500 }, (_, index) => `${index + 1}`);
    const cycle = strikes.map((strike, index) => {
      return { ...adjusted, strike, targetStrike: strikes[(index + 1) % strikes.length] };
    });
    const leading = [{ ...adjusted, strike: '700', targetStrike: '1' }];
    const error = failure(() => split({ ...splitting, options: [...leading, ...cycle] } as never));

    const { message, problems } = error as InvalidInputError;
    expect(problems[0]?.value).toMatch(/^\["AAPL put 1 2026-02-20","AAPL put 2 2026-02-20",.{0,20}…$/);
    expect(message.length).toBeLessThan(300);
  });

  it('a trade that is no object', () => {
    expect(() => sellPut(null as never)).toThrow(
      'Invalid trade, nothing was written: must be an object (found null).',
    );
  });

  it('several invalid members, each of which the error names', () => {
    const error = failure(() => sellPut({ ...put, contracts: '0', price: '-1', symbol: '' } as never));

    expect((error as InvalidInputError).problems.map(({ property }) => property).sort()).toEqual([
      'contracts',
      'price',
      'symbol',
    ]);
    expect(String(error)).toContain('nothing was written');
  });
});

function failure(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a template call by a client', () => {
  const byName = Object.entries(templates as Record<string, (trade: object) => unknown>);

  it.each(byName)('is refused without arguments, with wrong types or unknown members: %s', (_, template) => {
    const wrong = { ...trade, accountId: 5, contracts: 2, amount: 1.5 };
    for (const values of [{}, wrong, { ...trade, bogus: '1' }])
      expect(() => template(values)).toThrow(InvalidInputError);
  });
});
