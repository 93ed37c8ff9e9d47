import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import {
  CashReadModel,
  LegacyReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import type { ClosedLot, OptionPosition, ShareLot } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { guideExamples } from './guide-examples.js';

/** Figures by the guide's names, in the order of its columns. */
type Figures = Record<string, (string | null)[]>;

type Ask = (app: JournalUnderTest) => Promise<Figures>;

// The calls in the guides are excerpts of this file. test/guides/snippets.spec.ts compares them.
const asked: Record<string, Ask> = {
  'a short put': async (app) => {
    const positions = app.get(OptionPositionsReadModel);
    const open = await positions.list({ accountId: 'acct-1', symbol: 'AAPL', on: '2026-01-10' });
    const expired = await positions.list({ on: '2026-01-17', status: 'expired' });
    const unmatched = await positions.unmatched();

    expect(unmatched).toEqual([]);
    expect(await positions.list({ on: '2026-01-17' })).toEqual([]);
    const days = [...open, ...(await positions.list({ on: '2026-01-16' })), ...expired];
    return columns(days, {
      'puts short': ({ short }) => short,
      'average premium': ({ averageShortPremium }) => averageShortPremium,
      'opened on': ({ openedOn }) => openedOn,
      collateral: ({ collateral }) => collateral,
      'days to expiration': ({ daysToExpiration }) => String(daysToExpiration),
      expired: ({ isExpired }) => (isExpired ? 'yes' : 'no'),
    });
  },

  'long options': async (app) => {
    const [position] = await app.get(OptionPositionsReadModel).list({ today: '2026-01-13' });
    expect(position).toMatchObject({ leg: 'call', short: '0.00000000', collateral: null });
    const profits = await app.get(ProfitReadModel).realised({ per: 'month', today: '2026-03-21' });
    return {
      'calls long': [position?.long ?? null],
      'average premium': [position?.averageLongPremium ?? null],
      ...Object.fromEntries(profits.map(({ period, options }) => [`realised profit, ${period}`, [options]])),
    };
  },

  'an adjusted option': async (app) => {
    const positions = app.get(OptionPositionsReadModel);
    const days: OptionPosition[] = [];
    for (const on of ['2026-01-11', '2026-01-12']) days.push(...(await positions.list({ on })));
    return columns(days, {
      strike: ({ strike }) => strike,
      'puts short': ({ short }) => short,
      'average premium': ({ averageShortPremium }) => averageShortPremium,
      collateral: ({ collateral }) => collateral,
      'opened on': ({ openedOn }) => openedOn,
    });
  },

  'share lots': async (app) => {
    const lots = app.get(ShareLotsReadModel);
    const [average] = await lots.list({ accountId: 'acct-1', symbol: 'AAPL', on: '2026-01-10' });
    const [fifo] = await lots.list({ method: 'fifo', on: '2026-01-10' });
    const purchases = await lots.open({ method: 'fifo', on: '2026-01-10' });
    const unmatched = await lots.unmatched();

    expect(unmatched).toEqual([]);
    expect(purchases.map(({ acquiredOn, shares }) => [acquiredOn, Number(shares)])).toEqual([
      ['2026-01-05', 50],
      ['2026-01-08', 100],
    ]);
    const costs: Figures = {};
    for (const day of ['7', '8'])
      for (const method of ['average', 'fifo'] as const)
        for (const { totalCost } of await lots.list({ method, on: `2026-01-0${day}` }))
          (costs[`cost after ${day} January`] ??= []).push(totalCost);
    const figures = columns([average, fifo], {
      shares: (row) => row?.shares ?? null,
      cost: (row) => row?.totalCost ?? null,
      'cost of a share': (row) => row?.averageCost ?? null,
      'calls to sell': (row) => row?.coveredCallCapacity ?? null,
    });
    return { ...costs, ...figures };
  },

  'a short position': async (app) => {
    const days: ShareLot[] = [];
    const profit: string[] = [];
    for (const on of ['2026-01-16', '2026-01-19']) {
      days.push(...(await app.get(ShareLotsReadModel).list({ on })));
      const profits = await app.get(ProfitReadModel).realised({ per: 'year', on });
      profit.push(profits[0]?.shares ?? '0');
    }
    const figures = columns(days, {
      shares: ({ shares }) => shares,
      proceeds: ({ proceeds }) => proceeds,
      'average proceeds': ({ averageProceeds }) => averageProceeds,
    });
    return { ...figures, 'profit of shares so far': profit };
  },

  'a split': async (app) => {
    const lots = await app.get(ShareLotsReadModel).open();
    const profits = await app.get(ProfitReadModel).realised({ per: 'year' });
    const figures = columns(lots, {
      shares: ({ shares }) => shares,
      cost: ({ amount }) => amount,
      'acquired on': ({ acquiredOn }) => acquiredOn,
    });
    return { ...figures, 'profit of shares': profits.map(({ shares }) => shares) };
  },

  'a spin-off and a merger': async (app) => {
    const lots = await app.get(ShareLotsReadModel).open();
    return Object.fromEntries(
      lots.map(({ symbol, shares, amount, acquiredOn }) => [symbol ?? 'none', [shares, amount, acquiredOn]]),
    );
  },

  'the minimum strike': async (app) => {
    const lots = app.get(ShareLotsReadModel);
    const [row] = await lots.list({ symbol: 'AAPL', on: '2026-01-20' });

    const [before] = await lots.list({ on: '2026-01-16' });
    return columns([before, row], {
      cost: (lot) => lot?.totalCost ?? null,
      'net premium': (lot) => lot?.netPremium ?? null,
      'minimum strike': (lot) => lot?.minimumStrike ?? null,
      'calls to sell': (lot) => lot?.coveredCallCapacity ?? null,
    });
  },

  "the browser application's minimum strike": async (app) => {
    const strikes = await app.get(LegacyReadModel).minimumStrikes({ on: '2026-01-31' });
    const history = await app.get(LegacyReadModel).minimumStrikeHistory({ symbol: 'AAPL' });

    expect(strikes).toEqual(history.slice(-1));
    return Object.fromEntries(history.map(({ day, minimumStrike }) => [day, [minimumStrike]]));
  },

  'the maximum strike': async (app) =>
    columns(await app.get(ShareLotsReadModel).list({ on: '2026-01-06' }), {
      'minimum strike': ({ minimumStrike }) => minimumStrike,
      'maximum strike': ({ maximumStrike }) => maximumStrike,
    }),

  premium: async (app) => {
    const cash = app.get(CashReadModel);
    const premium = await cash.premium({ per: 'week', symbol: 'AAPL', timeZone: 'America/Denver' });
    const dividends = await cash.dividends({ per: 'quarter' });
    const fees = await cash.fees({ per: 'year', accountId: 'acct-1' });
    const balances = await cash.balances({ on: '2026-01-31' });

    expect([...dividends, ...fees]).toEqual([]);
    expect(balances).toMatchObject([{ accountId: 'acct-1', balance: '262.00000000' }]);
    const rows = [...premium, ...(await cash.premium({ per: 'month' }))];
    return Object.fromEntries(rows.map(({ period, amount }) => [period, [amount]]));
  },

  'dividends, fees and balances': async (app) => {
    const cash = app.get(CashReadModel);
    const figures: Figures = {};
    for (const kind of ['dividends', 'fees'] as const)
      for (const { period, symbol, amount } of await cash[kind]({ per: 'month' }))
        figures[`${kind}, ${period}, ${symbol ?? 'no symbol'}`] = [amount];
    for (const { accountId, balance } of await cash.balances()) figures[`balance, ${accountId}`] = [balance];
    for (const { accountId, balance } of await cash.balances({ on: '2026-01-31' }))
      figures[`balance, ${accountId}, 31 January`] = [balance];
    return figures;
  },

  'income and costs': async (app) => {
    const profits = app.get(ProfitReadModel);
    const rows = await profits.realised({ per: 'month', on: '2026-01-31', timeZone: 'America/New_York' });

    expect(rows.map(({ symbol }) => symbol)).toEqual(['F', 'TSM', null]);
    return columns(rows, {
      dividends: ({ dividends }) => dividends,
      interest: ({ interest }) => interest,
      'payments in lieu': ({ paymentsInLieu }) => paymentsInLieu,
      'securities lending': ({ securitiesLending }) => securitiesLending,
      'withheld tax': ({ withheldTax }) => withheldTax,
      rebates: ({ rebates }) => rebates,
      total: ({ total }) => total,
    });
  },

  'realised premium': async (app) => {
    const profits = app.get(ProfitReadModel);
    const months = await profits.realised({ per: 'month', accountId: 'acct-1', on: '2026-03-31' });
    const years = await profits.realised({ per: 'year', basis: 'tax', timeZone: 'America/New_York' });
    const fifo = await profits.realised({ per: 'month', method: 'fifo' });
    const unmatched = await profits.unmatched();

    expect(unmatched).toEqual([]);
    expect(years).toMatchObject([{ period: '2026', options: '830.00000000' }]);
    expect(fifo).toEqual(months);
    return Object.fromEntries(months.map(({ period, options }) => [period, [options]]));
  },

  shares: async (app) => {
    const figures: Figures = {};
    for (const method of ['average', 'fifo'] as const) {
      const [lot] = await app.get(ShareLotsReadModel).list({ method });
      expect(lot).toMatchObject({ shares: '-10.00000000', proceeds: '2000.00000000' });
      for (const { period, shares } of await app.get(ProfitReadModel).realised({ per: 'month', method }))
        (figures[period] ??= []).push(shares);
    }
    return figures;
  },

  'an entry without a counterpart': async (app) => {
    const [unmatched] = await app.get(OptionPositionsReadModel).unmatched();
    const profits = await app.get(ProfitReadModel).realised({ per: 'year', on: '2026-01-31' });
    const balances = await app.get(CashReadModel).balances();
    return {
      unmatched: [unmatched?.id ?? null],
      contracts: [unmatched?.quantity ?? null],
      'its cash': [unmatched?.cash ?? null],
      'realised profit': profits.map(({ total }) => total),
      balance: balances.map(({ balance }) => balance),
    };
  },

  'an assigned put': async (app) => {
    const profits = app.get(ProfitReadModel);
    const known = { on: '2027-01-30', timeZone: 'America/New_York' }; // 30 days after the year
    const lots = await profits.closedLots({ method: 'fifo', ...known });
    const of2026 = lots.filter(({ closedOn }) => closedOn.startsWith('2026'));
    const byTax = await profits.realised({ per: 'year', basis: 'tax', ...known });
    const byCash = await profits.realised({ per: 'year', basis: 'cash', ...known });
    const fees = await profits.unassignedFees({ ...known, on: '2026-12-31' });

    expect(fees).toEqual([]);
    expect(of2026).toEqual(lots);

    const totals = (basis: string, rows: typeof byTax) =>
      Object.fromEntries(rows.map(({ period, total }) => [`profit ${period}, ${basis}`, [total]]));
    return { ...totals('cash', byCash), ...totals('tax', byTax), ...described(lots) };
  },

  fees: async (app) => {
    const unassigned = await app.get(ProfitReadModel).unassignedFees();
    return { ...(await yearOfTax(app)), 'fees of no trade': unassigned.map(({ id }) => id) };
  },

  'identified shares': async (app) => {
    const figures: Figures = {};
    for (const method of costMethods) {
      const lots = await app.get(ProfitReadModel).closedLots({ method });
      const [basis, gain] = (['basis', 'gain'] as const).map((member) =>
        lots.reduce((sum, lot) => sum.plus(lot[member]), new Decimal(0)).toString(),
      );
      figures[method] = [basis ?? null, gain ?? null];
    }
    return figures;
  },

  'a wash sale over the end of a year': async (app) => {
    const profits = app.get(ProfitReadModel);
    const days: ClosedLot[] = [];
    for (const on of ['2026-12-31', '2027-01-30']) days.push(...(await profits.closedLots({ on })));
    return columns(days, {
      code: ({ code }) => code,
      adjustment: ({ adjustment }) => adjustment,
      gain: ({ gain }) => gain,
    });
  },

  'a replacement in another account': async (app) => {
    const lots = await app.get(ProfitReadModel).closedLots();
    return Object.fromEntries(
      lots.map(({ quantity, gain, code, term }, place) => [`lot ${place + 1}`, [quantity, gain, code, term]]),
    );
  },

  'written options': closedLots(['acquired', 'sold', 'proceeds', 'basis', 'gain', 'term']),
  'bought options': closedLots(['acquired', 'sold', 'proceeds', 'basis', 'gain', 'term']),
  'holding periods': closedLots(['acquired', 'sold', 'proceeds', 'basis', 'gain', 'term']),
  'a short sale': closedLots(['acquired', 'sold', 'proceeds', 'basis', 'gain', 'term']),
  'a replacement by a call': closedLots([
    ...(['acquired', 'sold', 'proceeds', 'basis', 'code', 'adjustment', 'gain', 'term'] as const),
  ]),
  'a wash sale': closedLots(['acquired', 'sold', 'proceeds', 'basis', 'code', 'adjustment', 'gain']),

  'a distribution of capital': yearOfTax,
};

const costMethods = ['fifo', 'lifo', 'hifo', 'average'] as const;

/** The profit of all symbols in 2026, and the closed lots. */
async function yearOfTax(app: JournalUnderTest): Promise<Figures> {
  const profits = app.get(ProfitReadModel);
  const rows = await profits.realised({ per: 'year', basis: 'tax', on: '2026-12-31' });
  expect(new Set(rows.map(({ period }) => period))).toEqual(new Set(['2026']));
  const total = rows.reduce((sum, row) => sum.plus(row.total), new Decimal(0)).toString();
  return { 'profit 2026, tax': [total], ...described(await profits.closedLots()) };
}

/** One figure of each row. */
function columns<T>(rows: readonly T[], figures: Record<string, (row: T) => string | null>): Figures {
  return Object.fromEntries(Object.entries(figures).map(([label, figure]) => [label, rows.map(figure)]));
}

/** Columns of the closed lots at the end of 2026. */
function closedLots(members: readonly (keyof ClosedLot)[]): Ask {
  return async (app) => {
    const lots = await app.get(ProfitReadModel).closedLots({ on: '2026-12-31' });
    const rows = lots.map((lot) => [lot.description, members.map((member) => lot[member])]);
    return Object.fromEntries(rows) as Figures;
  };
}

function described(lots: readonly ClosedLot[]): Figures {
  return columns(lots, {
    description: ({ description }) => description,
    acquired: ({ acquired }) => acquired,
    sold: ({ sold }) => sold,
    proceeds: ({ proceeds }) => proceeds,
    basis: ({ basis }) => basis,
    term: ({ term }) => term,
  });
}

describe('The guides to the figures have examples', () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  it('of exactly the kinds that are compared here', () => {
    expect(Object.keys(guideExamples).sort()).toEqual(Object.keys(asked).sort());
  });

  it.each(Object.entries(asked))('of %s, with the figures of its entries', async (name, ask) => {
    const { entries, figures } = example(name);
    const found = await under.scope.run(await under.newUser(), async () => {
      await under.journal.append(entries);
      return ask(under);
    });

    expect(Object.entries(found).map(([label, row]) => [label, row.map(plain)])).toEqual(
      Object.entries(figures).map(([label, row]) => [label, row.map(({ figure }) => figure)]),
    );
  });

  it.each(Object.keys(asked))('of %s, with correct arithmetic', async (name) => {
    for (const { arithmetic, figure } of Object.values(example(name).figures).flat()) {
      if (arithmetic === null) continue;
      const [formula = '', rounding] = arithmetic.split(', rounded ');
      const sql = formula
        .replaceAll('×', '*')
        .replaceAll('÷', '/')
        .replaceAll(/[\d.]+/g, '$&::numeric');
      const [row]: { result: string }[] = await under.owner.query(`SELECT ${sql} AS result`);
      const result = new Decimal(row?.result ?? NaN);
      const mode = rounding === 'up' ? Decimal.ROUND_UP : Decimal.ROUND_HALF_UP;
      expect([arithmetic, result.toDecimalPlaces(8, mode).toString()]).toEqual([arithmetic, figure]);
    }
  });
});

function example(name: string) {
  const found = guideExamples[name];
  if (!found) throw new Error(`the guides have no example of ${name}`);
  return found;
}

/** Formats numbers like the guides. Dates and words stay unchanged. */
function plain(value: string | null): string {
  if (value === null) return '—';
  return /^-?\d+(\.\d+)?$/.test(value) ? new Decimal(value).toString() : value;
}
