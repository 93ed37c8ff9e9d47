import type { NewAccount } from '../../../accounts/new-account.js';
import type { RowProblem, ValueChange } from '../report/import-report.js';
import type { LegacyRow } from '../read/legacy-source.js';
import { RowReader } from './row-reader.js';

/** An account of a file. Without `closedAt`, the file does not say whether it is closed. */
export type ImportedAccount = NewAccount & { id: string; closedAt?: Date | null };

/** A legacy row as an account. May be stored only without `problems`. */
export interface ConvertedAccount {
  record: ImportedAccount;
  problems: RowProblem[];
  changes: ValueChange[];
}

/**
 * Converts a row of the legacy `accounts`. An account without a name gets its id as its name.
 *
 * @param place the row's place in the table, from 1
 */
export function convertAccount(legacy: LegacyRow, place: number): ConvertedAccount {
  const row = new RowReader(legacy, place);
  const id = row.text('id') as string;
  let name = row.text('name');
  if (!name) {
    row.change('filled', 'name', name, id);
    name = id;
  }
  const closedAt = row.has('closed_at') ? { closedAt: row.instant('closed_at') } : {};
  return { record: { id, name, ...closedAt }, problems: row.problems, changes: row.changes };
}
