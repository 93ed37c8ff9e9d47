import fc from 'fast-check';
import type { DecimalString, EntryType } from '../../src/index.js';
import { text } from '../oracles/ledger-numbers.js';
import type { LedgerEntry } from '../oracles/ledger.model.js';
import { ledgerEntry } from './ledger-journals.js';

// Random journals as a careful trader keeps them: every option entry states its contract and leg,
// every entry has a place in the recording order, and amounts are whole cents. A relation between
// two journals then holds to the last digit, where `ledgerJournal` would need exceptions.

type Draft = Partial<LedgerEntry> & { type: EntryType; ts: Date; fee?: number };

const halfDay = 12 * 3_600_000;
const start = Date.UTC(2026, 0, 5, 15);
const instant = (halfDays: number) => new Date(start + halfDays * halfDay);

/** An amount in cents as a decimal. */
const money = (cents: number) => text(BigInt(cents) * 1_000_000n) as DecimalString;
const whole = (count: number) => text(BigInt(count) * 100_000_000n) as DecimalString;

const when = fc.oneof(
  { weight: 6, arbitrary: fc.nat(60) },
  { weight: 3, arbitrary: fc.nat(160) },
  { weight: 1, arbitrary: fc.nat(1200) },
);
const accountId = fc.constantFrom('acct-1', 'acct-1', 'acct-1', 'acct-2');
const symbol = fc.constantFrom('ZZA', 'ZZA', 'ZZA', 'ZZB');
const where = { accountId, symbol };
const shares = fc.constantFrom(100, 100, 50, 200, 20, 300, 40);
const cents = fc.integer({ min: 1, max: 20_000 });
const contracts = fc.constantFrom(1, 1, 2, 3, 4);
const fee = fc.constantFrom(0, 0, 65, 130);

const otherAccount = (id: string) => (id === 'acct-1' ? 'acct-2' : 'acct-1');

function shareTrade(type: 'assignment_shares' | 'share_sale', qty: number, price: number) {
  return { type, qty: whole(qty), amount: money(type === 'share_sale' ? price * qty : -price * qty) };
}

const trade: fc.Arbitrary<Draft[]> = fc
  .record({ ...where, when, shares, cents, fee, isSale: fc.boolean() })
  .map(({ when, shares, cents, isSale, ...own }) => [
    { ...own, ts: instant(when), ...shareTrade(isSale ? 'share_sale' : 'assignment_shares', shares, cents) },
  ]);

/** Shares that are sold at a loss, and replaced by shares or by calls, in either account. */
const washSale: fc.Arbitrary<Draft[]> = fc
  .record({
    ...{ ...where, other: accountId, when, cents, again: cents, fee, isCall: fc.boolean() },
    ...{ bought: shares, sold: shares, boughtAgain: shares, contracts, heldCall: fc.constantFrom(1, 10, 80) },
    ...{ held: fc.nat(70), apart: fc.integer({ min: -90, max: 90 }) },
  })
  .map(({ other, when, cents, again, held, apart, isCall, ...all }): Draft[] => {
    const { symbol, fee, contracts } = all;
    const own = { accountId: all.accountId, symbol, fee };
    const ts = instant(when + held + apart);
    const expiration = instant(when + held + apart + 80)
      .toISOString()
      .slice(0, 10);
    const call = {
      ...({ ...own, accountId: other, strike: '60.00000000', expiration } as const),
      ...{ qty: whole(contracts), meta: { leg: 'call' } },
    };
    return [
      { ...own, ts: instant(when), ...shareTrade('assignment_shares', all.bought, cents + 100) },
      { ...own, ts: instant(when + held), ...shareTrade('share_sale', all.sold, Math.ceil(cents / 2)) },
      ...(isCall
        ? [
            { ...call, ts, type: 'buy_to_open' as const, amount: money(-again * contracts) },
            {
              ...{ ...call, ts: new Date(ts.getTime() + all.heldCall * halfDay) },
              ...{ type: 'sell_to_close' as const, amount: money(cents * contracts) },
            },
          ]
        : [{ ...own, accountId: other, ts, ...shareTrade('assignment_shares', all.boughtAgain, again) }]),
    ];
  });

/** A put or call that is opened, and then closed, assigned or exercised, settled, moved or left. */
const option: fc.Arbitrary<Draft[]> = fc
  .record({
    ...{ ...where, when, opened: contracts, ended: contracts, premium: cents, paid: cents, fee },
    ...{ strike: fc.constantFrom(50, 50, 60), leg: fc.constantFrom('put', 'call'), isLong: fc.boolean() },
    expiresAfter: fc.constantFrom(1, 5, 20, 45, 100),
    endsAfter: fc.constantFrom(0, 1, 4, 10, 40),
    end: fc.constantFrom('close', 'close', 'deliver', 'deliver', 'deliver', 'settle', 'leave'),
    section1256: fc.constantFrom(null, null, null, true),
  })
  .map(({ when, opened, ended, premium, paid, strike, leg, isLong, section1256, fee, ...all }): Draft[] => {
    const expiration = instant(when + 2 * all.expiresAfter)
      .toISOString()
      .slice(0, 10);
    const { accountId, symbol, end } = all;
    const contract = { accountId, symbol, strike: whole(strike), expiration, fee };
    const ts = instant(when + Math.min(all.endsAfter, 2 * all.expiresAfter));
    const sign = isLong ? -1 : 1;
    const opening: EntryType = isLong ? 'buy_to_open' : 'sell_to_open';
    const assigned = Math.min(opened, ended);
    const ending: Draft = {
      ...{ ...contract, ts, type: 'expiration', qty: whole(assigned) },
      ...{ fee: 0, meta: { leg, assigned: true, closes: opening } },
    };
    const closing: Draft = {
      ...{ ...contract, ts, type: isLong ? 'sell_to_close' : 'buy_to_close', qty: whole(ended) },
      ...{ amount: money(-sign * paid * ended), meta: { leg } },
    };
    const buys = (leg === 'put') !== isLong;
    const delivery = shareTrade(buys ? 'assignment_shares' : 'share_sale', 100 * assigned, 100 * strike);
    const ends: Record<typeof end, Draft[]> = {
      close: [closing],
      deliver: [ending, { ...contract, ts, ...delivery, meta: { from: leg } }],
      settle: [{ ...ending, amount: money(-sign * paid * assigned) }],
      leave: [],
    };
    return [
      {
        ...{ ...contract, ts: instant(when), type: opening, qty: whole(opened), section1256 },
        ...{ amount: money(sign * premium * opened), meta: { leg } },
      },
      ...ends[end],
    ];
  });

const event: fc.Arbitrary<Draft[]> = fc
  .record({
    ...{ ...where, when, cents, shares },
    type: fc.constantFrom<EntryType>(
      ...(['split', 'symbol_change', 'spin_off', 'position_transfer', 'position_transfer'] as const),
      ...(['dividend', 'interest', 'withheld_tax', 'transfer', 'correction'] as const),
    ),
    ratio: fc.constantFrom<[number, number]>([2, 1], [1, 2], [5, 1]),
  })
  .map(({ when, cents, shares, ratio: [ratioTo, ratioFrom], type, ...own }): Draft[] => {
    const action = { ...own, ts: instant(when), type };
    if (type === 'split') return [{ ...action, ratioTo, ratioFrom }];
    if (type === 'symbol_change') return [{ ...action, targetSymbol: 'ZZT' }];
    if (type === 'spin_off')
      return [{ ...action, targetSymbol: 'ZZT', ratioTo: 1, ratioFrom: 4, costShare: '0.2' }];
    if (type === 'position_transfer')
      return [{ ...action, qty: whole(shares), targetAccountId: otherAccount(own.accountId) }];
    return [{ ...action, amount: money(cents) }];
  });

function journalOf(episode: fc.Arbitrary<Draft[]>): fc.Arbitrary<LedgerEntry[]> {
  return fc.array(episode, { minLength: 2, maxLength: 9 }).map((episodes) => {
    const drafts = episodes.flat().sort((one, other) => one.ts.getTime() - other.ts.getTime());
    return drafts.flatMap(({ fee = 0, ...draft }, place) => {
      const id = `e${String(place).padStart(2, '0')}`;
      const entry = ledgerEntry({ ...draft, id, recorded: String(place * 10) });
      const { ts, accountId, symbol } = entry;
      const paid = { type: 'fee', amount: money(-fee), recorded: String(place * 10 + 1) } as const;
      return fee === 0 ? [entry] : [entry, ledgerEntry({ ...paid, id: `${id}:fee`, ts, accountId, symbol })];
    });
  });
}

/** Trades of shares and options, with fees. */
export const tradeJournal = journalOf(
  fc.oneof(
    { weight: 4, arbitrary: trade },
    { weight: 2, arbitrary: washSale },
    { weight: 4, arbitrary: option },
  ),
);

/** Trades of shares and options, corporate actions without cash, transfers and income. */
export const orderlyJournal = journalOf(
  fc.oneof(
    { weight: 4, arbitrary: trade },
    { weight: 2, arbitrary: washSale },
    { weight: 4, arbitrary: option },
    { weight: 3, arbitrary: event },
  ),
);
