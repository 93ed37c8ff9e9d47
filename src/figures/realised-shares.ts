import type { Row } from '../driver/row.js';
import type { Calendar, Period } from './calendar.js';
import { compareEntries } from './entry-order.js';
import type { EntryOrderKey } from './entry-order.js';
import { lotsBy } from './lots.js';
import type { ProfitBook } from './profit-book.js';
import { shareTradesSql } from './share-trade-sql.js';
import type { CostMethod } from './share-trade-sql.js';
import { unitsOf } from './units.js';

/** One symbol of an account, and its trades. */
interface Holding {
  readonly symbol: string | null;
  readonly trades: Trade[];
}

interface Trade extends EntryOrderKey {
  readonly period: Period;
  readonly amount: bigint;
  /** Cost of a purchase, not negative; zero for a sale. */
  readonly cost: bigint;
  /** Shares in units: + bought, − sold. */
  readonly bought: bigint;
  readonly isSale: boolean;
}

/** Realised profit of shares: proceeds of each sale − cost of the shares sold. */
export class RealisedShares {
  readonly #holdings = new Map<string, Holding>();

  constructor(
    private readonly book: ProfitBook,
    private readonly calendar: Calendar,
    private readonly method: CostMethod,
  ) {}

  /** SQL for the rows that `take` reads. @param day SQL for the day on which an entry counts */
  static rows(where: string, day: string): string {
    return `
      SELECT ${day} AS day, amount, symbol, account_id, cost, NULL::date, bought - sold AS bought, NULL AS stated, is_sale, ts, recorded, id
      FROM (${shareTradesSql(where)}) trades`;
  }

  /** Adds a trade, in any order. @param first index of the field `day` in the row */
  take(row: Row, first: number): void {
    const key = row.key(first + 2, first + 3);
    let holding = this.#holdings.get(key);
    if (holding === undefined) {
      holding = { symbol: row.text(first + 2), trades: Array.of<Trade>() };
      this.#holdings.set(key, holding);
    }
    holding.trades.push({
      period: this.calendar.periodOf(row.ascii(first) as string),
      amount: unitsOf(row.ascii(first + 1) as string),
      cost: unitsOf(row.ascii(first + 4) as string),
      bought: unitsOf(row.ascii(first + 6) as string),
      isSale: row.ascii(first + 8) === 't',
      ts: (row.instant(first + 9) as Date).getTime(),
      recorded: row.ascii(first + 10) as string,
      id: row.text(first + 11) as string,
    });
  }

  /** Books the profit of all sales, after all rows were taken. */
  sell(): void {
    for (const { symbol, trades } of this.#holdings.values()) {
      const lots = lotsBy(this.method);
      for (const { isSale, bought, amount, cost, period } of trades.sort(purchasesFirst)) {
        if (isSale) this.book.add(period, symbol, 'shares', amount - lots.take(-bought));
        else lots.put(bought, cost);
      }
    }
    this.#holdings.clear();
  }
}

/** Same order as `tradeOrder` in SQL. */
function purchasesFirst(one: Trade, other: Trade): number {
  return one.ts - other.ts || Number(one.isSale) - Number(other.isSale) || compareEntries(one, other);
}
