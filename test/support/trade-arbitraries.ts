import fc from 'fast-check';
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
  transfer,
  withdrawal,
} from '../../src/index.js';
import type { DecimalString, Leg, TradeEntry } from '../../src/index.js';
import { text } from './database-arbitraries.js';

/** A trade, and what it has to come to in 16 decimals: the cash of all its entries together. */
export interface KnownTrade {
  entries: TradeEntry[];
  cash: bigint;
}

/** A decimal of the trade, and the same in units of 10⁻⁸. */
interface Known {
  text: DecimalString;
  units: bigint;
}

const known = (most: bigint, decimals: number) =>
  fc.bigInt(1n, most).map((scaled): Known => {
    const digits = String(scaled).padStart(decimals + 1, '0');
    const whole = digits.slice(0, digits.length - decimals);
    const rest = decimals === 0 ? '' : `.${digits.slice(-decimals)}`;
    return { text: `${whole}${rest}` as DecimalString, units: scaled * 10n ** BigInt(8 - decimals) };
  });
const price = known(99_999_999n, 4);
const strike = known(9_999_999n, 2);
const contracts = known(500n, 0);
const shares = known(999_999_999n, 4);
const cash = known(999_999_999_999n, 8);
const nothing: Known = { text: '0', units: 0n };
const feePaid = fc.option(known(99_999n, 2), { nil: nothing });
const units = 10n ** 8n;

const base = fc.record({
  ts: fc.constant(new Date('2026-01-05T15:30:00.000Z')),
  accountId: fc.constantFrom('acct-1', 'acct-2'),
  notes: fc.option(text({ maxLength: 5 })),
  meta: fc.constantFrom({}, { order: 'é' }),
});
const withSymbol = fc
  .tuple(base, fc.constantFrom('AAPL', 'BRK.B'))
  .map(([trade, symbol]) => ({ ...trade, symbol }));
const option = fc.record({
  contracts,
  strike,
  expiration: fc.constantFrom('2026-01-16', '2026-02-20'),
  leg: fc.constantFrom<Leg[]>('put', 'call'),
});

const optionTrades = fc
  .tuple(withSymbol, option, price, feePaid, fc.boolean())
  .chain(([trade, { contracts: count, strike: at, expiration, leg }, each, paid, scheduleExpiration]) => {
    const opened = { ...trade, contracts: count.text, strike: at.text, expiration, fee: paid.text };
    const priced = { ...opened, price: each.text };
    const legged = { ...priced, leg };
    const premium = count.units * each.units * 100n;
    const delivery = count.units * at.units * 100n;
    const [sold, bought] = [premium - paid.units * units, -premium - paid.units * units];
    return fc.constantFrom<KnownTrade>(
      { entries: sellPut({ ...priced, scheduleExpiration }), cash: sold },
      { entries: sellCoveredCall({ ...priced, scheduleExpiration }), cash: sold },
      { entries: buyToClose(legged), cash: bought },
      { entries: buyToOpen(legged), cash: bought },
      { entries: sellToClose(legged), cash: sold },
      { entries: putAssigned(opened), cash: -delivery - paid.units * units },
      { entries: callAssigned(opened), cash: delivery - paid.units * units },
      { entries: optionExpired({ ...opened, leg }), cash: -paid.units * units },
    );
  });

const rolls = fc
  .tuple(withSymbol, option, price, price, feePaid, feePaid)
  .map(([trade, { contracts: count, strike: at, leg }, closing, opening, one, other]): KnownTrade => {
    const each = { contracts: count.text, strike: at.text };
    return {
      entries: roll({
        ...trade,
        leg,
        close: { ...each, expiration: '2026-01-16', price: closing.text, fee: one.text },
        open: { ...each, expiration: '2026-02-20', price: opening.text, fee: other.text },
      }),
      cash: count.units * (opening.units - closing.units) * 100n - (one.units + other.units) * units,
    };
  });

const shareTrades = fc
  .tuple(withSymbol, shares, price, feePaid, fc.option(cash, { nil: undefined }))
  .chain(([trade, count, each, paid, total]) => {
    const traded = { ...trade, shares: count.text, price: each.text, fee: paid.text };
    const given = total === undefined ? traded : { ...traded, total: total.text };
    const value = total === undefined ? count.units * each.units : total.units * units;
    return fc.constantFrom<KnownTrade>(
      { entries: buyShares(given), cash: -value - paid.units * units },
      { entries: sellShares(given), cash: value - paid.units * units },
    );
  });

const cashTrades = fc.tuple(base, cash).chain(([trade, { text: amount, units: size }]) => {
  const { accountId, ...placeless } = trade;
  const to = accountId === 'acct-1' ? 'acct-2' : 'acct-1';
  const moved = { ...placeless, fromAccountId: accountId, toAccountId: to, amount };
  return fc.constantFrom<KnownTrade>(
    { entries: dividend({ ...trade, symbol: 'AAPL', amount }), cash: size * units },
    { entries: fee({ ...trade, amount }), cash: -size * units },
    { entries: deposit({ ...trade, amount }), cash: size * units },
    { entries: withdrawal({ ...trade, amount }), cash: -size * units },
    { entries: correction({ ...trade, amount: `-${amount}` as DecimalString }), cash: -size * units },
    { entries: transfer(moved), cash: 0n },
  );
});

/**
 * Any trade of the templates, each with the cash that it comes to, reckoned in whole numbers beside
 * decimal.js.
 */
export const knownTrades: fc.Arbitrary<KnownTrade[]> = fc.array(
  fc.oneof({ weight: 3, arbitrary: optionTrades }, rolls, shareTrades, cashTrades),
  { minLength: 1, maxLength: 12 },
);
