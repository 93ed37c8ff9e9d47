import type { DecimalString } from '../../model/decimal.js';
import { decimalOf } from './units.js';
import { compareEntries, type LedgerEntry } from './ledger-entry.js';
import type { LedgerReport } from './report.js';

/**
 * An entry, or a part of it, that closes or moves nothing that is open. It affects cash only: check
 * whether an earlier entry is missing, or has a wrong day, strike or quantity.
 */
export interface UnmatchedEntry {
  id: string;
  accountId: string;
  symbol: string | null;
  /** Shares or contracts without a counterpart, with eight places; 0 if the entry states none. */
  quantity: DecimalString;
  /** The part of the amount that belongs to `quantity`: + received, − paid. */
  cash: DecimalString;
}

/** Collects the unmatched entries of an account or a symbol, and nothing else. */
export class UnmatchedEntries implements LedgerReport {
  readonly #found: { entry: LedgerEntry; pieces: bigint; cash: bigint }[] = [];

  constructor(private readonly includes: (entry: LedgerEntry) => boolean) {}

  unmatched(entry: LedgerEntry, pieces: bigint, cash: bigint): void {
    if (this.includes(entry)) this.#found.push({ entry, pieces, cash });
  }

  /** In the order of the ledger. */
  rows(): UnmatchedEntry[] {
    return this.#found
      .sort((left, right) => compareEntries(left.entry, right.entry))
      .map(({ entry, pieces, cash }) => unmatchedEntry(entry, pieces, cash));
  }
}

export function unmatchedEntry({ id, holding }: LedgerEntry, pieces: bigint, cash: bigint): UnmatchedEntry {
  const { accountId, symbol } = holding;
  return { id, accountId, symbol, quantity: decimalOf(pieces), cash: decimalOf(cash) };
}
