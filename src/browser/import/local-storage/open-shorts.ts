import { Decimal } from '../../../database/entities/decimal.js';
import type { EntryRecord } from '../../../database/repositories/new-entry.js';
import type { OptionPurchase } from './local-storage.js';

interface Movement {
  /** The day of the entry, `YYYY-MM-DD`. */
  day: string;
  expiration: string | null;
  leg: unknown;
  /** Opened: above zero; closed: below. */
  contracts: Decimal;
}

/** The short positions with the symbol and strike of a purchase: what the application records as a purchase may close one. */
export class OpenShorts {
  readonly #movements = new Map<string, Movement[]>();

  constructor(purchases: readonly Pick<OptionPurchase, 'symbol' | 'strike'>[]) {
    for (const purchase of purchases) this.#movements.set(key(purchase), []);
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
   * A short position of the leg, symbol and strike that was open on the day of the purchase (UTC). Of what was closed on that day it is not
   * known whether it was closed before.
   */
  closedBy(purchase: OptionPurchase): { expiration: string | null } | undefined {
    const day = purchase.boughtAt.slice(0, 10);
    const open = new Map<string | null, Decimal>();
    for (const { day: moved, expiration, leg, contracts } of this.#movements.get(key(purchase)) ?? []) {
      if (leg !== undefined && leg !== purchase.leg) continue;
      if (expiration !== null && expiration < day) continue;
      if (contracts.isPositive() ? moved > day : moved >= day) continue;
      open.set(expiration, (open.get(expiration) ?? new Decimal(0)).plus(contracts));
    }
    const [position] = [...open].filter(([, contracts]) => contracts.greaterThan(0));
    return position && { expiration: position[0] };
  }
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

function key({ symbol, strike }: { symbol: string | null; strike: string | null }): string {
  return JSON.stringify([symbol, strike]);
}
