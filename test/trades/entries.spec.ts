import { describe, expect, it } from '@jest/globals';
import {
  buyShares,
  buyToClose,
  buyToOpen,
  callAssigned,
  correction,
  deposit,
  dividend,
  fee,
  optionExpired,
  putAssigned,
  roll,
  sellCoveredCall,
  sellPut,
  sellShares,
  sellToClose,
  split,
  transfer,
  withdrawal,
} from '../../src/trades/index.js';
import type { TradeEntry } from '../../src/trades/index.js';

const ts = new Date('2026-01-05T15:30:00.000Z');
const trade = { id: 't', ts, accountId: 'acct-1', symbol: 'AAPL' };
const option = { contracts: '2', strike: '180.5', expiration: '2026-02-20' } as const;
const priced = { ...trade, ...option, price: '1.56', fee: '1.30' } as const;

/** The properties of an entry, except the trade's instant, account and notes. */
function said(entries: readonly TradeEntry[]): unknown[] {
  return entries.map(({ id, type, amount, qty, strike, expiration, meta }) => [
    id,
    type,
    amount,
    ...[qty ?? null, strike ?? null, expiration ?? null],
    meta,
  ]);
}

// The numbers are worked by hand: 2 contracts × 1.56 × 100 = 312; 2 × 100 shares × 180.5 = 36,100.
describe('The templates', () => {
  it.each([
    [sellPut, 'put', 'tmplSellPut'],
    [sellCoveredCall, 'call', 'tmplSellCoveredCall'],
  ])('%p receives a premium and pays a fee', (sell, leg, template) => {
    expect(said(sell(priced))).toEqual([
      ['t', 'sell_to_open', '312', '2', '180.5', '2026-02-20', { leg, template }],
      ['t:fee', 'fee', '-1.3', null, null, null, { template }],
    ]);
  });

  it('write the expiration in advance only on request', () => {
    const [, , scheduled] = sellPut({ ...priced, scheduleExpiration: true });

    expect(scheduled).toMatchObject({
      id: 't:expiration',
      type: 'expiration',
      ts: new Date('2026-02-20T00:00:00.000Z'),
      amount: '0',
      qty: '2',
      strike: '180.5',
      expiration: '2026-02-20',
      meta: { leg: 'put', closes: 'sell_to_open' },
    });
    expect(sellPut({ ...priced, scheduleExpiration: false })).toHaveLength(2);
  });

  it('buy short options back', () => {
    expect(said(buyToClose({ ...priced, leg: 'put' }))).toEqual([
      ['t', 'buy_to_close', '-312', '2', '180.5', '2026-02-20', { leg: 'put', template: 'tmplBuyToClose' }],
      ['t:fee', 'fee', '-1.3', null, null, null, { template: 'tmplBuyToClose' }],
    ]);
    expect(buyToClose({ ...priced, leg: 'put', price: '0', fee: '0' })).toMatchObject([{ amount: '0' }]);
  });

  it('buy and sell long options', () => {
    expect(said(buyToOpen({ ...priced, leg: 'call' }))).toEqual([
      ['t', 'buy_to_open', '-312', '2', '180.5', '2026-02-20', { leg: 'call', template: 'tmplBuyToOpen' }],
      ['t:fee', 'fee', '-1.3', null, null, null, { template: 'tmplBuyToOpen' }],
    ]);
    expect(said(sellToClose({ ...priced, leg: 'call' }))).toEqual([
      ['t', 'sell_to_close', '312', '2', '180.5', '2026-02-20', { leg: 'call', template: 'tmplSellToClose' }],
      ['t:fee', 'fee', '-1.3', null, null, null, { template: 'tmplSellToClose' }],
    ]);
  });

  it('deliver shares by assignment', () => {
    const assigned = { ...trade, ...option, fee: '7' } as const;
    const putEnd = { leg: 'put', assigned: true, closes: 'sell_to_open' };
    expect(said(putAssigned(assigned))).toEqual([
      ['t', 'expiration', '0', '2', '180.5', '2026-02-20', putEnd],
      ['t:shares', 'assignment_shares', '-36100', '200', '180.5', '2026-02-20', { from: 'put' }],
      ['t:fee', 'fee', '-7', null, null, null, { template: 'tmplPutAssigned' }],
    ]);
    expect(said(callAssigned(assigned))).toEqual([
      ['t', 'expiration', '0', '2', '180.5', '2026-02-20', { ...putEnd, leg: 'call' }],
      ['t:shares', 'share_sale', '36100', '200', '180.5', '2026-02-20', { from: 'call' }],
      ['t:fee', 'fee', '-7', null, null, null, { template: 'tmplCallAssigned' }],
    ]);
  });

  it('let options expire, short or long', () => {
    const meta = { leg: 'put', closes: 'sell_to_open', template: 'tmplExpired' };
    const lapse = { ...trade, ...option, leg: 'put' } as const;
    expect(said(optionExpired(lapse))).toEqual([['t', 'expiration', '0', '2', '180.5', '2026-02-20', meta]]);
    expect(optionExpired({ ...lapse, side: 'long' })).toMatchObject([{ meta: { closes: 'buy_to_open' } }]);
    expect(said(optionExpired({ ...lapse, fee: '1' }))).toEqual([
      ['t', 'expiration', '0', '2', '180.5', '2026-02-20', meta],
      ['t:fee', 'fee', '-1', null, null, null, { template: 'tmplExpired' }],
    ]);
  });

  it('let options expire on the given day, or else on the expiration day', () => {
    const { ts: _, ...lapse } = { ...trade, ...option, leg: 'put' as const };
    expect(optionExpired(lapse)).toMatchObject([
      { ts: new Date('2026-02-20T00:00:00.000Z'), day: '2026-02-20' },
    ]);
    expect(optionExpired({ ...lapse, day: '2026-02-23' })).toMatchObject([
      { ts: new Date('2026-02-23T00:00:00.000Z'), day: '2026-02-23' },
    ]);
    const [timed] = optionExpired({ ...lapse, ts });
    expect(timed).toMatchObject({ ts });
    expect(timed).not.toHaveProperty('day');
  });

  it('adjust contracts before other adjustments create the same contracts', () => {
    const terms = { leg: 'put', expiration: '2026-02-20', ratioTo: 2, ratioFrom: 1 } as const;
    const strikes = [
      ['40', '20'],
      ['10', '5'],
      ['80', '40'],
      ['20', '10'],
      ['30', '30.0'],
    ] as const;
    const options = strikes.map(([strike, targetStrike]) => ({ ...terms, strike, targetStrike }));
    const entries = split({ ...trade, ratioTo: 2, ratioFrom: 1, options });
    expect(entries.slice(1).map(({ id, strike }) => [id, strike])).toEqual([
      ['t:option-01', '10'],
      ['t:option-02', '20'],
      ['t:option-03', '40'],
      ['t:option-04', '80'],
      ['t:option-05', '30'],
    ]);
  });

  it('buy and sell shares, including fractions, for the total of the broker', () => {
    const fractions = { ...trade, shares: '0.735768', price: '212.41', fee: '0' } as const;
    const bought = { from: 'direct_purchase', template: 'tmplBuyShares' };
    const sold = { from: 'direct_sale', template: 'tmplSellShares' };
    // 0.735768 × 212.41 = 156.28448088
    expect(said(buyShares(fractions))).toEqual([
      ['t', 'assignment_shares', '-156.28448088', '0.735768', '212.41', null, bought],
    ]);
    expect(said(sellShares(fractions))).toEqual([
      ['t', 'share_sale', '156.28448088', '0.735768', '212.41', null, sold],
    ]);
    const feeOf = (template: string) => ['t:fee', 'fee', '-1', null, null, null, { template }];
    expect(said(buyShares({ ...fractions, fee: '1' }))[1]).toEqual(feeOf('tmplBuyShares'));
    expect(said(sellShares({ ...fractions, fee: '1' }))[1]).toEqual(feeOf('tmplSellShares'));
    expect(buyShares({ ...fractions, total: '156.28' })).toMatchObject([{ amount: '-156.28' }]);
    expect(sellShares({ ...fractions, total: '156.28' })).toMatchObject([{ amount: '156.28' }]);
  });

  it('move cash with the correct sign', () => {
    const cash = { id: 't', ts, accountId: 'acct-1', amount: '9.99' } as const;
    const one = (entries: TradeEntry[]) => entries.map(({ type, amount, symbol }) => [type, amount, symbol]);
    expect(one(dividend({ ...cash, symbol: 'AAPL' }))).toEqual([['dividend', '9.99', 'AAPL']]);
    expect(one(fee(cash))).toEqual([['fee', '-9.99', null]]);
    expect(one(deposit(cash))).toEqual([['transfer', '9.99', null]]);
    expect(one(withdrawal(cash))).toEqual([['transfer', '-9.99', null]]);
    expect(one(correction(cash))).toEqual([['correction', '9.99', null]]);
    expect(one(correction({ ...cash, amount: '-9.99' }))).toEqual([['correction', '-9.99', null]]);
  });

  it('move cash between two accounts', () => {
    const moved = transfer({ id: 't', ts, fromAccountId: 'acct-1', toAccountId: 'acct-2', amount: '100' });
    expect(moved).toMatchObject([
      { id: 't:out', type: 'transfer', accountId: 'acct-1', amount: '-100', meta: { transferredTo: 't:in' } },
      {
        id: 't:in',
        type: 'transfer',
        accountId: 'acct-2',
        amount: '100',
        meta: { transferredFrom: 't:out' },
      },
    ]);
  });

  it('roll an option, with links between both sides', () => {
    const rolled = roll({
      ...trade,
      leg: 'put',
      close: { ...option, price: '0.4', fee: '1.3' },
      open: { contracts: '2', strike: '179', expiration: '2026-03-20', price: '1.1', fee: '1.4' },
      scheduleExpiration: true,
    });
    const meta = { leg: 'put', template: 'tmplRoll' };
    expect(said(rolled)).toEqual([
      ['t:close', 'buy_to_close', '-80', '2', '180.5', '2026-02-20', { ...meta, rolledTo: 't:open' }],
      ['t:close-fee', 'fee', '-1.3', null, null, null, { template: 'tmplRoll', rollPhase: 'close' }],
      ['t:open', 'sell_to_open', '220', '2', '179', '2026-03-20', { ...meta, rolledFrom: 't:close' }],
      ['t:open-fee', 'fee', '-1.4', null, null, null, { template: 'tmplRoll', rollPhase: 'open' }],
      ['t:expiration', 'expiration', '0', '2', '179', '2026-03-20', { leg: 'put', closes: 'sell_to_open' }],
    ]);
  });

  it('roll an option for the totals of the broker', () => {
    const { contracts, expiration } = option;
    const rolled = roll({
      ...trade,
      leg: 'put',
      close: { ...option, total: '80.01' },
      open: { contracts, expiration, strike: '179', price: '1.1', total: '219.99' },
    });
    expect(rolled.map(({ amount }) => amount)).toEqual(['-80.01', '219.99']);
  });

  it('write the expiration of a rolled option only on request', () => {
    const open = { ...option, strike: '179', price: '1.1' } as const;
    const rolled = { ...trade, leg: 'put', close: { ...option, price: '0.4' }, open } as const;
    for (const entries of [roll(rolled), roll({ ...rolled, scheduleExpiration: false })])
      expect(entries.map(({ id }) => id)).toEqual(['t:close', 't:open']);
  });

  it('accept contracts with decimals of zero, and an id of 180 characters', () => {
    const [premium] = sellPut({ ...priced, contracts: '2.00', id: 'x'.repeat(180) });
    expect(premium).toMatchObject({ id: 'x'.repeat(180), amount: '312' });
  });

  it('accept a trade until 36 hours after the midnight in UTC that begins the expiration day', () => {
    const traded = { ...priced, expiration: '2026-01-04', ts: new Date('2026-01-05T12:00:00.000Z') } as const;
    expect(sellPut(traded)).toHaveLength(2);
    const later = { ...traded, ts: new Date('2026-01-05T12:00:00.001Z') };
    expect(() => sellPut(later)).toThrow('lies before the trade');
  });

  it('copy notes and meta of the trade to each entry, and override template keys', () => {
    const entries = sellPut({ ...priced, notes: '🏆', meta: { order: 7, template: 'mine' } });
    expect(entries).toHaveLength(2);
    for (const entry of entries)
      expect(entry).toMatchObject({ notes: '🏆', meta: { order: 7, template: 'tmplSellPut' } });
  });

  it('keep the key __proto__ in meta', () => {
    const meta = JSON.parse('{"__proto__":{"order":7},"tag":"a"}') as Record<string, unknown>;
    const [entry] = sellPut({ ...priced, meta });
    expect(Object.entries(entry?.meta ?? {})).toEqual([
      ['__proto__', { order: 7 }],
      ['tag', 'a'],
      ['leg', 'put'],
      ['template', 'tmplSellPut'],
    ]);
  });

  it('choose one id for all entries of a trade without an id', () => {
    const { id: _, ...nameless } = priced;
    const [premium, paid] = sellPut(nameless);
    expect(premium?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(paid?.id).toBe(`${premium?.id}:fee`);
    expect(sellPut(nameless)[0]?.id).not.toBe(premium?.id);
  });
});
