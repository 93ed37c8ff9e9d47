// @slow: appends a journal for each test
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import {
  CashReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import type {
  ClosedLot,
  CostMethod,
  DecimalString,
  EntryType,
  JournalEntry,
  NewEntry,
  OptionPosition,
  ProfitBasis,
  ShareLot,
} from '../../src/index.js';
import { identity } from '../oracles/ledger.model.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

type Terms = Pick<
  NewEntry,
  | ('ratioTo' | 'ratioFrom' | 'targetSymbol' | 'targetStrike' | 'targetAccountId' | 'acquiredOn')
  | ('section1256' | 'day')
  | ('multiplier' | 'deliverable' | 'cost' | 'costShare')
>;

interface Case {
  name: string;
  why: string;
  journal: (Terms & {
    id: string;
    account_id: string;
    ts: string;
    symbol: string;
    type: EntryType;
    qty: number | null;
    amount: number;
    strike: number | null;
    expiration: string | null;
    meta: Record<string, unknown>;
  })[];
  /**
   * `on`, `method` and `timeZone` are parameters; all other members are expected results.
   * `holdings` are the share lots and open options of every symbol, `closed` the closed lots, one
   * line each.
   */
  expect: ({ on: string; method?: CostMethod; timeZone?: string } & Record<string, unknown>)[];
}

const cases = ['cases.json', 'more-cases.json'].flatMap((name) => {
  const file = new URL(`../fixtures/figures/${name}`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases;
});
const accounts: Record<string, string> = { a1: 'acct-1', a2: 'acct-2' };

const plain = (decimal: string) => new Decimal(decimal).toFixed();
const decimal = (value: number | null) => (value === null ? null : (String(value) as DecimalString));
const sum = (decimals: string[]) => Decimal.sum(0, ...decimals).toFixed();

const money = (decimal: string | null) => (decimal === null ? '—' : plain(decimal));
const short = (accountId: string) => accountId.replace('acct-', 'a');

/** `a1 ZZA 100 cost 5000 proceeds 0 premium 120 minimum 48.8 maximum — capacity 1` */
function lineOfShares(lot: ShareLot): string {
  const { accountId, symbol, shares, totalCost, proceeds, netPremium } = lot;
  return [
    ...[short(accountId), symbol ?? '—', money(shares), 'cost', money(totalCost)],
    ...['proceeds', money(proceeds), 'premium', money(netPremium)],
    ...['minimum', money(lot.minimumStrike), 'maximum', money(lot.maximumStrike)],
    ...['capacity', money(lot.coveredCallCapacity)],
  ].join(' ');
}

/** `a1 ZZA 2026-02-20 50 put short 1 at 1.2 long 0 at — since 2026-01-05 collateral 5000 × 100` */
function lineOfOption(option: OptionPosition): string {
  const { accountId, symbol, expiration, strike, leg, openedOn } = option;
  return [
    ...[short(accountId), symbol ?? '—', expiration ?? '—', money(strike), leg ?? '—'],
    ...['short', money(option.short), 'at', money(option.averageShortPremium)],
    ...['long', money(option.long), 'at', money(option.averageLongPremium)],
    ...['since', openedOn, 'collateral', money(option.collateral), '×', money(option.multiplier)],
  ].join(' ');
}

/** `100 sh. ZZA: 2026-01-05 → 2026-02-02, 1200 − 1000 + 0 = 200, short` */
function lineOfClosed(lot: ClosedLot): string {
  const { description, acquired, sold, closedOn, code, term } = lot;
  const day = closedOn === sold ? '' : `, closed ${closedOn}`;
  const cash = `${money(lot.proceeds)} − ${money(lot.basis)} + ${money(lot.adjustment)} = ${money(lot.gain)}`;
  return `${description}: ${acquired} → ${sold}${day}, ${cash}${code === null ? '' : ` ${code}`}, ${term}`;
}

describe("The figures of a US options trader's journal are correct:", () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  it.each(cases)('$name', async ({ journal, expect: expected }) => {
    await under.scope.run(await under.newUser(), async () => {
      for (const { qty, strike, amount, ts, account_id, ...entry } of journal)
        await under.journal.append([
          {
            ...entry,
            ...{
              accountId: accounts[account_id] ?? account_id,
              ts: new Date(ts),
              amount: decimal(amount) as DecimalString,
            },
            ...{ qty: decimal(qty), strike: decimal(strike) },
          },
        ]);
      const entries: JournalEntry[] = [];
      for await (const entry of under.journal.stream({ status: 'all' })) entries.push(entry);
      for (const { on, method = 'fifo', timeZone = 'UTC', ...answers } of expected) {
        const figures = await figuresOn({ on, timeZone }, method);
        expect({ on, ...figures }).toMatchObject({ on, ...answers });
        for (const basis of ['cash', 'tax'] as const) {
          const { cash, accountedFor } = identity(entries, { on, timeZone, method, basis });
          expect([basis, plain(cash), plain(accountedFor)]).toEqual([
            basis,
            figures['cash'],
            figures['cash'],
          ]);
        }
      }
    });
  });

  async function figuresOn(
    day: { on: string; timeZone: string },
    method: CostMethod,
  ): Promise<Record<string, unknown>> {
    const [positions, lots, profits] = [
      under.get(OptionPositionsReadModel),
      under.get(ShareLotsReadModel),
      under.get(ProfitReadModel),
    ];
    const open = await positions.list(day);
    const [first] = open;
    const [shares] = await lots.list({ ...day, method });
    const contracts = (leg?: string) =>
      Number(
        sum(
          open
            .filter((position) => leg === undefined || position.leg === leg)
            .flatMap(({ short, long }) => [short, long]),
        ),
      );
    const years = async (basis: ProfitBasis) => {
      const rows = await profits.realised({ per: 'year', basis, method, ...day });
      const years = new Map<string, string[]>([
        ...['2025', '2026'].map((year): [string, string[]] => [year, []]),
      ]);
      for (const { period, total } of rows) years.set(period, [...(years.get(period) ?? []), total]);
      return Object.fromEntries([...years].map(([year, totals]) => [year, sum(totals)]));
    };
    const byCash = await years('cash');
    const balances = await under.get(CashReadModel).balances(day);
    return {
      shares: Number(shares?.shares ?? 0),
      cost: plain(shares?.totalCost ?? '0'),
      proceeds: plain(shares?.proceeds ?? '0'),
      realised: byCash,
      byCash,
      byTax: await years('tax'),
      realisedTotal: sum(Object.values(byCash)),
      cash: sum(balances.map(({ balance }) => balance)),
      openOptions: contracts(),
      openPuts: contracts('put'),
      openCalls: contracts('call'),
      shortContracts: Number(first?.short ?? 0),
      averagePrice: plain(first?.averageShortPremium ?? '0'),
      openedOn: first?.openedOn,
      collateral: plain(first?.collateral ?? '0'),
      unmatched: (await profits.unmatched({ ...day, method })).map(({ id }) => id),
      holdings: [...(await lots.list({ ...day, method })).map(lineOfShares), ...open.map(lineOfOption)],
      closed: (await profits.closedLots({ ...day, method })).map(lineOfClosed),
    };
  }
});
