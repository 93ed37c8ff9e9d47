// @slow: stores random journals
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LegacyReadModel } from '../../../src/index.js';
import type { DecimalString, EntryRecord, MinimumStrike, NewEntry } from '../../../src/index.js';
import { Book } from '../../oracles/ledger-book.js';
import { timesPieces } from '../../oracles/ledger-holdings.js';
import { most, one, rounded, sum, text } from '../../oracles/ledger-numbers.js';
import type { LedgerEntry } from '../../oracles/ledger.model.js';
import { startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';
import { ledgerJournal } from '../../support/ledger-journals.js';
import { rounds } from '../../support/rounds.js';

type Strike = Omit<MinimumStrike, 'day'>;

/** The minimum strikes at the end of a day, from the positions and lots of the oracle. */
function modelled(entries: readonly LedgerEntry[], on: string, accountId?: string): Strike[] {
  const book = new Book(entries, { on, method: 'average' });
  const isAsked = (held: { accountId: string }) => accountId === undefined || held.accountId === accountId;
  const lots = book.shares.all().filter(isAsked);
  const calls = book.options.all().filter((position) => isAsked(position) && position.leg === 'call');
  const symbols = [...new Set(lots.map(({ symbol }) => symbol))];
  return symbols.flatMap((symbol) => {
    const held = lots.filter((holding) => holding.symbol === symbol);
    const shares = sum(held.map(({ long }) => long.pieces));
    const cost = sum(held.map(({ long }) => long.amount));
    const short = calls.filter((position) => position.symbol === symbol).flatMap((call) => call.short.lots);
    const called = timesPieces(short, 'multiplier');
    const premium = sum(short.map(({ amount }) => amount));
    if (shares === 0n) return [];
    const [divisor, dividend] =
      called === 0n
        ? [shares, cost * one]
        : [shares * called, one * (cost * called - premium * shares * one)];
    return {
      ...{ symbol, shares: text(shares) as DecimalString },
      averageCost: text(rounded(cost * one, shares)) as DecimalString,
      premium: text(called === 0n ? 0n : rounded(premium * one * one, called)) as DecimalString,
      minimumStrike: text(most(rounded(dividend, divisor), 0n)) as DecimalString,
    };
  });
}

const bySymbol = (rows: Strike[]) =>
  Object.fromEntries(rows.map(({ symbol, ...row }) => [symbol ?? 'none', row]));

const trade = { accountId: 'acct-1', symbol: 'F' } as const;
const at = (day: string) => new Date(`${day}T15:00:00Z`);
const buy = { ...trade, type: 'assignment_shares', qty: '100' } as const;

describe('The minimum strike of the browser application', () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  it('is, on each day, the average cost less the average premium of the calls', async () => {
    const call = { ...trade, qty: '1', expiration: '2026-01-16', meta: { leg: 'call' } } as const;
    const entries: NewEntry[] = [
      { ...buy, ts: at('2026-01-02'), amount: '-1050' },
      { ...call, ts: at('2026-01-05'), type: 'sell_to_open', strike: '11', amount: '30' },
      {
        ...call,
        ts: at('2026-01-06'),
        type: 'sell_to_open',
        strike: '12',
        amount: '10',
        accountId: 'acct-2',
      },
      { ...buy, ts: at('2026-01-06'), amount: '-950', accountId: 'acct-2' },
      { ...call, ts: at('2026-01-07'), type: 'sell_to_open', strike: '9', amount: '5', meta: { leg: 'put' } },
      { ...call, ts: at('2026-01-20'), type: 'buy_to_close', strike: '11', amount: '-1' },
      { ...trade, ts: at('2026-01-21'), type: 'share_sale', qty: '100', amount: '1100' },
      { ...trade, ts: at('2026-01-22'), accountId: 'acct-2', type: 'share_sale', qty: '100', amount: '1100' },
      { ...trade, ts: at('2026-01-23'), type: 'dividend', amount: '1' },
    ];
    await under.scope.run(await under.newUser(), async () => {
      await under.journal.append(entries);
      const legacy = under.get(LegacyReadModel);
      const short = ({ day, shares, averageCost, premium, minimumStrike }: MinimumStrike) =>
        [day, ...[shares, averageCost, premium, minimumStrike].map((value) => Number(value))].join(' ');

      expect((await legacy.minimumStrikeHistory()).map(short)).toEqual([
        ...['2026-01-02 100 10.5 0 10.5', '2026-01-05 100 10.5 0.3 10.2', '2026-01-06 200 10 0.2 9.8'],
        // The browser application shows the other call as open after its expiration.
        ...['2026-01-20 200 10 0.1 9.9', '2026-01-21 100 9.5 0.1 9.4', '2026-01-22 0 0 0 0'],
      ]);
      expect((await legacy.minimumStrikeHistory({ on: '2026-01-05' })).map(short)).toHaveLength(2);
      expect(await legacy.minimumStrikes()).toEqual([]);
      expect((await legacy.minimumStrikes({ on: '2026-01-19' })).map(short)).toEqual([
        '2026-01-06 200 10 0.2 9.8',
      ]);
      expect((await legacy.minimumStrikes({ on: '2026-01-19', accountId: 'acct-2' })).map(short)).toEqual([
        '2026-01-06 100 9.5 0.1 9.4',
      ]);
      expect(await legacy.minimumStrikes({ on: '2026-01-19', symbol: 'AAPL' })).toEqual([]);
    });
  });

  it('is without the premium of a call that an entry without a leg has closed', async () => {
    const option = { ...trade, qty: '1', strike: '11', expiration: '2026-01-16' } as const;
    const [put, call] = [{ leg: 'put' }, { leg: 'call' }];
    const entries: NewEntry[] = [
      { ...buy, ts: at('2026-01-02'), amount: '-1000' },
      { ...option, ts: at('2026-01-05'), type: 'sell_to_open', amount: '20', meta: put },
      { ...option, ts: at('2026-01-06'), type: 'buy_to_close', amount: '-5', meta: put },
      { ...option, ts: at('2026-01-07'), type: 'sell_to_open', amount: '30', meta: call },
      { ...option, ts: at('2026-01-08'), type: 'buy_to_close', amount: '-5', meta: {} },
    ];
    await under.scope.run(await under.newUser(), async () => {
      await under.journal.append(entries);
      const history = await under.get(LegacyReadModel).minimumStrikeHistory();
      expect(history.map(({ day, premium }) => [day, Number(premium)])).toEqual([
        ['2026-01-02', 0],
        ['2026-01-07', 0.3],
        ['2026-01-08', 0],
      ]);
    });
  });

  it('equals the minimum strike of the ledger model on every day of any journal', async () => {
    // A leg that is derived from other entries can differ on an earlier day.
    const journals = ledgerJournal.map((journal) =>
      journal.map((entry) => ({
        ...{ ...entry, day: null, createdAt: new Date('2026-01-01'), deletedAt: null },
        meta: { ...entry.meta, leg: entry.meta['leg'] === 'put' ? 'put' : 'call' },
      })),
    );
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(journals, fc.constantFrom(undefined, 'acct-1'), async (journal, accountId) => {
        await under.scope.run(await under.newUser(), async () => {
          await under.journal.load(journal as EntryRecord[]);
          const stored: LedgerEntry[] = [];
          for await (const entry of under.journal.stream()) stored.push(entry);
          const request = accountId === undefined ? {} : { accountId };
          const history = await under.get(LegacyReadModel).minimumStrikeHistory(request);
          const days = [...new Set(stored.map(({ ts }) => ts.toISOString().slice(0, 10)))].sort();
          for (const on of days) {
            const last = new Map(history.filter(({ day }) => day <= on).map((row) => [row.symbol, row]));
            const found = [...last.values()].filter(({ minimumStrike }) => minimumStrike !== null);
            const withoutDay = found.map(({ day: _, ...row }) => row);
            expect({ on, ...bySymbol(withoutDay) }).toEqual({
              ...{ on, ...bySymbol(modelled(stored, on, accountId)) },
            });
            seen += found.length;
          }
          const on = days[Math.floor(days.length / 2)] ?? '2026-01-01';
          const rows = await under.get(LegacyReadModel).minimumStrikes({ ...request, on });
          expect(bySymbol(rows.map(({ day: _, ...row }) => row))).toEqual(
            bySymbol(modelled(stored, on, accountId)),
          );
        });
      }),
      { numRuns: rounds(25) },
    );
    expect(seen).toBeGreaterThan(rounds(25));
  });
});
