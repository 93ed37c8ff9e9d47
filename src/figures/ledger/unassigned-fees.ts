import type { DecimalString } from '../../model/decimal.js';
import { dayText } from './calendar.js';
import type { LedgerEntry } from './ledger-entry.js';
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

export function unassignedFee({ id, holding, day, amount }: LedgerEntry): UnassignedFee {
  const { accountId, symbol } = holding;
  return { id, accountId, symbol, day: dayText(day), amount: decimalOf(amount) };
}
