import fc from 'fast-check';
import { entryTypes } from '../../src/index.js';
import type { DecimalString, EntryType } from '../../src/index.js';
import type { LedgerEntry } from '../oracles/ledger.model.js';

// Random journals of all types. Few accounts, symbols, contracts and timestamps, so that entries
// interact.

/** An entry of 5 January 2026, 15:00 UTC; `different` overrides columns. */
export function ledgerEntry(different: Partial<LedgerEntry>): LedgerEntry {
  const ts = different.ts ?? new Date('2026-01-05T15:00:00Z');
  return {
    ...{ id: 'e', day: null, accountId: 'acct-1', symbol: 'ZZA', type: 'fee', qty: null, amount: '0' },
    ...{ strike: null, expiration: null, meta: {}, createdAt: ts, deletedAt: null, recorded: null },
    ...{ ratioTo: null, ratioFrom: null, targetSymbol: null, targetStrike: null, targetAccountId: null },
    ...{ multiplier: null, deliverable: null, cost: null, costShare: null, acquiredOn: null },
    ...{ section1256: null, originalEntryId: null },
    ...different,
    ts,
  };
}

/** An entry without an id; with `feeOfPrevious` its id extends the id of the entry before it. */
type Draft = Partial<LedgerEntry> & { type: EntryType; feeOfPrevious?: ':fee' | '-fee' };

const hour = 3_600_000;
/** Half days from 29 December 2025. Timestamps often repeat. */
const ts = fc.nat(24).map((halfDays) => new Date(Date.UTC(2025, 11, 29, 3) + halfDays * 12 * hour));
/** Includes timestamps far enough apart for long-term lots. */
const anyTs = fc.oneof(
  { weight: 9, arbitrary: ts },
  {
    weight: 1,
    arbitrary: fc.constantFrom(new Date('2024-02-29T12:00:00Z'), new Date('2024-12-30T12:00:00Z')),
  },
);

const scaled = (units: number) => (units / 100).toFixed(2) as DecimalString;
const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 2_000_000 }).map(scaled) },
  { weight: 1, arbitrary: fc.constantFrom<DecimalString>('0', '0.00000001', '33.33333333', '700') },
);
const contracts = fc.constantFrom<DecimalString>('1', '1', '2', '3', '7', '0.5');
const shares = fc.constantFrom<DecimalString>(
  ...(['100', '100', '200', '50', '33.33333333', '7.5', '300', '0.00000001'] as const),
);
const ratio = fc.constantFrom(
  ...([[2, 1], [1, 3], [7, 3], [3, 2], [1, 10], [1, 1]] as const), // prettier-ignore
);
const multiplier = fc.constantFrom(...Array<null>(6).fill(null), '100', '10', '133');

const where = {
  accountId: fc.constantFrom('acct-1', 'acct-1', 'acct-1', 'acct-2'),
  symbol: fc.constantFrom('ZZA', 'ZZA', 'ZZA', 'ZZB', 'ZZT', null),
};
const when = {
  ts: anyTs,
  day: fc.constantFrom(...Array<null>(6).fill(null), '2025-12-31', '2026-01-01', '2026-01-05'),
  recorded: fc.constantFrom(null, null, '1', '1', '2', '3'),
};
const contract = {
  strike: fc.constantFrom<DecimalString | null>('50', '50', '50', '50', '55.5', null),
  expiration: fc.constantFrom('2026-01-02', '2026-01-06', '2026-01-06', '2026-01-16', null),
};
const leg = fc.constantFrom('put', 'put', 'call', 'call', undefined, 'Put');
const isRare = fc.nat(9).map((number) => number === 0);
const sectionOf = fc.constantFrom(null, null, true, false);

/** Some types refuse an amount of zero. */
const notZero = (amount: DecimalString) => (Number(amount) === 0 ? '0.01' : amount);
const negated = (amount: DecimalString) => `-${amount}` as DecimalString;
/** Gives an amount its usual sign, or the opposite sign if `isOdd`. */
function signed(amount: DecimalString, isPaid: boolean, isOdd: boolean): DecimalString {
  return isPaid !== isOdd ? negated(amount) : amount;
}
const said = (leg: string | undefined) => (leg === undefined ? {} : { leg });

const optionTypes = [
  ...(['sell_to_open', 'buy_to_open', 'buy_to_close', 'sell_to_close'] as const),
  ...(['expiration', 'option_premium'] as const),
] as const;

const optionEntry: fc.Arbitrary<Draft> = fc
  .record({
    ...{ ...where, ...when, ...contract, leg, contracts, size, multiplier, sectionOf },
    type: fc.constantFrom<EntryType>('sell_to_open', ...optionTypes),
    assigned: fc.constantFrom(true, true, false, 'true'),
    isLong: fc.boolean(),
    deliverable: fc.constantFrom(...Array<null>(6).fill(null), '50', '166', '0'),
    quantity: fc.constantFrom(...Array<undefined>(12).fill(undefined), null, '0' as const),
    isOdd: isRare,
  })
  .map(({ leg, contracts, size, sectionOf, assigned, isLong, quantity, isOdd, ...entry }) => {
    const isOpening = ['sell_to_open', 'buy_to_open', 'option_premium'].includes(entry.type);
    const isPaid = entry.type === 'buy_to_open' || entry.type === 'buy_to_close';
    const isExpiration = entry.type === 'expiration';
    return {
      ...entry,
      qty: quantity === undefined ? contracts : quantity,
      amount: isExpiration && !isOdd ? '0' : signed(size, isPaid, isOdd),
      multiplier: isOpening ? entry.multiplier : null,
      deliverable: isOpening ? entry.deliverable : null,
      section1256: isOpening ? sectionOf : null,
      meta: {
        ...said(leg),
        ...(isExpiration && { assigned }),
        ...(isExpiration && !isOdd && { closes: isLong ? 'buy_to_open' : 'sell_to_open' }),
      },
    };
  });

const shareTradeTypes = ['assignment_shares', 'share_sale'] as const;

const shareTrade: fc.Arbitrary<Draft> = fc
  .record({
    ...{ ...where, ...when, ...contract, shares, size, from: leg, isOdd: isRare, isPlain: fc.boolean() },
    type: fc.constantFrom<EntryType>(...shareTradeTypes),
    quantity: fc.constantFrom(...Array<undefined>(12).fill(undefined), null, '0' as const),
  })
  .map(({ shares, size, from, isOdd, isPlain, quantity, ...entry }) => ({
    ...entry,
    ...(isPlain && { strike: null, expiration: null }),
    qty: quantity === undefined ? shares : quantity,
    amount: signed(size, entry.type === 'assignment_shares', isOdd),
    meta: from === undefined ? {} : { from },
  }));

const corporateActionTypes = ['split', 'symbol_change', 'merger', 'spin_off', 'return_of_capital'] as const;

const typesWithArbitrary: ReadonlySet<EntryType> = new Set([
  ...[...optionTypes, ...shareTradeTypes, ...corporateActionTypes],
  ...(['option_adjustment', 'position_transfer', 'shares_received'] as const),
]);
/** All other types, new ones included: income, costs, transfers of cash, corrections. */
const otherTypes = entryTypes.filter((type) => !typesWithArbitrary.has(type));

const otherEntry: fc.Arbitrary<Draft> = fc
  .record({
    ...{ ...where, ...when, size, isOdd: isRare },
    type: fc.constantFrom<EntryType>(...otherTypes),
  })
  .map(({ size, isOdd, ...entry }) => ({
    ...entry,
    amount: signed(notZero(size), ['fee', 'withheld_tax', 'dividend_in_lieu'].includes(entry.type), isOdd),
  }));

const target = fc.constantFrom('ZZT', 'ZZT', 'ZZT', 'ZZB');
const heldSymbol = fc.constantFrom('ZZA', 'ZZA', 'ZZA', 'ZZC');

const corporateAction: fc.Arbitrary<Draft> = fc
  .record({
    ...{ ...when, accountId: where.accountId, symbol: heldSymbol, target, ratio, size, shares },
    type: fc.constantFrom<EntryType>('split', ...corporateActionTypes),
    cash: fc.constantFrom('none', 'none', 'fraction', 'given', 'worthless'),
    isPaid: fc.constantFrom(false, false, true),
    costShare: fc.constantFrom<DecimalString>('0.1', '0.33333333', '0', '0.5', '1'),
    // Means nothing, but may be stored.
    expiration: fc.constantFrom(...Array<null>(4).fill(null), '2026-01-02'),
  })
  .map(({ target, ratio, size, shares, cash, isPaid, costShare, ...entry }): Draft => {
    const { type } = entry;
    const paysInLieu = type === 'split' || type === 'spin_off';
    const isNone =
      type === 'symbol_change' || (['none', 'worthless'].includes(cash) && type !== 'return_of_capital');
    const amount = isNone ? '0' : signed(notZero(size), isPaid, false);
    const hasRatio = type !== 'symbol_change' && type !== 'return_of_capital';
    return {
      ...{ ...entry, amount, qty: paysInLieu && ['given', 'worthless'].includes(cash) ? shares : null },
      ...(hasRatio && { ratioTo: ratio[0], ratioFrom: ratio[1] }),
      ...(['symbol_change', 'merger', 'spin_off'].includes(type) && { targetSymbol: target }),
      ...(type === 'spin_off' && { costShare }),
    };
  });

const optionAdjustment: fc.Arbitrary<Draft> = fc
  .record({
    ...{
      ...when,
      accountId: where.accountId,
      symbol: heldSymbol,
      leg: fc.constantFrom('put', 'call'),
      ratio,
      target,
      hasRatio: fc.boolean(),
    },
    strike: fc.constantFrom<DecimalString>('50', '50', '55.5'),
    expiration: fc.constantFrom('2026-01-02', '2026-01-06', '2026-01-16'),
    targetStrike: fc.constantFrom<DecimalString>('55.5', '25', '16.66666667', '50'),
    moves: fc.constantFrom('symbol', 'strike', 'both'),
    multiplier: fc.constantFrom(null, '100', '133'),
    deliverable: fc.constantFrom(null, null, '50', '200'),
  })
  .map(({ leg, ratio, hasRatio, target, targetStrike, moves, ...entry }) => ({
    ...entry,
    type: 'option_adjustment',
    ...(moves !== 'strike' && { targetSymbol: target }),
    ...(moves !== 'symbol' && { targetStrike }),
    ...(hasRatio && { ratioTo: ratio[0], ratioFrom: ratio[1] }),
    meta: { leg },
  }));

const positionTransfer: fc.Arbitrary<Draft> = fc
  .record({
    ...{ ...where, ...when, ...contract, leg, contracts, shares },
    isOfShares: fc.boolean(),
    symbol: fc.constantFrom('ZZA', 'ZZA', 'ZZA', 'ZZT'),
  })
  .map(({ leg, contracts, shares, isOfShares, strike, expiration, ...entry }) => ({
    ...entry,
    type: 'position_transfer',
    targetAccountId: entry.accountId === 'acct-1' ? 'acct-2' : 'acct-1',
    ...(isOfShares || strike === null || expiration === null
      ? { qty: shares }
      : { qty: contracts, strike, expiration, meta: said(leg) }),
  }));

const sharesReceived: fc.Arbitrary<Draft> = fc
  .record({
    ...{ ...when, accountId: where.accountId, symbol: heldSymbol, shares, cost: size },
    acquiredOn: fc.constantFrom(null, '2024-05-01', '2025-12-31', '2026-01-03'),
    expiration: fc.constantFrom(...Array<null>(4).fill(null), '2026-01-02'),
  })
  .map(({ shares, ...entry }) => ({ ...entry, type: 'shares_received', qty: shares }));

/**
 * An opening, its assignment or exercise, and the share entry: on one day or two, in any order.
 * If both legs are open, only the share entry states which leg an assignment without a leg ends.
 */
const assignment: fc.Arbitrary<Draft[]> = fc
  .record({
    ...{ ts, leg: fc.constantFrom('put', 'call'), isLong: fc.boolean(), size, premium: size },
    ...{ opened: contracts, assigned: contracts, bought: shares, multiplier },
    deliverable: fc.constantFrom(...Array<null>(6).fill(null), '150', '0'),
    apart: fc.constantFrom(0, 0, 24, -24, 12),
    strike: fc.constantFrom<DecimalString>('50', '55.5'),
    expiration: fc.constantFrom('2026-01-06', '2026-01-16', '2026-01-02'),
    ...{ isStated: fc.boolean(), saysSide: fc.boolean() },
    ...{ hasFees: fc.boolean(), hasOtherLeg: fc.boolean(), isLegless: isRare },
    trades: fc.constantFrom(0, 1, 1, 2),
    from: fc.constantFrom(...Array<null>(6).fill(null), 'put', 'call', 'direct_purchase'),
  })
  .map((all) => {
    const { ts, leg, isLong, size, premium, opened, assigned, bought, apart, strike, expiration } = all;
    const held = { accountId: 'acct-1', symbol: 'ZZA', strike, expiration } as const;
    const at = (hours: number) => new Date(ts.getTime() + hours * hour);
    const buys = (leg === 'put') !== isLong;
    const trade: Draft = {
      ...{ ...held, ts: at(48 + all.apart), type: buys ? 'assignment_shares' : 'share_sale', qty: bought },
      ...{ amount: buys ? negated(size) : size, meta: { from: all.from ?? leg } },
    };
    const opening: Draft = {
      ...{ ...held, ts, type: isLong ? 'buy_to_open' : 'sell_to_open', qty: opened },
      ...{
        amount: isLong ? negated(premium) : premium,
        multiplier: all.multiplier,
        deliverable: all.deliverable,
        meta: said(all.isLegless ? undefined : leg),
      },
    };
    const closing: Draft = {
      ...{ ...held, ts: at(48), type: 'expiration', qty: assigned, amount: '0' },
      meta: {
        ...said(all.isStated ? leg : undefined),
        assigned: true,
        ...(isLong && all.saysSide && { closes: 'buy_to_open' }),
      },
    };
    const fee: Draft = {
      ...{ type: 'fee', accountId: 'acct-1', symbol: 'ZZA', ts, amount: '-0.65' },
      feeOfPrevious: apart === 0 ? ':fee' : '-fee',
    };
    const fees = all.hasFees ? [fee] : [];
    const otherLeg: Draft = { ...opening, meta: { leg: leg === 'put' ? 'call' : 'put' } };
    return [
      opening,
      ...fees,
      ...(all.hasOtherLeg ? [otherLeg] : []),
      closing,
      ...fees,
      ...Array<Draft>(all.trades).fill(trade),
      ...fees,
    ];
  });

/**
 * Contracts that are opened, adjusted or transferred, and then closed at their new place or
 * assigned.
 */
const movedOption: fc.Arbitrary<Draft[]> = fc
  .record({
    ...{ ts, leg: fc.constantFrom('put', 'call'), isLong: fc.boolean(), premium: size, paid: size },
    ...{ opened: contracts, moved: contracts, closed: contracts, multiplier, adjustment: optionAdjustment },
    ...{ isTransfer: fc.boolean(), isRepeated: isRare, saysLeg: fc.boolean() },
    ...{ delivered: fc.constantFrom(null, 'ZZA', 'ZZB', 'ZZT'), shares },
    renaming: fc.constantFrom<EntryType | null>(null, null, 'symbol_change', 'merger'),
    renamed: fc.constantFrom<Pick<Draft, 'accountId' | 'symbol'>>(
      ...[
        { accountId: 'acct-1', symbol: 'ZZA' },
        { accountId: 'acct-1', symbol: 'ZZC' },
      ],
      ...[{ accountId: 'acct-2', symbol: 'ZZA' }],
    ),
  })
  .map(({ ts, leg, isLong, isTransfer, adjustment, ...all }): Draft[] => {
    const at = (hours: number) => new Date(ts.getTime() + hours * hour);
    const contract = { symbol: 'ZZA', strike: '50', expiration: '2026-01-16', meta: { leg } } as const;
    const own = { ...contract, accountId: 'acct-1' };
    const opening: Draft = {
      ...{ ...own, ts, type: isLong ? 'buy_to_open' : 'sell_to_open', qty: all.opened },
      ...{ amount: isLong ? negated(all.premium) : all.premium, multiplier: all.multiplier },
    };
    const move: Draft = isTransfer
      ? {
          ...own,
          ts: at(24),
          type: 'position_transfer',
          qty: all.moved,
          targetAccountId: 'acct-2',
        }
      : { ...adjustment, ...own, ts: at(24), day: null };
    const closing: Draft = {
      ...{ ...own, ts: at(48), type: isLong ? 'sell_to_close' : 'buy_to_close', qty: all.closed },
      ...{ amount: isLong ? all.paid : negated(all.paid), accountId: isTransfer ? 'acct-2' : 'acct-1' },
      ...{ symbol: move.targetSymbol ?? 'ZZA', strike: move.targetStrike ?? '50' },
      ...(!all.saysLeg && { meta: {} }),
    };
    const buys = (leg === 'put') !== isLong;
    const { meta: _, ...ofClosing } = closing;
    const ended: Draft[] = [
      {
        ...{ ...ofClosing, type: 'expiration', amount: '0' },
        meta: { leg, assigned: true, ...(isLong && { closes: 'buy_to_open' }) },
      },
      {
        ...{ ...ofClosing, type: buys ? 'assignment_shares' : 'share_sale', symbol: all.delivered },
        ...{ qty: all.shares, amount: buys ? negated(all.paid) : all.paid },
      },
    ];
    const moves = Array<Draft>(all.isRepeated ? 2 : 1).fill(move);
    // The option keeps its symbol: it delivers shares of the new symbol.
    const renaming: Draft[] =
      all.renaming === null
        ? []
        : [
            {
              ...{ ...all.renamed, type: all.renaming, ts: at(36), amount: '0' },
              ...{ targetSymbol: 'ZZT', ...(all.renaming === 'merger' && { ratioTo: 1, ratioFrom: 2 }) },
            },
          ];
    return [opening, ...moves, ...renaming, ...(all.delivered === null ? [closing] : ended)];
  });

/** Shares that are bought, changed by a corporate action, and partly sold. */
const held: fc.Arbitrary<Draft[]> = fc
  .record({
    ...{ ts, shares, cost: size, size, sold: shares, action: corporateAction, isShort: fc.boolean() },
  })
  .map(({ ts, shares, cost, size, sold, action, isShort }): Draft[] => {
    const at = (hours: number) => new Date(ts.getTime() + hours * hour);
    const own = { accountId: action.accountId ?? 'acct-1', symbol: 'ZZA' };
    const buy: Draft = { ...own, type: 'assignment_shares', ts, qty: shares, amount: negated(cost) };
    const sell: Draft = { ...own, type: 'share_sale', ts: at(96), qty: sold, amount: size };
    const changed = { ...sell, symbol: action.targetSymbol ?? 'ZZA', ts: at(108) };
    const [first, last] = isShort
      ? [
          { ...sell, ts },
          { ...buy, ts: at(96) },
        ]
      : [buy, sell];
    return [first, { ...action, ...own, ts: at(48), day: null }, last, changed];
  });

/** Calls that are bought near a sale, and then sold, exercised or expired. */
const boughtCalls = fc
  .record({
    ...{ days: fc.constantFrom(-31, -30, -2, -1, 0, 1, 2, 30, 31), qty: contracts, cost: size },
    ...{ accountId: where.accountId, section1256: fc.constantFrom(null, null, null, true), multiplier },
    ...{ symbol: fc.constantFrom('ZZA', 'ZZA', 'ZZA', 'ZZB'), expiresAfter: fc.constantFrom(0, 2, 20, 60) },
    ...{
      end: fc.constantFrom('sell', 'exercise', 'settle', 'expire'),
      endAfter: fc.constantFrom(0, 1, 5, 40),
    },
    ...{ ended: contracts, brought: size, shares },
  })
  .map(({ days, end, endAfter, expiresAfter, ended, brought, shares, ...opening }) => {
    const { accountId, symbol } = opening;
    return (at: (days: number) => Date): Draft[] => {
      const expiration = at(days + expiresAfter)
        .toISOString()
        .slice(0, 10);
      const own = { accountId, symbol, strike: '50', expiration } as const;
      const ending = { ...own, ts: at(days + endAfter), qty: ended, meta: { leg: 'call' } };
      const { qty, section1256, multiplier, cost } = opening;
      const terms = { qty, section1256, multiplier, meta: { leg: 'call' } };
      const bought: Draft = { ...own, ...terms, ts: at(days), type: 'buy_to_open', amount: negated(cost) };
      if (end === 'expire') return [bought];
      if (end === 'sell') return [bought, { ...ending, type: 'sell_to_close', amount: brought }];
      const meta = { leg: 'call', assigned: true, closes: 'buy_to_open' };
      const exercised: Draft = {
        ...ending,
        type: 'expiration',
        amount: end === 'settle' ? brought : '0',
        meta,
      };
      if (end === 'settle') return [bought, exercised];
      const delivered = { ...ending, qty: shares, amount: negated(brought), meta: { from: 'call' } };
      return [bought, exercised, { ...delivered, type: 'assignment_shares' }];
    };
  });

/** A sale at a loss, purchases around it in any account, and a later sale. */
const washSale: fc.Arbitrary<Draft[]> = fc
  .record({
    ...{ ts, bought: shares, cost: size, sold: shares, own: where.accountId },
    held: fc.constantFrom(0, 1, 7, 200, 366),
    price: fc.constantFrom<DecimalString>('0.01', '1', '250.55'),
    sales: fc.constantFrom(1, 1, 2),
    replacements: fc.array(
      fc.record({
        days: fc.constantFrom(-31, -30, -2, -1, 0, 1, 2, 29, 30, 31),
        qty: fc.constantFrom<DecimalString>('7.5', '10', '33.33333333', '50', '100'),
        ...{ cost: size, accountId: where.accountId },
      }),
      { minLength: 1, maxLength: 3 },
    ),
    ...{ last: shares, lastAfter: fc.constantFrom(3, 33, 200), lastPrice: size },
    calls: fc.array(boughtCalls, { maxLength: 2 }),
  })
  .map(({ ts, own, ...all }): Draft[] => {
    const at = (days: number) => new Date(ts.getTime() + days * 24 * hour);
    const trade = (type: EntryType, days: number, qty: DecimalString, amount: DecimalString): Draft => ({
      ...{ accountId: own, symbol: 'ZZA', type, ts: at(days), qty, amount },
    });
    const sales = Array.from({ length: all.sales }, (_, index) =>
      trade('share_sale', index, all.sold, all.price),
    );
    return [
      trade('assignment_shares', -all.held, all.bought, negated(all.cost)),
      ...sales,
      ...all.replacements.map(({ days, qty, cost, accountId }) => ({
        ...trade('assignment_shares', days, qty, negated(cost)),
        accountId,
      })),
      ...all.calls.flatMap((calls) => calls(at)),
      trade('share_sale', all.lastAfter, all.last, all.lastPrice),
    ];
  });

const lone = (drafts: fc.Arbitrary<Draft>) => drafts.map((draft) => [draft]);
/** Trades with a fee. Its id or its timestamp assigns the fee to a trade, or it has no trade. */
const withFee = fc
  .record({
    trades: fc.array(fc.oneof(optionEntry, shareTrade), { minLength: 1, maxLength: 2 }),
    named: fc.constantFrom(':fee' as const, '-fee' as const, ...Array<undefined>(4).fill(undefined)),
    apart: fc.constantFrom(0, 0, 12),
  })
  .map(({ trades: [trade, other], named, apart }): Draft[] => {
    const { accountId = 'acct-1', symbol = null, ts = new Date(0) } = trade ?? {};
    const fee: Draft = { type: 'fee', accountId, symbol, ts, amount: '-1.3' };
    if (apart > 0) fee.ts = new Date(ts.getTime() + apart * hour);
    if (named !== undefined) fee.feeOfPrevious = named;
    const beside = other === undefined ? [] : [{ ...other, accountId, symbol, ts }];
    return [...beside, ...(trade ? [trade] : []), fee];
  });

const episode = fc.oneof(
  { weight: 8, arbitrary: lone(optionEntry) },
  { weight: 6, arbitrary: lone(shareTrade) },
  { weight: 2, arbitrary: lone(otherEntry) },
  { weight: 3, arbitrary: lone(corporateAction) },
  { weight: 2, arbitrary: lone(optionAdjustment) },
  { weight: 2, arbitrary: lone(positionTransfer) },
  { weight: 2, arbitrary: lone(sharesReceived) },
  { weight: 4, arbitrary: assignment },
  { weight: 3, arbitrary: movedOption },
  { weight: 3, arbitrary: held },
  { weight: 3, arbitrary: washSale },
  { weight: 5, arbitrary: withFee },
);

const known = [
  new Date('2026-01-01T00:00:00Z'),
  new Date('2026-01-04T00:00:00Z'),
  new Date('2026-01-08T00:00:00Z'),
] as const;
const created = fc.constantFrom(...known);
/** Deletion times, later than all creation times. */
const deletions = [new Date('2026-01-08T00:00:00Z'), new Date('2026-01-09T00:00:00Z')] as const;
const deleted = fc.constantFrom(...Array<null>(9).fill(null), ...deletions);

/** Ids whose byte order differs from the order of the entries. */
const idOf = (index: number) => `${['b', 'a', 'B', 'é', '-'][index % 5]}${index}`;

/** How often entries of an episode are amended: the entry at this index from the end, or all. */
const amended = fc.constantFrom(
  ...Array<null>(5).fill(null),
  ...([{ last: 0, times: 1 }, { last: 1, times: 1 }, { last: 1, times: 2 }] as const), // prettier-ignore
  { last: null, times: 1 },
);

/** An entry and its amended versions. Each version replaces the previous one. */
function versionsOf(entry: LedgerEntry, times: number): LedgerEntry[] {
  if (times === 0 || entry.deletedAt !== null) return [entry];
  const at = deletions[times - 1] as Date;
  const first = { ...entry, deletedAt: deletions[0] };
  if (times === 1)
    return [first, { ...entry, id: `${entry.id}~1`, createdAt: at, originalEntryId: entry.id }];
  const second = { ...entry, id: `${entry.id}~1`, createdAt: deletions[0], originalEntryId: entry.id };
  return [
    first,
    { ...second, deletedAt: at },
    { ...entry, id: `${entry.id}~2`, createdAt: at, originalEntryId: second.id },
  ];
}

/** A journal with amended and removed entries. All were recorded by 9 January 2026. */
export const ledgerJournal: fc.Arbitrary<LedgerEntry[]> = fc
  .array(fc.tuple(episode, created, deleted, amended), { minLength: 4, maxLength: 14 })
  .map((episodes) => {
    const entries: LedgerEntry[] = [];
    for (const [drafts, createdAt, deletedAt, amendment] of episodes) {
      let previous = entries.at(-1)?.id ?? '';
      drafts.forEach(({ feeOfPrevious, ...draft }, place) => {
        const id = feeOfPrevious === undefined ? idOf(entries.length) : `${previous}${feeOfPrevious}`;
        const last = drafts.length - 1 - place;
        const times = amendment && (amendment.last ?? last) === last ? amendment.times : 0;
        entries.push(...versionsOf(ledgerEntry({ ...draft, id, createdAt, deletedAt }), times));
        previous = id;
      });
    }
    return entries;
  });

/** Parameters that every figure accepts. */
export const ledgerQuestion = fc
  .record({
    accountId: fc.constantFrom(...Array<undefined>(4).fill(undefined), 'acct-1', 'acct-2'),
    symbol: fc.constantFrom(...Array<undefined>(4).fill(undefined), 'ZZA', 'ZZT'),
    asOf: fc.constantFrom(...Array<undefined>(8).fill(undefined), ...known, ...deletions),
    day: fc.constantFrom('2025-12-31', '2026-01-02', '2026-01-03', '2026-01-06', '2026-01-07', '2026-02-01'),
    isOnDay: fc.boolean(),
    timeZone: fc.constantFrom('UTC', 'America/Denver', 'Asia/Kolkata'),
    method: fc.constantFrom('average' as const, 'fifo' as const, 'lifo' as const, 'hifo' as const),
    basis: fc.constantFrom('cash' as const, 'tax' as const),
    per: fc.constantFrom(
      'day' as const,
      'week' as const,
      'month' as const,
      'quarter' as const,
      'year' as const,
    ),
    status: fc.constantFrom('open' as const, 'expired' as const, 'all' as const),
  })
  .map(({ accountId, symbol, asOf, day, isOnDay, ...question }) => ({
    ...question,
    ...(accountId !== undefined && { accountId }),
    ...(symbol !== undefined && { symbol }),
    ...(asOf !== undefined && { asOf }),
    ...(isOnDay ? { on: day } : { today: day }),
  }));
