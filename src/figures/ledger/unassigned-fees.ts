import type { DecimalString } from '../../model/decimal.js';
import type { LedgerEntry } from './ledger-entry.js';
import type { LedgerReport } from './report.js';
import { decimalOf } from './units.js';

/**
 * A fee that belongs to no trade. Its id extends the id of a corporate action, a transfer, received
 * shares or an expiry; or it extends the id of no entry, and its account, symbol and instant have
 * no trade or several trades. The fee is part of no proceeds and no basis.
 */
export interface UnassignedFee {
  id: string;
  accountId: string;
  symbol: string | null;
  /** The day on which the fee counts, `YYYY-MM-DD`. */
  day: string;
  /** − paid, + refunded. */
  amount: DecimalString;
}

/** Collects the selected fees that belong to no trade. */
export class UnassignedFees implements LedgerReport {
  /** In the order of the ledger. */
  readonly rows: UnassignedFee[] = [];

  constructor(private readonly includes: (entry: LedgerEntry) => boolean) {}

  unassignedFee(fee: LedgerEntry): void {
    const { id, holding, day, amount } = fee;
    if (!this.includes(fee)) return;
    const { accountId, symbol } = holding;
    this.rows.push({ id, accountId, symbol, day, amount: decimalOf(amount) });
  }
}
