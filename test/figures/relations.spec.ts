// @slow: stores random journals
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import type { DatedRequest, DecimalString, EntryType, FigurePeriod } from '../../src/index.js';
import { groupBy } from '../../src/model/group-by.js';
import { magnitude, text, units } from '../oracles/ledger-numbers.js';
import type { LedgerEntry } from '../oracles/ledger.model.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { ledgerEntry, ledgerJournal } from '../support/ledger-journals.js';
import { orderlyJournal, tradeJournal } from '../support/orderly-journals.js';
import { rounds } from '../support/rounds.js';
import {
  byCash,
  byTax,
  eachRow,
  expectNear,
  expectSame,
  figuresOf,
  pick,
  replaced,
  sumOf,
  sumsBy,
  today,
} from './related-figures.js';
import type { Figures, Row } from './related-figures.js';

// Relations between the figures of two journals. They follow from docs/guides/figures and need no
// model of the ledger, so they also find a misreading that the code and the oracle share.

const runs = rounds(8);

type Journal = readonly LedgerEntry[];

const anyJournal: fc.Arbitrary<Journal> = fc.oneof(ledgerJournal, orderlyJournal);
/** An instant between two entries of an orderly journal. */
const between = fc.nat(160).map((halfDays) => new Date(Date.UTC(2026, 0, 5, 16) + halfDays * 12 * 3_600_000));
const aDay = fc.nat(60).map((days) => new Date(Date.UTC(2025, 11, 30 + days)).toISOString().slice(0, 10));

const changed = (entries: Journal, change: (entry: LedgerEntry) => Partial<LedgerEntry>) =>
  entries.map((entry) => ({ ...entry, ...change(entry) }));
/** Events of one instant, recorded one after the other and after all entries of the instant. */
const eventsAt = (ts: Date, events: readonly (Partial<LedgerEntry> & { type: EntryType })[]) =>
  events.map((event, place) =>
    ledgerEntry({ ...event, id: `x${place}`, ts, recorded: String(90_000 + place) }),
  );
const dayOf = ({ day, ts }: LedgerEntry) => day ?? ts.toISOString().slice(0, 10);
const negated = (decimal: string) => text(-units(decimal)) as DecimalString;
const times = (decimal: DecimalString | null, factor: bigint) =>
  decimal && (text(units(decimal) * factor) as DecimalString);
const isOpening = ({ type }: LedgerEntry) => type === 'sell_to_open' || type === 'buy_to_open';
const isShareTrade = ({ type }: LedgerEntry) => type === 'assignment_shares' || type === 'share_sale';
const isAction = ({ ratioTo, targetSymbol, targetAccountId }: LedgerEntry) =>
  ratioTo !== null || targetSymbol !== null || targetAccountId !== null;
const contractOf = ({ accountId, symbol, strike, expiration }: LedgerEntry) =>
  [accountId, symbol, strike, expiration].join(' ');

const transfersOf = (entries: Journal) =>
  sumOf(
    entries
      .filter(({ type }) => type === 'transfer' || type === 'correction')
      .map(({ amount }) => ({ amount })),
    'amount',
  );
const lastDay = new Date('2029-05-01T15:00:00Z');

const otherSide: Record<string, EntryType> = {
  ...{ assignment_shares: 'share_sale', share_sale: 'assignment_shares' },
  ...{ sell_to_open: 'buy_to_open', buy_to_open: 'sell_to_open' },
  ...{ buy_to_close: 'sell_to_close', sell_to_close: 'buy_to_close' },
};
/** The member of profit of each type that moves no position. */
const memberOf: Record<string, string | undefined> = {
  ...{ dividend: 'dividends', fee: 'fees', interest: 'interest', dividend_in_lieu: 'paymentsInLieu' },
  ...{ securities_lending: 'securitiesLending', withheld_tax: 'withheldTax', rebate: 'rebates' },
  ...{ transfer: undefined, correction: undefined },
};
const allMembers = [
  'options',
  'shares',
  'total',
  ...Object.values(memberOf).filter((member) => member !== undefined),
];
const profitMembers = ['options', 'shares', 'dividends', 'fees', 'interest', 'withheldTax', 'total'];
const byPeriod = ({ period, symbol }: Row) => `${period} ${symbol}`;

describe('Figures of random journals', () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  const figures = (entries: Journal, request?: DatedRequest & { per?: FigurePeriod }) =>
    figuresOf(under, entries, request);

  function relation<T>(name: string, arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>): void {
    it(name, () => fc.assert(fc.asyncProperty(arbitrary, check), { numRuns: runs }), 1_800_000);
  }

  describe('do not depend on', () => {
    relation('the names of symbols', anyJournal, async (entries) => {
      const other = { ZZA: 'ZZC', ZZC: 'ZZA', ZZT: 'ZZB', ZZB: 'ZZT' } as Record<string, string>;
      const named = (symbol: string | null) => symbol && (other[symbol] ?? symbol);
      const renamed = changed(entries, ({ symbol, targetSymbol }) => ({
        ...{ symbol: named(symbol), targetSymbol: named(targetSymbol) },
      }));
      const before = replaced(await figures(entries), /ZZ[A-Z]/g, (symbol) => other[symbol] ?? symbol);
      expectSame(await figures(renamed), before);
    });

    relation('the era: 28 years later, weeks and leap years are the same', anyJournal, async (entries) => {
      const later = (day: string) => `${Number(day.slice(0, 4)) + 28}${day.slice(4)}`;
      const moved = changed(entries, ({ ts, day, expiration, acquiredOn }) => ({
        ts: new Date(later(ts.toISOString())),
        day: day && later(day),
        expiration: expiration && later(expiration),
        acquiredOn: acquiredOn && later(acquiredOn),
      }));
      const before = replaced(await figures(entries), /\b20[23]\d-\d\d-\d\d/g, later);
      expectSame(await figures(moved, { today: later(today) }), before);
    });

    relation('the time zone, if all instants move with it', anyJournal, async (entries) => {
      // Received shares are ordered by the start of their day in UTC.
      const own = changed(entries, () => ({ acquiredOn: null }));
      const earlier = changed(own, ({ ts }) => ({ ts: new Date(ts.getTime() - 5.5 * 3_600_000) }));
      expectSame(await figures(earlier, { timeZone: 'Asia/Kolkata' }), await figures(own));
    });

    relation('journals of other symbols', fc.tuple(anyJournal, anyJournal), async ([one, other]) => {
      const apart = (entries: Journal, prefix: string) =>
        changed(entries, ({ id, originalEntryId, symbol, targetSymbol }) => ({
          ...{ id: prefix + id, originalEntryId: originalEntryId && prefix + originalEntryId },
          ...{ symbol: prefix + (symbol ?? ''), targetSymbol: targetSymbol && prefix + targetSymbol },
        }));
      const [left, right] = [apart(one, 'A'), apart(other, 'B')];
      const { balances: _, ...both } = await figures([...left, ...right]);
      const [ofLeft, ofRight] = [await figures(left), await figures(right)];
      const united = Object.keys(both).map((name) => [
        name,
        [...(ofLeft[name] ?? []), ...(ofRight[name] ?? [])],
      ]);
      expectSame(both, Object.fromEntries(united) as Figures);
    });

    relation('the history of an entry', fc.tuple(orderlyJournal, fc.nat()), async ([entries, chosen]) => {
      const entry = entries[chosen % entries.length] as LedgerEntry;
      fc.pre(entry.type !== 'fee');
      const [createdAt, deletedAt] = [new Date('2026-01-01'), new Date('2026-01-08')];
      const wrong = { ...entry, amount: negated(entry.amount), createdAt, deletedAt };
      const amended = { ...entry, id: `${entry.id}~`, originalEntryId: entry.id };
      const corrected = [...entries.filter((other) => other !== entry), wrong, amended];
      const removed = { ...wrong, id: 'removed', recorded: '5' };
      const original = /"[^"]*~"/g;
      const after = replaced(await figures([...corrected, removed]), original, (id) => id.replace('~', ''));
      expectSame(after, await figures(entries));
    });

    relation(
      'entries that appear later',
      fc.tuple(ledgerJournal, fc.constantFrom(1, 4, 8)),
      async ([entries, of]) => {
        const asOf = new Date(Date.UTC(2026, 0, of));
        const known = changed(
          entries.filter(({ createdAt }) => createdAt <= asOf),
          ({ deletedAt }) => ({ deletedAt: deletedAt && deletedAt <= asOf ? deletedAt : null }),
        );
        expectSame(await figures(entries, { asOf }), await figures(known));
      },
    );

    relation('entries of later days, with `on`', fc.tuple(anyJournal, aDay), async ([entries, on]) => {
      const until = entries.map((entry) =>
        dayOf(entry) > on ? { ...entry, deletedAt: new Date('2026-01-09') } : entry,
      );
      expectSame(await figures(entries, { on }), await figures(until, { today: on }));
    });

    relation('expirations that close nothing', orderlyJournal, async (entries) => {
      const expirations = entries.filter(isOpening).map((opening, place) =>
        ledgerEntry({
          ...{ ...opening, id: `x${place}`, type: 'expiration', amount: '0', recorded: `90${place}` },
          ts: new Date(`${opening.expiration}T21:00:00Z`),
        }),
      );
      const names = ['positions', 'lots', 'closed lots', ...byCash, ...byTax];
      const after = await figures([...entries, ...expirations]);
      expectSame(pick(after, names), pick(await figures(entries), names));
    });

    relation(
      'an event that is undone at once',
      fc.record({
        ...{ entries: orderlyJournal, ts: between, accountId: fc.constantFrom('acct-1', 'acct-2') },
        symbol: fc.constantFrom('ZZA', 'ZZA', 'ZZT'),
        type: fc.constantFrom('symbol_change' as const, 'split' as const, 'position_transfer' as const),
      }),
      async ({ entries, ts, accountId, symbol, type }) => {
        const { 'open lots': open = [] } = await figures(entries.filter((entry) => entry.ts < ts));
        const held = open.filter((lot) => lot['accountId'] === accountId && lot['symbol'] === symbol);
        fc.pre(held.length > 0);
        const pieces = held.reduce((sum, { shares }) => sum + magnitude(units(String(shares))), 0n);
        const qty = text(pieces) as DecimalString;
        const other = 'acct-3';
        const events = {
          symbol_change: [{ targetSymbol: 'NEW' }, { symbol: 'NEW', targetSymbol: symbol }],
          split: [
            { ratioTo: 7, ratioFrom: 2 },
            { ratioTo: 2, ratioFrom: 7 },
          ],
          position_transfer: [
            { qty, targetAccountId: other },
            { qty, accountId: other, targetAccountId: accountId },
          ],
        }[type].map((event) => ({ type, accountId, symbol, ...event }));
        const { balances: _, ...after } = await figures([...entries, ...eventsAt(ts, events)]);
        const { balances: __, ...before } = await figures(entries);
        expectSame(after, before);
      },
    );
  });

  describe('add up:', () => {
    relation('days, weeks, months and quarters to years', anyJournal, async (entries) => {
      const names = ['byCash average', 'byTax fifo', 'premium', 'dividends', 'fees'];
      const members = [...profitMembers, 'amount'];
      const perDay = pick(await figures(entries), names);
      const quarterOf = (day: string) => `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
      const periods: [FigurePeriod, (day: string) => string][] = [
        ['week', (day) => DateTime.fromISO(day).toFormat("kkkk-'W'WW")],
        ['month', (day) => day.slice(0, 7)],
        ['quarter', quarterOf],
        ['year', (day) => day.slice(0, 4)],
      ];
      for (const [per, periodOf] of periods) {
        const found = await figures(entries, { per });
        for (const name of names)
          expect([name, sumsBy(found[name], members, byPeriod)]).toEqual([
            name,
            sumsBy(perDay[name], members, ({ period, symbol }) => `${periodOf(String(period))} ${symbol}`),
          ]);
      }
    });

    relation('accounts to all accounts', anyJournal, async (entries) => {
      const parts = [
        await figures(entries, { accountId: 'acct-1' }),
        await figures(entries, { accountId: 'acct-2' }),
      ];
      const sums = [...byCash, ...byTax, 'premium', 'dividends', 'fees'];
      for (const [name, rows] of Object.entries(await figures(entries))) {
        const united = parts.flatMap((part) => part[name] ?? []);
        if (sums.includes(name))
          expect([name, sumsBy(united, [...profitMembers, 'amount'], byPeriod)]).toEqual([
            name,
            sumsBy(rows, [...profitMembers, 'amount'], byPeriod),
          ]);
        else expectSame({ [name]: united }, { [name]: rows });
      }
    });

    relation('closed lots to the profit by tax', orderlyJournal, async (entries) => {
      const found = await figures(entries);
      const ofLots = sumsBy(found['closed lots'], ['gain'], ({ closedOn, symbol, kind }) =>
        [closedOn, symbol, kind === 'shares' ? 'shares' : 'options'].join(' '),
      );
      const ofProfit = sumsBy(found['byTax fifo'], ['shares', 'options'], byPeriod);
      expect(new Map([...ofLots].map(([key, sum]) => [key.replace(' gain', ''), sum]))).toEqual(ofProfit);
    });

    relation(
      'cash to transfers, profit, cost, proceeds and cash without a counterpart',
      orderlyJournal,
      async (entries) => {
        const found = await figures(entries);
        const accountedFor =
          transfersOf(entries) +
          sumOf(found['byCash fifo'], 'total') -
          sumOf(found['lots'], 'totalCost') +
          sumOf(found['lots'], 'proceeds') +
          sumOf(found['unmatched'], 'cash');
        expect(accountedFor).toBe(sumOf(found['balances'], 'balance'));
      },
    );

    relation(
      'the profit of a closed journal to its cash, by every basis and method',
      orderlyJournal,
      async (entries) => {
        const closed = await closedOut(entries);
        const found = await figures(closed);
        expectSame(pick(found, ['lots', 'unmatched']), { lots: [], unmatched: [] });
        const cash = sumOf(found['balances'], 'balance') - transfersOf(closed);
        for (const name of [...byCash, ...byTax])
          expect([name, sumOf(found[name], 'total')]).toEqual([name, cash]);
      },
    );

    /** Drops entries without a counterpart; sells or buys back all shares on the last day. */
    async function closedOut(entries: Journal): Promise<Journal> {
      const { unmatched = [], lots = [], 'open lots': open = [] } = await figures(entries);
      const ids = unmatched.map(({ id }) => String(id));
      const isMatched = ({ id }: LedgerEntry) => !ids.includes(id.replace(':fee', ''));
      if (ids.length > 0) return closedOut(entries.filter(isMatched));
      const closings = lots.flatMap(
        ({ accountId, symbol }): (Partial<LedgerEntry> & { type: EntryType })[] => {
          const own = { accountId: String(accountId), symbol: String(symbol) };
          const held = open.filter((lot) => lot['accountId'] === accountId && lot['symbol'] === symbol);
          const pieces = (isShort: boolean) =>
            sumOf(
              held.filter(({ shares }) => String(shares).startsWith('-') === isShort),
              'shares',
            );
          return [
            { ...own, type: 'share_sale', qty: text(pieces(false)) as DecimalString, amount: '777.77' },
            {
              ...own,
              type: 'assignment_shares',
              qty: text(-pieces(true)) as DecimalString,
              amount: '-555.55',
            },
          ];
        },
      );
      const trades = closings.filter(({ qty }) => units(qty ?? '0') > 0n);
      return [...entries, ...eventsAt(lastDay, trades)];
    }
  });

  describe('change as the entries do:', () => {
    relation(
      'an income or cost moves one member of the profit',
      fc.tuple(anyJournal, fc.constantFrom(...Object.keys(memberOf)), fc.constantFrom('ZZA', 'NEW', null)),
      async ([entries, type, symbol]) => {
        const ts = new Date('2026-01-06T11:11:11Z');
        const added = ledgerEntry({ id: 'x', type: type as EntryType, symbol, ts, amount: '-12.34' });
        const [before, after] = [await figures(entries), await figures([...entries, added])];
        const member = memberOf[type];
        const moved = member ? [{ period: '2026-01-06', symbol, [member]: '-12.34', total: '-12.34' }] : [];
        for (const name of [...byCash, ...byTax])
          expect([name, sumsBy(after[name], allMembers, byPeriod)]).toEqual([
            name,
            sumsBy([...(before[name] ?? []), ...moved], allMembers, byPeriod),
          ]);
        const names = [
          'positions',
          'lots',
          'average lots',
          'open lots',
          'closed lots',
          'unmatched',
          'premium',
        ];
        expectSame(pick(after, names), pick(before, names));
      },
    );

    relation(
      'amounts are added: so are profit by cash, costs and balances',
      fc.tuple(
        orderlyJournal,
        fc.array(fc.integer({ min: -500_000, max: 500_000 }), { minLength: 40, maxLength: 40 }),
      ),
      async ([entries, cents]) => {
        // No amount may be zero, nor the sum with one in whole cents: interest of zero is refused.
        const more = (place: number) => BigInt(cents[place % cents.length] ?? 0) * 1_000_000n + 1n;
        const withAmount = (amountOf: (entry: LedgerEntry, place: number) => bigint) =>
          entries.map((entry, place) =>
            isAction(entry) ? entry : { ...entry, amount: text(amountOf(entry, place)) as DecimalString },
          );
        const other = withAmount((_, place) => more(place));
        const both = withAmount(({ amount }, place) => units(amount) + more(place));
        const [one, two, sum] = [await figures(entries), await figures(other), await figures(both)];
        for (const name of ['byCash average', 'byCash fifo', 'byCash lifo', 'byTax average'])
          expectNear(
            sumsBy([...(one[name] ?? []), ...(two[name] ?? [])], profitMembers, byPeriod),
            sumsBy(sum[name], profitMembers, byPeriod),
          );
        const money = ['totalCost', 'proceeds', 'netPremium', 'balance'];
        const byAccount = ({ accountId, symbol }: Row) => `${accountId} ${symbol}`;
        for (const name of ['lots', 'average lots', 'balances'])
          expectNear(
            sumsBy([...(one[name] ?? []), ...(two[name] ?? [])], money, byAccount),
            sumsBy(sum[name], money, byAccount),
          );
      },
    );

    relation(
      'quantities are multiplied: money stays',
      fc.tuple(orderlyJournal, fc.constantFrom(2n, 3n, 7n)),
      async ([entries, factor]) => {
        const { 'closed lots': closed = [], 'open lots': open = [], ...found } = await figures(entries);
        const more = await figures(changed(entries, ({ qty }) => ({ qty: times(qty, factor) })));
        const names = [...byCash, ...byTax, 'balances', 'premium'];
        expectSame(pick(more, names), pick(found, names));
        const scaled = eachRow({ closed, open }, ({ quantity = null, shares = null, description }) => ({
          ...(quantity !== null && { quantity: times(quantity as DecimalString, factor) }),
          ...(shares !== null && { shares: times(shares as DecimalString, factor) }),
          ...(description !== undefined && { description: '' }),
        }));
        const moreLots = { closed: more['closed lots'] ?? [], open: more['open lots'] ?? [] };
        expectSame(
          eachRow(moreLots, ({ description }) => (description === undefined ? {} : { description: '' })),
          scaled,
        );
      },
    );

    relation(
      'long and short are exchanged: profit by cash and lots change their sign',
      orderlyJournal,
      async (entries) => {
        const exchanged = changed(entries, ({ type, amount, meta }) => ({
          type: otherSide[type] ?? type,
          amount: units(amount) === 0n ? amount : negated(amount),
          meta: {
            ...meta,
            ...(meta['closes'] !== undefined && { closes: otherSide[meta['closes'] as string] }),
          },
        }));
        const [one, other] = [await figures(entries), await figures(exchanged)];
        const sums = (found: Figures, sign: 1n | -1n) =>
          new Map(
            [...sumsBy(found['byCash fifo'], profitMembers, byPeriod)].map(([key, sum]) => [key, sum * sign]),
          );
        expect(sums(other, -1n)).toEqual(sums(one, 1n));
        const sides = ({ accountId, symbol, strike, expiration, leg, short, long }: Row, isOther: boolean) =>
          [accountId, symbol, strike, expiration, leg, ...(isOther ? [long, short] : [short, long])].join(
            ' ',
          );
        expect((other['positions'] ?? []).map((row) => sides(row, true))).toEqual(
          (one['positions'] ?? []).map((row) => sides(row, false)),
        );
      },
    );

    relation(
      'an entry is recorded in two parts: profit by cash and costs stay',
      fc.tuple(orderlyJournal, fc.nat()),
      async ([entries, chosen]) => {
        const able = entries.filter(
          ({ type, qty }) =>
            (otherSide[type] ?? type) !== 'fee' && type in otherSide && units(qty ?? '0') >= 200_000_000n,
        );
        const entry = able[chosen % able.length];
        fc.pre(entry !== undefined);
        const [all, amount] = [units(entry.qty ?? '0'), units(entry.amount)];
        const first = (all / 200_000_000n) * 100_000_000n;
        const part = (qty: bigint, cash: bigint) => ({
          ...entry,
          qty: text(qty) as DecimalString,
          amount: text(cash) as DecimalString,
        });
        const firstCash = (amount * first) / all;
        const second = {
          ...part(all - first, amount - firstCash),
          id: `${entry.id}+`,
          recorded: String(Number(entry.recorded) + 2),
        };
        const parts = entries.flatMap((other) =>
          other === entry ? [part(first, firstCash), second] : [other],
        );
        const [whole, split] = [await figures(entries), await figures(parts)];
        for (const name of byCash.filter((name) => name !== 'byCash hifo'))
          expectNear(
            sumsBy(split[name], profitMembers, byPeriod),
            sumsBy(whole[name], profitMembers, byPeriod),
          );
        const byAccount = ({ accountId, symbol }: Row) => `${accountId} ${symbol}`;
        const members = ['shares', 'totalCost', 'proceeds', 'netPremium'];
        expectNear(sumsBy(split['lots'], members, byAccount), sumsBy(whole['lots'], members, byAccount));
      },
    );
  });

  describe('have one value for one course of events:', () => {
    relation('contracts expire, or are closed for nothing on the day', tradeJournal, async (entries) => {
      const { positions = [], ...expired } = await figures(entries);
      const closings = positions
        .flatMap(({ accountId, symbol, strike, expiration, leg, short, long }) =>
          (
            [
              ['buy_to_close', short],
              ['sell_to_close', long],
            ] as const
          ).map(([type, qty]) => ({
            ...({
              type,
              accountId,
              symbol,
              strike,
              expiration,
              qty,
              meta: { leg },
            } as Partial<LedgerEntry> & { type: EntryType }),
            ts: new Date(`${expiration}T23:59:00Z`),
          })),
        )
        .filter(({ qty }) => Number(qty) > 0);
      const closed = await figures([
        ...entries,
        ...closings.map((closing, place) =>
          ledgerEntry({ ...closing, id: `x${place}`, recorded: `9${place}` }),
        ),
      ]);
      const names = [...byCash, ...byTax, 'lots'];
      expectSame(pick(closed, names), pick(expired, names));
      const unnamed = (found: Figures) =>
        eachRow(pick(found, ['closed lots']), ({ closedBy }) => ({
          closedBy: String(closedBy).startsWith('x') ? null : (closedBy ?? null),
        }));
      expectSame(unnamed(closed), unnamed(expired));
    });

    relation(
      'by tax, a fee is an entry, or part of the amount of its trade',
      orderlyJournal,
      async (entries) => {
        const isFee = ({ id, type }: LedgerEntry) => type === 'fee' && id.endsWith(':fee');
        const fees = new Map(entries.filter(isFee).map(({ id, amount }) => [id, units(amount)]));
        const included = changed(
          entries.filter((entry) => !isFee(entry)),
          ({ id, amount }) => ({
            amount: text(units(amount) + (fees.get(`${id}:fee`) ?? 0n)) as DecimalString,
          }),
        );
        const names = [...byTax, 'closed lots'];
        expectSame(pick(await figures(included), names), pick(await figures(entries), names));
      },
    );

    relation(
      'by tax, an assignment is a share trade at the strike and the premium',
      tradeJournal,
      async (entries) => {
        const cashOf = ({ id }: LedgerEntry) =>
          entries
            .filter((other) => other.id.startsWith(id))
            .reduce((sum, { amount }) => sum + units(amount), 0n);
        const byContract = groupBy(
          entries.filter(({ strike }) => strike !== null),
          contractOf,
        );
        const contracts = byContract.map(([, own]) => ({
          own,
          opening: own.filter(isOpening),
          ends: own.filter(({ type }) => type === 'expiration'),
          shares: own.filter(isShareTrade),
        }));
        // A bought call replaces shares before it is exercised.
        const plain = contracts.filter(
          ({ own, opening: [opening], ends: [end], shares }) =>
            own.length === 3 &&
            shares.length === 1 &&
            opening?.qty === end?.qty &&
            !(opening?.type === 'buy_to_open' && opening.meta['leg'] === 'call'),
        );
        fc.pre(plain.length > 0);
        const others = contracts.filter((contract) => !plain.includes(contract)).flatMap(({ own }) => own);
        const belongsTo =
          (some: Journal) =>
          ({ id }: LedgerEntry) =>
            some.some((entry) => id.startsWith(entry.id));
        const assigned = entries.filter((entry) => !belongsTo(others)(entry));
        const ofOptions = plain.flatMap(({ own }) => own.filter((entry) => !isShareTrade(entry)));
        const premium = new Map(
          plain.map(({ opening: [opening], shares: [trade] }) => [trade, opening ? cashOf(opening) : 0n]),
        );
        const traded = assigned
          .filter((entry) => !belongsTo(ofOptions)(entry))
          .map((entry) => {
            const more = premium.get(entry);
            return more === undefined
              ? entry
              : {
                  ...entry,
                  strike: null,
                  expiration: null,
                  amount: text(units(entry.amount) + more) as DecimalString,
                };
          });
        const names = [...byTax, 'closed lots'];
        expectSame(pick(await figures(traded), names), pick(await figures(assigned), names));
      },
    );

    relation(
      'trades stay in one account, or go on in another after a transfer of all positions',
      fc.tuple(tradeJournal, between),
      async ([entries, ts]) => {
        const stayed = changed(entries, () => ({ accountId: 'acct-1' }));
        const [before, after] = [
          stayed.filter((entry) => entry.ts < ts),
          stayed.filter((entry) => entry.ts > ts),
        ];
        const { positions = [], lots = [] } = await figures(before, { today: '2020-01-01' });
        const moved = { accountId: 'acct-1', targetAccountId: 'acct-2', type: 'position_transfer' } as const;
        const transfers = eventsAt(ts, [
          ...lots.map(({ symbol, shares }) => ({
            ...moved,
            symbol: String(symbol),
            qty: text(magnitude(units(String(shares)))) as DecimalString,
          })),
          ...positions.map(({ symbol, strike, expiration, leg, short, long }) => ({
            ...moved,
            ...({ symbol, strike, expiration, meta: { leg } } as Partial<LedgerEntry>),
            qty: text(units(String(short)) + units(String(long))) as DecimalString,
          })),
        ]);
        const left = [...before, ...transfers, ...changed(after, () => ({ accountId: 'acct-2' }))];
        // By `lifo`, a transfer exchanges the parts of a purchase that replaced sold shares.
        const names = [
          ...byCash,
          'byTax average',
          'byTax fifo',
          'byTax hifo',
          'closed lots',
          'open lots',
          'positions',
          'unmatched',
        ];
        const anywhere = (found: Figures) =>
          eachRow(pick(found, names), ({ accountId }) =>
            accountId === undefined ? {} : { accountId: null },
          );
        expectSame(anywhere(await figures(left)), anywhere(await figures(stayed)));
      },
    );

    relation(
      'shares and options get a new symbol, or had it from the beginning',
      fc.tuple(tradeJournal, between),
      async ([entries, ts]) => {
        const renamed = changed(entries, ({ symbol }) => ({ symbol: symbol === 'ZZA' ? 'NEW' : symbol }));
        const before = entries.filter((entry) => entry.ts < ts);
        const { positions = [] } = await figures(before, { today: '2020-01-01' });
        const changes = eventsAt(ts, [
          ...['acct-1', 'acct-2'].map((accountId) => ({
            accountId,
            type: 'symbol_change' as const,
            symbol: 'ZZA',
            targetSymbol: 'NEW',
          })),
          ...positions
            .filter(({ symbol }) => symbol === 'ZZA')
            .map(({ accountId, symbol, strike, expiration, leg }) => ({
              ...({ accountId, symbol, strike, expiration, meta: { leg } } as Partial<LedgerEntry>),
              type: 'option_adjustment' as const,
              targetSymbol: 'NEW',
            })),
        ]);
        const [always, later] = [
          await figures(renamed),
          await figures([...before, ...changes, ...renamed.filter((entry) => entry.ts > ts)]),
        ];
        const names = ['positions', 'lots', 'average lots', 'open lots'];
        expectSame(pick(later, names), pick(always, names));
        // A loss of the former symbol waits for no purchase of the new one.
        const isWash = (always['closed lots'] ?? []).some(({ code }) => code !== null);
        const bySymbol = ({ period, symbol }: Row) => `${period} ${symbol === 'ZZA' ? 'NEW' : symbol}`;
        for (const name of isWash ? [...byCash, 'byTax average'] : [...byCash, ...byTax])
          expect([name, sumsBy(later[name], profitMembers, bySymbol)]).toEqual([
            name,
            sumsBy(always[name], profitMembers, bySymbol),
          ]);
      },
    );

    relation(
      'the day of a sale is reported 31 days later, or at the end',
      fc.tuple(orderlyJournal, fc.nat()),
      async ([entries, chosen]) => {
        const sales = entries.filter(({ type }) => type === 'share_sale');
        const sale = sales[chosen % sales.length];
        fc.pre(sale !== undefined);
        const day = dayOf(sale);
        const on = DateTime.fromISO(day).plus({ days: 31 }).toISODate() ?? day;
        const until = (found: Figures) =>
          Object.fromEntries(
            [...byCash, ...byTax, 'closed lots'].map((name) => [
              name,
              (found[name] ?? []).filter(({ period, closedOn = period }) => String(closedOn) <= day),
            ]),
          );
        expectSame(until(await figures(entries, { on })), until(await figures(entries)));
      },
    );
  });
});
