import { Decimal } from '../../../model/decimal.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import type { OptionPurchase } from './local-storage.js';

interface Movement {
  /** The day of the entry, `YYYY-MM-DD`. */
  day: string;
  expiration: string | null;
  leg: unknown;
  /** + opened, − closed. */
  contracts: Decimal;
}

export type SearchedPurchase = Pick<OptionPurchase, 'symbol' | 'strike' | 'leg' | 'boughtAt'>;

interface Short {
  expiration: string | null;
}

/**
 * Finds short positions that a purchase may have closed: the application stores a purchase that
 * closes a short position like a purchase that opens a long position. Scans the entries of a leg
 * once for all days, so that a file with many purchases and entries of one symbol and strike takes
 * no quadratic time.
 */
export class OpenShorts {
  readonly #movements = new Map<string, Movement[]>();
  /** The days of purchases, by symbol, strike and leg. */
  readonly #days = new Map<string, Set<string>>();
  readonly #found = new Map<string, ReadonlyMap<string, Short | undefined>>();

  constructor(purchases: readonly SearchedPurchase[]) {
    for (const purchase of purchases) {
      this.#movements.set(key(purchase), []);
      const days = this.#days.get(legKey(purchase)) ?? new Set();
      this.#days.set(legKey(purchase), days.add(dayOf(purchase)));
    }
  }

  /** @param day of the entry @param expiration after correction; both `YYYY-MM-DD` */
  add(record: EntryRecord, day: string, expiration: string | null): void {
    const { symbol = null, strike = null } = record;
    const movements = this.#movements.get(key({ symbol, strike }));
    const contracts = movementOf(record);
    if (movements === undefined || contracts === undefined) return;
    movements.push({ day, expiration, leg: record.meta?.['leg'], contracts });
  }

  /**
   * A short position of the leg, symbol and strike that was open on the UTC day of the purchase. A
   * position that was closed on this day counts as open, because the order within a day is unknown.
   * Call it after all entries are added.
   */
  closedBy(purchase: SearchedPurchase): Short | undefined {
    const found = this.#found.get(legKey(purchase)) ?? this.#search(purchase);
    this.#found.set(legKey(purchase), found);
    return found.get(dayOf(purchase));
  }

  #search(purchase: SearchedPurchase): ReadonlyMap<string, Short | undefined> {
    const movements = this.#movements.get(key(purchase)) ?? [];
    const ofLeg = movements.filter(({ leg }) => leg === undefined || leg === purchase.leg).sort(byDay);
    const positions = new Positions();
    const found = new Map<string, Short | undefined>();
    let next = 0;
    for (const day of [...(this.#days.get(legKey(purchase)) ?? [])].sort()) {
      for (let movement = ofLeg[next]; movement && isBefore(movement, day); movement = ofLeg[next]) {
        positions.add(movement);
        next += 1;
      }
      found.set(day, positions.openOn(day));
    }
    return found;
  }
}

/** Positions by expiration. `openOn` must be called with ascending days. */
class Positions {
  readonly #contracts = new Map<string | null, Decimal>();
  /** Expirations of open positions. `openOn` removes past ones. */
  readonly #open = new Set<string | null>();

  add({ expiration, contracts }: Movement): void {
    const sum = (this.#contracts.get(expiration) ?? new Decimal(0)).plus(contracts);
    this.#contracts.set(expiration, sum);
    if (sum.greaterThan(0)) this.#open.add(expiration);
    else this.#open.delete(expiration);
  }

  openOn(day: string): Short | undefined {
    for (const expiration of this.#open) {
      if (expiration === null || expiration >= day) return { expiration };
      this.#open.delete(expiration);
    }
    return undefined;
  }
}

/** By day; on one day openings first. */
function byDay(one: Movement, other: Movement): number {
  if (one.day !== other.day) return one.day < other.day ? -1 : 1;
  return Number(other.contracts.isPositive()) - Number(one.contracts.isPositive());
}

/** Whether a movement counts on a day: an opening from its own day on, a closing from the next. */
function isBefore({ day: moved, contracts }: Movement, day: string): boolean {
  return contracts.isPositive() ? moved <= day : moved < day;
}

function movementOf({ type, qty, meta }: EntryRecord): Decimal | undefined {
  const contracts = new Decimal(qty ?? 0);
  switch (type) {
    case 'sell_to_open':
    case 'option_premium':
      return contracts;
    case 'buy_to_close':
      return contracts.negated();
    case 'expiration':
      return meta?.['assigned'] === true ? contracts.negated() : undefined;
    default:
      return undefined;
  }
}

/** The UTC day. */
function dayOf({ boughtAt }: SearchedPurchase): string {
  return boughtAt.slice(0, 10);
}

function key({ symbol, strike }: { symbol: string | null; strike: string | null }): string {
  return JSON.stringify([symbol, strike]);
}

function legKey({ symbol, strike, leg }: SearchedPurchase): string {
  return JSON.stringify([symbol, strike, leg]);
}
