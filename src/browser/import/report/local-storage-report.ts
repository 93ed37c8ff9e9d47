/** Result of an import for the items of a dump of localStorage. */
export interface LocalStorageReport {
  expirations: ExpirationOutcome[];
  purchases: PurchaseOutcome[];
  notTaken: readonly UntakenKey[];
  unreadable: readonly UnreadableItem[];
}

/** Outcome of a corrected expiration. */
export interface ExpirationOutcome {
  symbol: string;
  strike: string;
  /** The uncorrected day, `YYYY-MM-DD`, or the text in its place if it is not a day. */
  from: string;
  /** The corrected day, `YYYY-MM-DD`. */
  to: string;
  /** Instant in ISO 8601. */
  correctedAt: string;
  /** Ids of entries that were amended. */
  amended: string[];
  /** Ids of entries that already had the corrected day. */
  unchanged: string[];
  /** Entries that were not amended, and why; `id` is null if no entry matches. */
  notApplied: { id: string | null; reason: string }[];
}

/** Outcome of a bought option, which the file contains as a `fee`. */
export interface PurchaseOutcome {
  /** The id in `journal.v1`. */
  purchase: string;
  /** The id of the matching `fee` in the file. */
  fee: string | null;
  /** Instant in ISO 8601. */
  boughtAt: string;
  symbol: string;
  leg: 'put' | 'call';
  contracts: string;
  strike: string;
  /** `YYYY-MM-DD`; null if the browser does not know it. */
  expiration: string | null;
  /** Cash including fees: negative. */
  amount: string;
  outcome: 'amended' | 'unchanged' | 'notApplied';
  /** Why the purchase was not applied. */
  reason: string | null;
}

/** A key whose items are not taken. */
export interface UntakenKey {
  key: string;
  items: number;
  /** What the items are. */
  what: string;
}

/** An item of a key that should have been taken, but is not as the application writes it. */
export interface UnreadableItem {
  key: string;
  /** Its key or place in the list; null for the whole text. */
  item: string | null;
  reason: string;
}
