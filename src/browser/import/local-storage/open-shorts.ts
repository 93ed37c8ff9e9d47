import { Decimal } from '../../../model/decimal.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import type { OptionPurchase } from './local-storage.js';

interface Movement {
  /** The day of the entry, `YYYY-MM-DD`. */
  day: string;
  expiration: string | null;
  leg: unknown;
  /** Opened: above zero; closed: below. */
  contracts: Decimal;
}

/** A purchase, as far as the search for open shorts looks at it. */
export type SearchedPurchase = Pick<OptionPurchase, 'symbol' | 'strike' | 'leg' | 'boughtAt'>;

/** A short position. */
interface Short {
  expiration: string | null;
}

/**
 * The short positions with the symbol and strike of a purchase: what the application records as a
 * purchase may close one. A file can have any number of purchases and of entries with one symbol
 * and strike, so the entries are gone through once for all days on which a leg was bought.
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

  /** `day` is that of the entry, `expiration` the corrected one; both `YYYY-MM-DD`. */
  add(record: EntryRecord, day: string, expiration: string | null): void {
    const { symbol = null, strike = null } = record;
    const movements = this.#movements.get(key({ symbol, strike }));
    const contracts = movementOf(record);
    if (movements === undefined || contracts === undefined) return;
    movements.push({ day, expiration, leg: record.meta?.['leg'], contracts });
  }

  /**
   * A short position of the leg, symbol and strike that was open on the day of the purchase (UTC).
   * The order within a day is not known. So a position that was closed on this day counts as open.
   * Call it when all entries are added.
   */
  closedBy(purchase: SearchedPurchase): Short | undefined {
    const found = this.#found.get(legKey(purchase)) ?? this.#search(purchase);
    this.#found.set(legKey(purchase), found);
    return found.get(dayOf(purchase));
  }

  #search(purchase: SearchedPurchase): ReadonlyMap<string, Short | undefined> {
    const movements = this.#movements.get(key(purchase)) ?? [];
    const ofLeg = movements.filter(({ leg }) => leg === undefined || leg === purchase.leg);
    const opened = inOrder(ofLeg.filter(({ contracts }) => contracts.isPositive()));
    const closed = inOrder(ofLeg.filter(({ contracts }) => !contracts.isPositive()));
    const positions = new Positions();
    const found = new Map<string, Short | undefined>();
    for (const day of [...(this.#days.get(legKey(purchase)) ?? [])].sort()) {
      while (opened.at(-1) !== undefined && (opened.at(-1)?.day ?? '') <= day) positions.add(opened.pop());
      while (closed.at(-1) !== undefined && (closed.at(-1)?.day ?? '') < day) positions.add(closed.pop());
      found.set(day, positions.openOn(day));
    }
    return found;
  }
}

/** Positions by expiration, asked about days that go up. */
class Positions {
  readonly #contracts = new Map<string | null, Decimal>();
  /** The expirations of the open positions. One that has passed is removed when it is met. */
  readonly #open = new Set<string | null>();

  add(movement: Movement | undefined): void {
    if (movement === undefined) return;
    const { expiration, contracts } = movement;
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

/** Movements, latest first. */
function inOrder(movements: Movement[]): Movement[] {
  return movements.sort((one, other) => (one.day < other.day ? 1 : -1));
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

/** The day in UTC. */
function dayOf({ boughtAt }: SearchedPurchase): string {
  return boughtAt.slice(0, 10);
}

function key({ symbol, strike }: { symbol: string | null; strike: string | null }): string {
  return JSON.stringify([symbol, strike]);
}

function legKey({ symbol, strike, leg }: SearchedPurchase): string {
  return JSON.stringify([symbol, strike, leg]);
}
