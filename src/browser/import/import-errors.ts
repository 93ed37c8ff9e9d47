import { howToMigrate } from '../../driver/failures/how-to-migrate.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';
import { differs } from './check/control-totals.js';
import type { EntryChange, RejectedRow, Verification, VerifiedSum } from './report/import-report.js';

/**
 * Rows cannot be imported, and `skipInvalid` is not set. Nothing was written. `rejected` lists the
 * rows, `conflicts` both sides of each conflict.
 *
 * @remedy Correct the file, resolve the conflicts, or import with `skipInvalid`.
 */
export class ImportRejectedError extends JournalDatabaseError {
  readonly code = 'IMPORT_REJECTED';

  constructor(
    readonly rejected: readonly RejectedRow[],
    /** Conflicting rows of the journal: both versions, and how to resolve the conflict. */
    readonly conflicts: readonly EntryChange[] = [],
  ) {
    const inConflict = new Set(
      rejected.filter(({ isConflict }) => isConflict).map(({ row, table }) => `${table} ${row}`),
    );
    const remedy =
      inConflict.size > 0
        ? `${inConflict.size} row(s) conflict with stored entries that were changed on the server or have other content. ` +
          'Leave these rows out, which keeps the stored entries, or change the entries on the server first; ' +
          'the report says how for each row.'
        : 'Correct the file, or leave these rows out.';
    super(`${rejected.length} problem(s) keep rows from being imported; nothing was written. ${remedy}`);
  }
}

/**
 * Counts or sums of the database differ from those of the file after the import. Everything was
 * rolled back. `verification` has all sums.
 *
 * @remedy Report the message as a defect of this package. The journal is unchanged.
 */
export class VerificationError extends JournalDatabaseError {
  readonly code = 'VERIFICATION';

  constructor(readonly verification: Verification) {
    const { total, live, byAccount, byType, bySymbol } = verification;
    const differing = [
      ...differences('entries', [total]),
      ...differences('live entries', [live]),
      ...differences('account', byAccount),
      ...differences('type', byType),
      ...differences('symbol', bySymbol),
    ];
    super(
      'Counts or sums in the database differ from those of the file; everything was rolled back. ' +
        (differing.slice(0, 5).join('; ') || 'Sums of account, type and symbol together differ') +
        '.',
    );
  }
}

/**
 * The database refused a statement of an import, or the connection was lost. The message says if it
 * is certain that nothing was written.
 *
 * @remedy Import again, or correct the cause first. Repeating an import stores nothing twice.
 */
export class ImportFailedError extends JournalDatabaseError {
  readonly code = 'IMPORT_FAILED';

  constructor(
    /** SQLSTATE or the operating system's code, if there is one. */
    readonly reason: string | undefined,
    message: string,
    options?: ErrorOptions,
  ) {
    super(
      `The database refused the import (${message}). ${remedies[reason ?? ''] ?? 'Import again: nothing is stored twice.'}`,
      options,
    );
  }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const remedies: Readonly<Record<string, string>> = {
  57014:
    'Nothing was written. A statement took too long or was cancelled; raise DATABASE_STATEMENT_TIMEOUT_MS.',
  DATABASE_READ_ONLY: 'Nothing was written. The server is read-only; connect to the primary.',
  42501:
    'Nothing was written. The login role of DATABASE_URL lacks a privilege; grant it as the owner of the tables.',
  42703: `Nothing was written. The database lacks a column of this release; run the pending migrations: ${howToMigrate}.`,
};

/**
 * The signal of an import was aborted. Nothing was written.
 *
 * @remedy Import again.
 */
export class ImportInterruptedError extends JournalDatabaseError {
  readonly code = 'IMPORT_INTERRUPTED';

  constructor(options?: ErrorOptions) {
    super('The import was interrupted; nothing was written. Import again.', options);
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
