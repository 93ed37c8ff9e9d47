import type { LegacyCells } from '../../support/legacy-journals.js';

/** An option position as the browser application displays it. */
interface BrowserPosition {
  symbol: string;
  strike: number;
  /** Copied from the row: a date or a timestamp. */
  expiration: string;
  qty: number;
  entry: number;
  opened: string;
}

/** A share lot as the browser application displays it. */
interface BrowserLot {
  symbol: string;
  qty: number;
  costPerShare: number;
}

/**
 * Calculates figures by the rules of the browser application (commit 9289aeb): it processes live
 * rows from newest to oldest by second, and calculates in doubles.
 */
export class BrowserFigures {
  /** Rows of the same second keep the order of the table. */
  readonly #rows: readonly LegacyCells[];

  /** @param rows in the order of the table */
  constructor(rows: readonly LegacyCells[]) {
    const live = rows.filter((row) => (row['deleted_at'] ?? null) === null);
    this.#rows = live.toSorted((one, other) => secondOf(other) - secondOf(one));
  }

  positions(): BrowserPosition[] {
    const positions = new Map<string, BrowserPosition>();
    for (const row of this.#rows) {
      const isOpening = row['type'] === 'sell_to_open' || row['type'] === 'option_premium';
      if (!(isOpening || row['type'] === 'buy_to_close') || !isOfContract(row)) continue;
      const position = positions.get(keyOf(row)) ?? newPosition(row);
      positions.set(keyOf(row), position);
      const contracts = contractsOf(row);
      if (isOpening) open(position, contracts, Math.abs(Number(row['amount'])) / contracts / 100);
      else position.qty -= contracts;
    }
    for (const row of this.#rows.filter(isAssignment)) {
      const position = positions.get(keyOf(row));
      if (position) position.qty = Math.max(0, position.qty - contractsOf(row));
    }
    return [...positions.values()].filter(({ qty }) => qty > 0);
  }

  lots(): BrowserLot[] {
    const held = new Map<string, { qty: number; cost: number }>();
    for (const { symbol, type, qty, amount } of this.#rows) {
      if (!symbol) continue;
      const name = String(symbol);
      const shares = Math.abs(Number(qty ?? 0));
      const lot = held.get(name);
      if (type === 'assignment_shares') {
        const { qty: before, cost } = lot ?? { qty: 0, cost: 0 };
        held.set(name, { qty: before + shares, cost: cost + Math.abs(Number(amount)) });
      } else if (type === 'share_sale' && lot) {
        const average = lot.qty > 0 ? lot.cost / lot.qty : 0;
        const left = Math.max(0, lot.qty - shares);
        held.set(name, { qty: left, cost: left * average });
      }
    }
    return [...held]
      .filter(([, { qty }]) => qty > 0)
      .map(([symbol, { qty, cost }]) => ({ symbol, qty, costPerShare: cost / qty }));
  }
}

function newPosition({ symbol, strike, expiration, ts }: LegacyCells): BrowserPosition {
  return {
    symbol: String(symbol),
    strike: Number(strike),
    expiration: String(expiration),
    qty: 0,
    entry: 0,
    opened: String(ts).slice(0, 10),
  };
}

/** Weights the average premium by the remaining contracts. An average of zero is discarded. */
function open(position: BrowserPosition, contracts: number, premium: number): void {
  position.qty += contracts;
  const weight = position.qty || 1;
  const earlier = position.entry * (weight - contracts);
  position.entry = position.entry === 0 ? premium : (earlier + premium * contracts) / weight;
}

function isAssignment(row: LegacyCells): boolean {
  return row['type'] === 'expiration' && isOfContract(row) && metaOf(row)?.['assigned'] === true;
}

/** Decodes `meta` once; a doubly encoded value stays a string. */
function metaOf({ meta }: LegacyCells): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(String(meta));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isOfContract({ strike, expiration }: LegacyCells): boolean {
  return Boolean(strike) && Boolean(expiration);
}

/** The quantity of the row, 1 by default. */
function contractsOf({ qty }: LegacyCells): number {
  return Number(qty) || 1;
}

function keyOf({ symbol, strike, expiration }: LegacyCells): string {
  return JSON.stringify([symbol, strike, expiration]);
}

/** Seconds since 1970, like `datetime(ts)` of SQLite. */
function secondOf({ ts }: LegacyCells): number {
  const text = String(ts);
  const isInUtc = /^\d{4}-\d{2}-\d{2} [\d:.]+$/.test(text);
  return Math.floor(Date.parse(isInUtc ? `${text.replace(' ', 'T')}Z` : text) / 1000);
}
