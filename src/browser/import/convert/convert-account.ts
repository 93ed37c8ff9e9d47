import type { NewAccount } from '../../../accounts/new-account.js';
import type { InputProblem } from '../../../model/input-check.js';
import type { ChangedValue } from '../report/import-report.js';
import type { LegacyRow } from '../read/legacy-source.js';
import { RowReader } from './row-reader.js';

/** A legacy row as an account. May be stored only without `problems`. */
export interface ConvertedAccount {
  record: NewAccount & { id: string };
  problems: Omit<InputProblem, 'index'>[];
  changes: ChangedValue[];
}

/**
 * Converts a row of the legacy `accounts`. An account without a name gets its id as its name.
 *
 * @param place the row's place in the table, from 1
 */
export function convertAccount(legacy: LegacyRow, place: number): ConvertedAccount {
  const row = new RowReader('accounts', legacy, place);
  const id = row.text('id') as string;
  let name = row.text('name');
  if (!name) {
    row.change('filled', 'name', name, id);
    name = id;
  }
  return { record: { id, name }, problems: row.problems, changes: row.changes };
}
