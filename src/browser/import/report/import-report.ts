import { shown, type InputProblem } from '../../../model/input-check.js';
import type { ExplainedUnmatched } from '../../../figures/explain-unmatched.js';
import type { UnassignedFee } from '../../../figures/ledger/unassigned-fees.js';
import type { LegacyFormat, UnreadTable } from '../read/legacy-source.js';

/** One invalid value of a row of the file. */
export interface RowProblem extends Pick<InputProblem, 'id' | 'value' | 'reason'> {
  /** The column of the file, such as `account_id`. */
  column: string;
}

/** A row that was not imported, and the reason. */
export interface RejectedRow extends RowProblem {
  table: 'accounts' | 'journal';
  /** The row's place in the table, from 1. */
  row: number;
  /** True if the row is valid, but conflicts with the entry stored under its id. */
  isConflict?: true;
}

/**
 * The reason why a value was changed.
 *
 * - `rounded`: digits of a double beyond eight decimals, or microseconds, were dropped.
 * - `day`: the instant of a midnight, in UTC or in the given zone, became a day.
 * - `emptied`: empty text became null.
 * - `normalised`: blanks around a symbol were removed, or `meta.leg`, or `meta.from` of a share
 *   trade, became `put` or `call`.
 * - `decoded`: JSON was encoded more than once.
 * - `wrapped`: broken JSON, or JSON that is not an object, is in `meta.legacyMeta`.
 * - `unlinked`: an `original_entry_id` that leads nowhere, in a cycle, or to an entry with another
 *   successor is in `meta.legacyOriginalEntryId`.
 * - `unmatched`: an edited copy may replace several rows, and is not linked.
 * - `filled`: a missing value was supplied.
 * - `kept`: an account has another name or `closed_at` in the file; the stored value is unchanged.
 * - `undated`: the stored entry has no day, because it was imported without a time zone or before
 *   days were stored; it is unchanged.
 */
export type ChangeKind =
  | 'rounded'
  | 'day'
  | 'emptied'
  | 'normalised'
  | 'decoded'
  | 'wrapped'
  | 'unlinked'
  | 'unmatched'
  | 'filled'
  | 'kept'
  | 'undated';

/**
 * A value that is stored differently from the file. A repeated import compares the stored value
 * with the changed one.
 */
export interface ChangedValue {
  kind: ChangeKind;
  table: 'accounts' | 'journal';
  /** The row's place in the table, from 1. */
  row: number;
  id: string;
  column: string;
  from: string;
  to: string;
}

/** A changed value of a known row. */
export type ValueChange = Omit<ChangedValue, 'table' | 'row' | 'id'>;

/** Entries in an account that the file does not contain, or contains in a rejected row. */
export interface EntriesWithoutAccount {
  accountId: string;
  /** Places of the rows in the journal, from 1. */
  rows: readonly number[];
}

/** Counts of the forms in which the file stores days of entries and expirations. */
export interface DayForms {
  /** `YYYY-MM-DD`. */
  dates: number;
  /** Midnight UTC. */
  utcMidnights: number;
  /** The start of a day in the given time zone that is not midnight UTC. */
  localMidnights: number;
  /**
   * Other instants of entries at a multiple of 15 minutes: possibly the start of a day in another
   * time zone than the given one. These entries are stored without a day.
   */
  possibleMidnights: number;
  /** The first possible midnight. */
  example: string | null;
}

/** Number and sum of entries. Sums are decimals in plain notation: + in, − out. */
export interface EntryTotals {
  /** Number of entries, live and deleted. */
  entries: number;
  amount: string;
  /** Number of live entries. */
  live: number;
  liveAmount: string;
}

/** An account that the import created. */
export interface CreatedAccount {
  id: string;
  name: string;
  /** `file`: from the file's accounts. `entries`: only entries name it; its name is its id. */
  source: 'file' | 'entries';
}

/**
 * Count and exact sum of one group, computed from the file and by PostgreSQL. They match if
 * `fileAmount` + `rounding` = `databaseAmount`. Sums are decimals in plain notation: + in, − out.
 */
export interface VerifiedSum {
  /** The account, type or symbol; null for entries without a symbol. */
  key: string | null;
  fileCount: number;
  /** The exact sum of the unrounded amounts. */
  fileAmount: string;
  /** The effect on the sum of rounding each amount to eight decimals. */
  rounding: string;
  databaseCount: number;
  databaseAmount: string;
}

/** Comparison of the file with the database, over all rows that are stored after the import. */
export interface Verification {
  matches: boolean;
  /** Live and deleted entries. */
  total: VerifiedSum;
  /** Live entries. A row that was removed or amended only on the server counts as deleted. */
  live: VerifiedSum;
  byAccount: VerifiedSum[];
  byType: VerifiedSum[];
  bySymbol: VerifiedSum[];
}

/** Result of an import; with `dryRun`, the result that was rolled back. */
export interface ImportReport {
  file: string;
  format: LegacyFormat;
  timeZone: string | null;
  dryRun: boolean;
  user: { email: string; created: boolean };
  days: DayForms;
  /**
   * Numbers of journal rows. `unchanged`: the stored entry equals the row, or was changed on the
   * server only.
   */
  entries: { read: number; inserted: number; unchanged: number; rejected: number };
  /** Rows whose stored entries were marked as deleted, and rows that were appended again. */
  merged: { deleted: number; restored: number };
  /** Rows that differ from their stored entries, and how the import resolved each difference. */
  entryChanges: EntryChange[];
  accounts: { read: number; created: CreatedAccount[]; rejected: number };
  entriesWithoutAccount: readonly EntriesWithoutAccount[];
  /** Columns that the file's journal lacks; their values are the defaults. */
  missingColumns: string[];
  /** Tables of the file that are not part of the journal, with their row counts. */
  notImported: readonly UnreadTable[];
  /** Unknown columns that were not imported, such as `journal.strategy`. */
  unreadColumns: readonly string[];
  rejected: RejectedRow[];
  changes: ChangedValue[];
  /** Computed before the items of localStorage are applied. */
  verification: Verification;
  /** All rows of the file, compared with the entries stored for them. */
  totals: {
    file: EntryTotals;
    stored: EntryTotals;
    /** `file` − `stored`: rejected rows, rounding, entries removed or amended on the server. */
    difference: EntryTotals;
    /** Sum of the amounts of rejected rows. */
    leftOut: string;
    /** Number of rows whose amount is not a number; no sum includes them. */
    withoutAmount: number;
  };
  /** Result for the dump of localStorage; null without one. */
  localStorage: LocalStorageReport | null;
  /** Entries that the figures cannot place; null without `checkFigures`. */
  figures: UnplacedEntries | null;
}

/**
 * Entries of the user's whole journal that the figures cannot place after the import, in the order
 * of the ledger. A trader should check them. They can be older than the import.
 */
export interface UnplacedEntries {
  /** Closings without an opening, and other entries that affect cash only. */
  unmatched: ExplainedUnmatched[];
  /** Fees that belong to no trade. */
  unassignedFees: UnassignedFee[];
}

/**
 * How the import resolved the difference between a row and its stored entry.
 *
 * - `deleted`: the stored entry was marked as deleted.
 * - `replaced`: it was marked as deleted, and the edited copy was appended as its successor.
 * - `restored`: a successor with its content was appended.
 * - `kept`: the entry was removed or amended on the server or by an import of a newer file, and was
 *   not changed.
 * - `conflict`: the row was not imported.
 */
export type ChangeAction = 'deleted' | 'replaced' | 'restored' | 'kept' | 'conflict';

/** A row of the file that differs from its stored entry, and the outcome. */
export interface EntryChange {
  action: ChangeAction;
  /** Place of the row in the file's journal, from 1. */
  row: number;
  id: string;
  symbol: string | null;
  type: string;
  /** The day of the entry, or else its instant in ISO form. */
  date: string;
  /** + in, − out. */
  amount: string;
  /** The id of the stored entry, and its values of the differing columns. */
  stored: ChangedColumns;
  /** The id and values of the row, or of the row that replaces it. */
  file: ChangedColumns;
  /** Text for the trader: what was done, or how to resolve a conflict. */
  outcome: string;
}

/** Values by column name; null for a column without a value. */
export type ChangedColumns = Record<string, string | null>;

/** A value of the file, shortened for the report. */
export function reported(value: unknown): string {
  return shown(value, 10_000);
}

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

/** A key of localStorage whose items are not imported. */
export interface UntakenKey {
  key: string;
  items: number;
  /** What the items are. */
  what: string;
}

/** An item of localStorage that is not imported, because its form is unknown. */
export interface UnreadableItem {
  key: string;
  /** The key of the item, or its index in the list; null for the whole text. */
  item: string | null;
  reason: string;
}
