import { InvalidEnvironmentError } from '../config/invalid-environment.error.js';
import { JournalDatabaseError } from '../database/errors/index.js';
import { ImportRejectedError, VerificationError } from '../browser/import/import-errors.js';
import { entryChangesText, rejectedTable } from './import-report.text.js';
import { print, printError } from './printing.js';

/** Says why a command failed: a known error by its message alone, any other with its stack, for a bug report. */
export function failed(error: unknown, asJson: boolean): void {
  const isKnown = error instanceof JournalDatabaseError || error instanceof InvalidEnvironmentError;
  const { rejected, conflicts } =
    error instanceof ImportRejectedError ? error : { rejected: [], conflicts: [] };
  if (asJson) {
    const { code, message } = isKnown ? error : { code: 'UNEXPECTED', message: String(error) };
    const { verification } = error instanceof VerificationError ? error : {};
    const details = {
      ...(rejected.length > 0 && { rejected, conflicts }),
      ...(verification && { verification }),
    };
    print(JSON.stringify({ error: { code, message, ...details } }, null, 2));
    return;
  }
  if (rejected.length > 0) printError(rejectedTable(rejected));
  if (conflicts.length > 0) printError(entryChangesText(conflicts));
  // Not the error itself: one of the database would bring the parameters along, which are people's money.
  printError(isKnown ? error.message : error instanceof Error && error.stack ? error.stack : String(error));
}
