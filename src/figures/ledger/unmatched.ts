import type { DecimalString } from '../../model/decimal.js';
import { decimalOf } from '../units.js';
import type { LedgerEntry } from './ledger-entry.js';
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
  /** The part of the amount that belongs to them: + received, − paid. */
  cash: DecimalString;
}

/** Collects the unmatched entries of an account or a symbol, and nothing else. */
export class UnmatchedEntries implements LedgerReport {
  readonly rows: UnmatchedEntry[] = [];

  constructor(private readonly includes: (entry: LedgerEntry) => boolean) {}

  closed(): void {}

  income(): void {}

  unmatched(entry: LedgerEntry, pieces: bigint, cash: bigint): void {
    if (!this.includes(entry)) return;
    const { accountId, symbol } = entry.holding;
    this.rows.push({ id: entry.id, accountId, symbol, quantity: decimalOf(pieces), cash: decimalOf(cash) });
  }
}
