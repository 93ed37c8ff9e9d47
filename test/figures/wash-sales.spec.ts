import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProfitReadModel } from '../../src/index.js';
import type { ClosedLot, CostMethod, DecimalString } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

/** `buy 100 for 5000 on 2026-01-05`, in an account. */
interface Trade {
  day: string;
  /** Positive if bought, negative if sold. */
  shares: number;
  cash: number;
  accountId?: string;
  /** The stated date, if it differs from the date of the timestamp. */
  stated?: string;
}

const summary = ({ quantity, acquired, sold, gain, adjustment, code, term }: ClosedLot) =>
  [Number(quantity), acquired, sold, Number(gain), Number(adjustment), code ?? '-', term].join(' ');

describe('A loss on shares that are bought again within 30 days', () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  async function closedLots(trades: readonly Trade[], method: CostMethod = 'fifo'): Promise<string[]> {
    return under.scope.run(await under.newUser(), async () => {
      await under.journal.append(
        trades.map(({ day, shares, cash, accountId = 'acct-1', stated }) => ({
          ...(stated !== undefined && { day: stated }),
          ...{ ts: new Date(`${day}T15:00:00Z`), accountId, symbol: 'ZZA', meta: {} },
          type: shares > 0 ? ('assignment_shares' as const) : ('share_sale' as const),
          qty: String(Math.abs(shares)) as DecimalString,
          amount: String(cash) as DecimalString,
        })),
      );
      const profits = under.get(ProfitReadModel);
      const lots = await profits.closedLots({ method });
      const realised = await profits.realised({ per: 'day', basis: 'tax', method });
      const sum = (numbers: number[]) => numbers.reduce((all, number) => all + number, 0);
      expect(sum(realised.map(({ total }) => Number(total)))).toBe(sum(lots.map(({ gain }) => Number(gain))));
      return lots.map(summary);
    });
  }

  const bought = { day: '2025-06-02', shares: 100, cash: -5000 };
  const soldAtLoss = { day: '2026-03-02', shares: -100, cash: 4000 };
  const sellLater = { day: '2026-09-01', shares: -100, cash: 6000 };

  it('belongs to the cost of the new shares, which inherit the holding period', async () => {
    expect(
      await closedLots([bought, soldAtLoss, { day: '2026-03-20', shares: 100, cash: -4200 }, sellLater]),
    ).toEqual([
      '100 2025-06-02 2026-03-02 0 1000 W short',
      // 4200 + 1000 paid; held from 20 March 2026, and the 273 days of the first shares before.
      '100 2026-03-20 2026-09-01 800 0 - long',
    ]);
  });

  it.each([
    ['30 days after', '2026-04-01', 'W'],
    ['31 days after', '2026-04-02', '-'],
    ['30 days before', '2026-01-31', 'W'],
    ['31 days before', '2026-01-30', '-'],
  ])('with a purchase %s in another account (%s) has the code %s', async (_, day, code) => {
    const other = { day, shares: 100, cash: -4200, accountId: 'acct-2' };
    const [lot] = await closedLots([bought, soldAtLoss, other]);
    expect(lot).toContain(code === 'W' ? ' 0 1000 W ' : ' -1000 0 - ');
  });

  it('is disallowed for the number of bought shares, each of which replaces once', async () => {
    const again = { day: '2026-03-10', shares: 60, cash: -2400 };
    const secondLoss = { day: '2026-03-12', shares: -60, cash: 2100 };
    expect(await closedLots([bought, soldAtLoss, again, secondLoss])).toEqual([
      '100 2025-06-02 2026-03-02 -400 600 W short',
      '60 2026-03-10 2026-03-12 -900 0 - short',
    ]);
  });

  it('is not replaced by shares of its own purchase', async () => {
    const twice = { day: '2026-02-20', shares: 200, cash: -10000 };
    expect(await closedLots([twice, soldAtLoss])).toEqual(['100 2026-02-20 2026-03-02 -1000 0 - short']);
  });

  it('is matched, although a later loss states an earlier day', async () => {
    const other = { ...bought, accountId: 'acct-2' };
    const stated = { ...soldAtLoss, day: '2026-03-03', stated: '2026-01-05', accountId: 'acct-2' };
    const again = { day: '2026-03-09', shares: 100, cash: -4000 };
    expect(await closedLots([bought, other, soldAtLoss, stated, again])).toEqual([
      '100 2025-06-02 2026-01-05 -1000 0 - short',
      '100 2025-06-02 2026-03-02 0 1000 W short',
    ]);
  });

  it('is not adjusted with average cost', async () => {
    const again = { day: '2026-03-10', shares: 100, cash: -4000 };
    const [lot] = await closedLots([bought, soldAtLoss, again], 'average');
    expect(lot).toContain(' -1000 0 - ');
  });
});
