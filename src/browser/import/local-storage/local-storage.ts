import type { DecimalString } from '../../../model/decimal.js';
import type { UnreadableItem, UntakenKey } from '../report/import-report.js';

/** The content of a dump of localStorage, as plain JSON data. */
export interface LocalStorage {
  expirations: readonly ExpirationCorrection[];
  purchases: readonly OptionPurchase[];
  notTaken: readonly UntakenKey[];
  unreadable: readonly UnreadableItem[];
}

export const noLocalStorage: LocalStorage = { expirations: [], purchases: [], notTaken: [], unreadable: [] };

/** A corrected expiration: an item of `wheel_dte_overrides`, whose key names no side or leg. */
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

/** A bought option: a `buy_close` of `journal.v1`. SQLite has a `fee` of its whole cost instead. */
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
  /** The day, if `telemetry.events` names it; `journal.v1` does not. */
  expiration: string | null;
}
