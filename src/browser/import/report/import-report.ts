import { shown } from '../../../model/input-check.js';
import type { LocalStorageReport } from './local-storage-report.js';
import type { InputProblem } from '../../../model/input-check.js';
import type { LegacyFormat, UnreadTable } from '../read/legacy-source.js';

/** A row that was not imported, and why. */
export interface RejectedRow extends Omit<InputProblem, 'index'> {
  table: 'accounts' | 'journal';
  /** Its place in the table, from 1. */
  row: number;
  /** Whether it could be imported but for what is stored under its id already. */
  isConflict?: true;
}

/**
 * Why a value is not the same afterwards. `rounded`: a double's noise beyond eight decimals, or
 * microseconds. `day`: an instant of midnight, in UTC or in the given zone, became its day.
 * `emptied`: empty text became null. `decoded`: JSON that was encoded more than once. `wrapped`:
 * broken JSON, or JSON that is no object, is kept under `meta.legacyMeta`. `unlinked`: an
 * `original_entry_id` that leads nowhere, in a circle, or to an entry with another successor is
 * kept under `meta.legacyOriginalEntryId`. `unmatched`: an edited copy may replace several rows,
 * and is linked to none. `filled`: something missing was supplied. `kept`: an account has another
 * name in the file, and its stored name stays. `undated`: the stored entry has no day, as it was
 * imported without a time zone or before days were stored; it stays as it is.
 */
export type ChangeKind =
  | 'rounded'
  | 'day'
  | 'emptied'
  | 'decoded'
  | 'wrapped'
  | 'unlinked'
  | 'unmatched'
  | 'filled'
  | 'kept'
  | 'undated';

/**
 * A value that is not stored as it stood in the file. A repeated import compares the stored value
 * with the changed one.
 */
export interface ChangedValue {
  kind: ChangeKind;
  table: 'accounts' | 'journal';
  /** Its row's place in the table, from 1. */
  row: number;
  id: string;
  column: string;
  from: string;
  to: string;
}

/** Entries of the file in an account that the file's accounts lack, or have in a rejected row. */
export interface EntriesWithoutAccount {
  accountId: string;
  /** Places of the rows in the journal, from 1. */
  rows: readonly number[];
}

/** How the file says on which days entries happened and options expire: counts of values. */
export interface DayForms {
  /** `YYYY-MM-DD`. */
  dates: number;
  /** Midnight UTC. */
  utcMidnights: number;
  /** The start of a day in the given time zone that is no midnight UTC. */
  localMidnights: number;
  /**
   * Other instants of entries at a full quarter of an hour: each may be the start of a day in
   * another time zone than the given one. Such entries are stored without a day.
   */
  possibleMidnights: number;
  /** The first of them. */
  example: string | null;
}

/** Number and sum of entries. Sums are decimals in plain notation: + in, − out. */
export interface EntryTotals {
  /** Live and deleted ones. */
  entries: number;
  amount: string;
  live: number;
  liveAmount: string;
}

/** An account that the import created, and where it was found. */
export interface CreatedAccount {
  id: string;
  name: string;
  /** `file`: the file's accounts; `entries`: only named by entries, and called after its id. */
  source: 'file' | 'entries';
}

/**
 * Count and exact sum of one group, as computed from the file's rows and as PostgreSQL reports
 * them. The two sides are equal if `fileAmount` + `rounding` = `databaseAmount`.
 */
export interface VerifiedSum {
  /** The account, type or symbol; null for entries without a symbol. */
  key: string | null;
  fileCount: number;
  /** The sum of the amounts with all their digits. */
  fileAmount: string;
  /** What rounding each amount to eight decimals added to the sum. */
  rounding: string;
  databaseCount: number;
  databaseAmount: string;
}

/**
 * The comparison of the file with the database, over all rows that were inserted or were there
 * already.
 */
export interface Verification {
  matches: boolean;
  /** Of live and deleted entries. */
  total: VerifiedSum;
  /** Of the live ones. A row that was removed or amended on the server only counts as deleted. */
  live: VerifiedSum;
  byAccount: VerifiedSum[];
  byType: VerifiedSum[];
  bySymbol: VerifiedSum[];
}

/** Everything that an import did, or with `dryRun` would have done. */
export interface ImportReport {
  file: string;
  format: LegacyFormat;
  timeZone: string | null;
  dryRun: boolean;
  user: { email: string; created: boolean };
  days: DayForms;
  /**
   * Rows of the journal. `unchanged` are stored as they are in the file, or changed on the server
   * only.
   */
  entries: { read: number; inserted: number; unchanged: number; rejected: number };
  /**
   * Rows whose stored entries were marked as deleted, and rows whose content was appended once
   * more.
   */
  merged: { deleted: number; restored: number };
  /**
   * Each row of the file that differs from its stored entry, and how the import treated the
   * difference.
   */
  entryChanges: EntryChange[];
  accounts: { read: number; created: CreatedAccount[]; rejected: number };
  entriesWithoutAccount: readonly EntriesWithoutAccount[];
  /**
   * Columns that the file's journal lacks, as those made before the audit columns do; they were
   * left at their defaults.
   */
  missingColumns: string[];
  /** Tables with rows that are not part of the journal. */
  notImported: readonly UnreadTable[];
  /** Columns that are not known, and were not imported, as `journal.strategy`. */
  unreadColumns: readonly string[];
  rejected: RejectedRow[];
  changes: ChangedValue[];
  /** Before corrections and purchases of localStorage are applied. */
  verification: Verification;
  /** All rows of the file against the entries that are stored for them. */
  totals: {
    file: EntryTotals;
    stored: EntryTotals;
    /**
     * `file` − `stored`: rows that were left out, rounding, and entries that the server removed or
     * amended.
     */
    difference: EntryTotals;
    /** The sum of the amounts of the rows that were left out. */
    leftOut: string;
    /** Rows whose amount is no number, which no sum includes. */
    withoutAmount: number;
  };
  /** What was done with the dump of localStorage; null without one. */
  localStorage: LocalStorageReport | null;
}

/**
 * What became of a row that differs from what is stored. `deleted`: the stored entry was marked as
 * deleted. `replaced`: and the edited copy was appended as its successor. `restored`: a successor
 * with its content was appended. `kept`: the entry was removed or amended on the server only, and
 * stays as it is. `conflict`: the row was not imported.
 */
export type ChangeAction = 'deleted' | 'replaced' | 'restored' | 'kept' | 'conflict';

/** A row of the file that differs from what is stored, and what was done. */
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
  /** The stored entry: its id, and its values of the columns in which the two differ. */
  stored: ChangedColumns;
  /** The same of the row, or of the row that replaces it. */
  file: ChangedColumns;
  /** What was done, or what the trader can do. */
  outcome: string;
}

/** Values by column names; null where there is none. */
export type ChangedColumns = Record<string, string | null>;

/** A value of the file as the report has it. */
export function reported(value: unknown): string {
  return shown(value, 10_000);
}
