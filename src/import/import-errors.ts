import { JournalDatabaseError } from '../database/errors.js';
import type { RejectedRow, Verification, VerifiedSum } from './import-report.js';

/** The zone in which the journal was kept is needed, or is none. */
export class TimeZoneError extends JournalDatabaseError {
  readonly code = 'TIME_ZONE';

  constructor(what: string) {
    super(
      `${what} Give the zone in which the journal was kept, such as --time-zone America/Denver. Nothing was written.`,
    );
  }
}

/** Rows cannot be imported, and were not to be skipped. */
export class ImportRejectedError extends JournalDatabaseError {
  readonly code = 'IMPORT_REJECTED';

  constructor(readonly rejected: readonly RejectedRow[]) {
    super(
      `${rejected.length} problem(s) keep rows from being imported; nothing was written. ` +
        'Correct the file, or import the other rows with --skip-invalid.',
    );
  }
}

/** What is in the database is not what is in the file. */
export class VerificationError extends JournalDatabaseError {
  readonly code = 'VERIFICATION';

  constructor(readonly verification: Verification) {
    const { total, byAccount, byType, bySymbol } = verification;
    const differing = [
      ...differences('entries', [total]),
      ...differences('account', byAccount),
      ...differences('type', byType),
      ...differences('symbol', bySymbol),
    ];
    super(
      'The database does not hold what the file holds; everything was rolled back. ' +
        (differing.slice(0, 5).join('; ') || 'Sums of account, type and symbol together differ') +
        '.',
    );
  }
}

/** Someone else writes to the same journal. */
export class ImportBusyError extends JournalDatabaseError {
  readonly code = 'IMPORT_BUSY';

  constructor(options?: ErrorOptions) {
    super(
      "The user's journal is held by someone else, perhaps by another import; nothing was written. " +
        'Import again when that has finished.',
      options,
    );
  }
}

function differences(what: string, sums: readonly VerifiedSum[]): string[] {
  return sums
    .filter(differs)
    .map(
      ({ key, fileCount, fileAmount, databaseCount, databaseAmount }) =>
        `${what} ${key ?? (what === 'symbol' ? 'none' : 'in all')}: ${fileCount} of ${fileAmount} in the file, ` +
        `${databaseCount} of ${databaseAmount} in the database`,
    );
}

/** Whether the two sides of a verified sum are not the same. */
export function differs(sum: VerifiedSum): boolean {
  return sum.fileCount !== sum.databaseCount || sum.fileAmount !== sum.databaseAmount;
}
