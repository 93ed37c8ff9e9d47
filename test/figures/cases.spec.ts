import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { OptionPositionsReadModel, ProfitReadModel, ShareLotsReadModel } from '../../src/index.js';
import type { CostMethod, DecimalString, EntryType, NewEntry, ProfitBasis } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

type Terms = Pick<
  NewEntry,
  | ('ratioTo' | 'ratioFrom' | 'targetSymbol' | 'targetAccountId' | 'acquiredOn' | 'section1256')
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
  /** `on` and `method` ask; the other members are answers. */
  expect: ({ on: string; method?: CostMethod } & Record<string, unknown>)[];
}

const cases = ['cases.json', 'more-cases.json'].flatMap((name) => {
  const file = new URL(`../fixtures/figures/${name}`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases;
});
const accounts: Record<string, string> = { a1: 'acct-1', a2: 'acct-2' };

const plain = (decimal: string) => new Decimal(decimal).toFixed();
const decimal = (value: number | null) => (value === null ? null : (String(value) as DecimalString));
const sum = (decimals: string[]) => Decimal.sum(0, ...decimals).toFixed();

describe('A journal of a US options trader has the right figures', () => {
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
      for (const { on, method, ...answers } of expected) {
        expect({ on, ...(await figuresOn(on, method)) }).toMatchObject({ on, ...answers });
      }
    });
  });

  async function figuresOn(on: string, method: CostMethod = 'fifo'): Promise<Record<string, unknown>> {
    const [positions, lots, profits] = [
      under.get(OptionPositionsReadModel),
      under.get(ShareLotsReadModel),
      under.get(ProfitReadModel),
    ];
    const open = await positions.list({ on });
    const [first] = open;
    const [shares] = await lots.list({ on, method });
    const contracts = (leg?: string) =>
      Number(
        sum(
          open
            .filter((position) => leg === undefined || position.leg === leg)
            .flatMap(({ short, long }) => [short, long]),
        ),
      );
    const years = async (basis: ProfitBasis) => {
      const rows = await profits.realised({ per: 'year', basis, method, on });
      const years = new Map<string, string[]>([
        ...['2025', '2026'].map((year): [string, string[]] => [year, []]),
      ]);
      for (const { period, total } of rows) years.set(period, [...(years.get(period) ?? []), total]);
      return Object.fromEntries([...years].map(([year, totals]) => [year, sum(totals)]));
    };
    const byCash = await years('cash');
    const { net } = await under.journal.totals({ to: new Date(`${on}T23:59:59.999Z`) });
    return {
      shares: Number(shares?.shares ?? 0),
      cost: plain(shares?.totalCost ?? '0'),
      proceeds: plain(shares?.proceeds ?? '0'),
      realised: byCash,
      byCash,
      byTax: await years('tax'),
      realisedTotal: sum(Object.values(byCash)),
      cash: plain(net),
      openOptions: contracts(),
      openPuts: contracts('put'),
      openCalls: contracts('call'),
      shortContracts: Number(first?.short ?? 0),
      averagePrice: plain(first?.averageShortPremium ?? '0'),
      openedOn: first?.openedOn,
      collateral: plain(first?.collateral ?? '0'),
      unmatched: (await profits.unmatched({ on, method })).map(({ id }) => id),
    };
  }
});
