import type { Row } from '../driver/row.js';
import { isDayBefore } from './calendar.js';
import type { Calendar, Period } from './calendar.js';
import { compareEntries } from './entry-order.js';
import type { EntryOrderKey } from './entry-order.js';
import { LotQueue } from './lots.js';
import { optionLegsSql } from './option-legs-sql.js';
import type { ProfitBook } from './profit-book.js';
import { unitsOf } from './units.js';

/** One option of an account, and its entries. */
interface Contract {
  readonly symbol: string | null;
  readonly expiration: string | null;
  /** The leg that its entries state: null if none does, `both` if they differ. */
  leg: string | null;
  /** Head of a linked list through `Move.before`. */
  last: Move | undefined;
}

/** An entry that opens or closes contracts. */
interface Move extends EntryOrderKey {
  readonly period: Period;
  readonly amount: bigint;
  /** Contracts in units: + opened, − closed. */
  readonly opened: bigint;
  readonly stated: string | null;
  readonly isLong: boolean;
  /** A linked list: most contracts have few moves, and arrays allocate spare capacity. */
  readonly before: Move | undefined;
}

/** The moves of one side of a position. */
interface Side {
  readonly openings: Move[];
  readonly closings: Move[];
}

/**
 * Realised profit of options. The period of a closing entry gets its amount, and the opening
 * premium of the contracts that it closes, first in, first out. Contracts left at the end of the
 * expiration day are closed in the period of that day.
 */
export class RealisedOptions {
  readonly #contracts = new Map<string, Contract>();

  /** @param today `YYYY-MM-DD`; contracts that expire today are still open */
  constructor(
    private readonly book: ProfitBook,
    private readonly calendar: Calendar,
    private readonly today: string,
  ) {}

  /** SQL for the rows that `take` reads. @param day SQL for the day on which an entry counts */
  static rows(where: string, day: string): string {
    return `
      SELECT ${day} AS day, amount, symbol, account_id, strike, expiration, opened - closed AS opened, stated, is_long,
        CASE WHEN opened > 0 THEN ts END AS ts, CASE WHEN opened > 0 THEN recorded END AS recorded,
        CASE WHEN opened > 0 THEN id END AS id
      FROM (${optionLegsSql(where)}) legs`;
  }

  /** Adds an entry, in any order. @param first index of the field `day` in the row */
  take(row: Row, first: number): void {
    const key = row.key(first + 2, first + 5);
    let contract = this.#contracts.get(key);
    if (contract === undefined) {
      contract = {
        symbol: row.text(first + 2),
        expiration: row.ascii(first + 5),
        leg: null,
        last: undefined,
      };
      this.#contracts.set(key, contract);
    }
    const stated = row.ascii(first + 7);
    if (stated !== null) contract.leg = (contract.leg ?? stated) === stated ? stated : 'both';
    const period = this.calendar.periodOf(row.ascii(first) as string);
    const amount = unitsOf(row.ascii(first + 1) as string);
    const opened = unitsOf(row.ascii(first + 6) as string);
    if (opened <= 0n) this.book.add(period, contract.symbol, 'options', amount);
    if (opened === 0n) return;
    const isLong = row.ascii(first + 8) === 't';
    const ts = row.instant(first + 9)?.getTime() ?? 0;
    const recorded = row.ascii(first + 10) ?? '0';
    const id = row.text(first + 11) ?? '';
    contract.last = { period, amount, opened, stated, isLong, ts, recorded, id, before: contract.last };
  }

  /** Books the opening premium of the closed contracts, after all rows were taken. */
  close(): void {
    for (const contract of this.#contracts.values()) {
      for (const side of sidesOf(contract)) this.#closeSide(contract, side);
    }
    this.#contracts.clear();
  }

  #closeSide({ symbol, expiration }: Contract, { openings, closings }: Side): void {
    if (openings.length === 0) return;
    const last = this.#expiryPeriod(expiration);
    const queue = new LotQueue();
    if (openings.length > 1) openings.sort(compareEntries);
    for (const { opened, amount } of openings) queue.put(opened, amount);
    if (closings.length > 1) closings.sort((one, other) => one.period.order - other.period.order);
    for (const { period, opened } of closings) {
      if (last !== undefined && period.order > last.order) break;
      this.book.add(period, symbol, 'options', queue.take(-opened));
    }
    if (last !== undefined) this.book.add(last, symbol, 'options', queue.takeAll());
  }

  /** The period of the expiration day, once it is over. */
  #expiryPeriod(expiration: string | null): Period | undefined {
    return expiration !== null && isDayBefore(expiration, this.today)
      ? this.calendar.periodOf(expiration)
      : undefined;
  }
}

/** Groups moves by leg and side. Moves that state no leg get it as in `resolvedLegsSql`. */
function sidesOf({ leg, last }: Contract): Iterable<Side> {
  const commonLeg = leg === 'both' ? null : leg;
  const sides = new Map<string, Side>();
  for (let move = last; move !== undefined; move = move.before) {
    const key = `${move.isLong ? 'long' : 'short'} ${move.stated ?? commonLeg ?? ''}`;
    let side = sides.get(key);
    if (side === undefined) sides.set(key, (side = { openings: [], closings: [] }));
    (move.opened < 0n ? side.closings : side.openings).push(move);
  }
  return sides.values();
}
