import fc from 'fast-check';
import type { DecimalString } from '../../src/index.js';
import {
  adjustOption,
  buyShares,
  buyToClose,
  buyToOpen,
  callAssigned,
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
  sellCoveredCall,
  sellPut,
  sellShares,
  sellToClose,
  spinOff,
  split,
  symbolChange,
  transfer,
  transferPosition,
  withdrawal,
  withheldTax,
} from '../../src/trades/index.js';
import type { ContractTerms, Leg, OptionContracts, TradeEntry } from '../../src/trades/index.js';
import { text } from '../support/database-arbitraries.js';

/** A trade, and the expected cash of all its entries together, with 16 decimals. */
interface KnownTrade {
  entries: TradeEntry[];
  cash: bigint;
}

/** A decimal of the trade, as text and in units of 10⁻⁸. */
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

/** Terms of a contract; a standard one has none. */
const terms = fc.constantFrom(
  { columns: {}, multiplier: 100n },
  { columns: { multiplier: '10' }, multiplier: 10n },
  { columns: { multiplier: '5', deliverable: '1', section1256: true }, multiplier: 5n },
  { columns: { deliverable: '10' }, multiplier: 100n },
) as fc.Arbitrary<{ columns: ContractTerms; multiplier: bigint }>;

const optionTrades = fc
  .tuple(withSymbol, option, price, feePaid, fc.boolean(), terms, fc.option(cash, { nil: undefined }))
  .chain(([trade, { contracts: count, strike: at, expiration, leg }, each, paid, schedules, of, total]) => {
    const opened = {
      ...{ ...trade, ...of.columns, contracts: count.text, strike: at.text, expiration, fee: paid.text },
    };
    const priced = total === undefined ? { ...opened, price: each.text } : { ...opened, total: total.text };
    const [legged, closed] = [
      { ...priced, leg },
      { ...opened, leg },
    ];
    const delivered = total === undefined ? closed : { ...closed, total: total.text };
    const isPut = leg === 'put';
    const whole = total && total.units * units;
    const premium = whole ?? count.units * each.units * of.multiplier;
    const shareCost = count.units * at.units * of.multiplier;
    const delivery = whole ?? shareCost;
    const costs = paid.units * units;
    const [sold, bought] = [premium - costs, -premium - costs];
    return fc.constantFrom<KnownTrade>(
      { entries: sellPut({ ...priced, scheduleExpiration: schedules }), cash: sold },
      { entries: sellCoveredCall({ ...priced, scheduleExpiration: schedules }), cash: sold },
      { entries: buyToClose(legged), cash: bought },
      { entries: buyToOpen(legged), cash: bought },
      { entries: sellToClose(legged), cash: sold },
      { entries: putAssigned(opened), cash: -shareCost - costs },
      { entries: callAssigned(opened), cash: shareCost - costs },
      { entries: optionExpired(closed), cash: -costs },
      { entries: optionAssigned(delivered), cash: (isPut ? -delivery : delivery) - costs },
      { entries: optionExercised(delivered), cash: (isPut ? delivery : -delivery) - costs },
      { entries: optionAssigned({ ...closed, part: 'option' }), cash: -costs },
      {
        entries: optionExercised({ ...delivered, part: 'shares' }),
        cash: (isPut ? delivery : -delivery) - costs,
      },
      { entries: optionSettled(legged), cash: bought },
      { entries: optionSettled({ ...legged, side: 'long' }), cash: sold },
      {
        entries: transferPosition({ ...moved(trade), option: { ...of.columns, ...optionOf(closed) } }),
        cash: -costs,
      },
    );

    function moved({ accountId, ...rest }: typeof trade) {
      return { ...rest, fee: paid.text, ...between(accountId) };
    }
  });

function optionOf(option: OptionContracts & { leg: Leg }) {
  const { contracts: count, strike: at, expiration, leg } = option;
  return { contracts: count, strike: at, expiration, leg };
}

function between(fromAccountId: string) {
  return { fromAccountId, toAccountId: fromAccountId === 'acct-1' ? 'acct-2' : 'acct-1' };
}

const ratio = fc.record({
  ratioTo: fc.integer({ min: 2, max: 1_000_000_000 }),
  ratioFrom: fc.constant(1),
});

const corporateActions = fc
  .tuple(withSymbol, ratio, cash, feePaid, fc.constantFrom<Leg[]>('put', 'call'))
  .chain(([trade, each, paid, { text: fees, units: feeUnits }, leg]) => {
    const adjusted = { leg, strike: '5', expiration: '2026-02-20', ...each } as const;
    const action = { ...trade, fee: fees, options: [adjusted] };
    const renamed = { ...action, targetSymbol: 'NEW' };
    const [received, costs] = [paid.units * units, -feeUnits * units];
    const { options: _, ...alone } = action;
    return fc.constantFrom<KnownTrade>(
      { entries: split({ ...action, ...each, cashInLieu: paid.text }), cash: received + costs },
      { entries: symbolChange(renamed), cash: costs },
      { entries: merger({ ...renamed, ...each, cash: paid.text }), cash: received + costs },
      {
        entries: spinOff({ ...renamed, ...each, costShare: '0.25', cashInLieu: paid.text }),
        cash: received + costs,
      },
      { entries: returnOfCapital({ ...action, amount: paid.text }), cash: received + costs },
      { entries: adjustOption({ ...alone, ...adjusted }), cash: costs },
      { entries: receiveShares({ ...alone, shares: paid.text, cost: paid.text }), cash: costs },
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
    { entries: interest({ ...trade, amount: `-${amount}` as DecimalString }), cash: -size * units },
    { entries: paymentInLieu({ ...trade, symbol: 'AAPL', amount }), cash: size * units },
    { entries: securitiesLending({ ...trade, symbol: 'AAPL', amount }), cash: size * units },
    { entries: withheldTax({ ...trade, amount }), cash: -size * units },
    { entries: withheldTax({ ...trade, amount, isRefund: true }), cash: size * units },
    { entries: rebate({ ...trade, amount }), cash: size * units },
  );
});

/**
 * Any trade of the templates, each with the cash that it comes to, reckoned in whole numbers beside
 * decimal.js.
 */
export const knownTrades: fc.Arbitrary<KnownTrade[]> = fc.array(
  fc.oneof({ weight: 3, arbitrary: optionTrades }, rolls, shareTrades, cashTrades, corporateActions),
  { minLength: 1, maxLength: 12 },
);
