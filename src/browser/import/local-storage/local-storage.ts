import type { DecimalString } from '../../../model/decimal.js';
import type { UnreadableItem, UntakenKey } from '../report/local-storage-report.js';

/** The content of a dump of localStorage, as plain JSON data. */
export interface LocalStorage {
  expirations: readonly ExpirationCorrection[];
  purchases: readonly OptionPurchase[];
  notTaken: readonly UntakenKey[];
  unreadable: readonly UnreadableItem[];
}

/** The content of a dump that was not given. */
export const noLocalStorage: LocalStorage = { expirations: [], purchases: [], notTaken: [], unreadable: [] };

/**
 * A corrected expiration: an item of `wheel_dte_overrides`. The position has no side: the
 * application has none in its key.
 */
export interface ExpirationCorrection {
  symbol: string;
  strike: DecimalString;
  /** The text of `journal.expiration` in the position's key. */
  expiration: string;
  /** The corrected day, `YYYY-MM-DD`. */
  to: string;
  /** Instant in ISO 8601. */
  correctedAt: string;
}

/**
 * A bought option: an item of `journal.v1` of kind `buy_close`, which SQLite has as a `fee` of the
 * whole cost.
 */
export interface OptionPurchase {
  id: string;
  /** Instant in ISO 8601. */
  boughtAt: string;
  symbol: string;
  leg: 'put' | 'call';
  contracts: DecimalString;
  strike: DecimalString;
  /** Price per share. */
  premium: number;
  fees: number;
  /** Cash out, fees included, as the application computed it for the `fee` row: negative. */
  amount: DecimalString;
  /** The day, where `telemetry.events` has it; `journal.v1` does not. */
  expiration: string | null;
}
