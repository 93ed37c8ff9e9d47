/** What an import did with the items of a dump of localStorage. */
export interface LocalStorageReport {
  expirations: ExpirationOutcome[];
  purchases: PurchaseOutcome[];
  notTaken: readonly UntakenKey[];
  unreadable: readonly UnreadableItem[];
}

/** What became of a corrected expiration. */
export interface ExpirationOutcome {
  symbol: string;
  strike: string;
  /**
   * The uncorrected day, `YYYY-MM-DD`. If the key of the position names no day, the text in its
   * place.
   */
  from: string;
  to: string;
  /** Instant in ISO 8601. */
  correctedAt: string;
  /** Ids of the file's entries that were amended, and of those that had the correction already. */
  amended: string[];
  unchanged: string[];
  notApplied: { id: string | null; reason: string }[];
}

/** What became of a bought option. */
export interface PurchaseOutcome {
  /** The id in `journal.v1`. */
  purchase: string;
  /** The id of the `fee` in the file. */
  fee: string | null;
  /** Instant in ISO 8601. */
  boughtAt: string;
  symbol: string;
  leg: 'put' | 'call';
  contracts: string;
  strike: string;
  /** `YYYY-MM-DD`; null where the browser does not know it. */
  expiration: string | null;
  amount: string;
  outcome: 'amended' | 'unchanged' | 'notApplied';
  /** Why it was not applied. */
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
