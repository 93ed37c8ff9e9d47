import { InvalidEnvironmentError } from '../config/invalid-environment.error.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';
import { ImportRejectedError, VerificationError } from '../browser/import/import-errors.js';
import { LegacyFileError } from '../browser/import/read/legacy-file.error.js';
import { entryChangesText, rejectedTable } from './import-report.text.js';
import { oneLine, print, printError } from './printing.js';

/** By the code of an error: the option of the command that avoids it. */
export type OptionsByCode = Partial<Record<string, string>>;

/**
 * Says why a command failed: a known error by its message, any other with its stack, for a bug
 * report.
 */
export function failed(error: unknown, asJson: boolean, options: OptionsByCode = {}): void {
  const isKnown = error instanceof JournalDatabaseError || error instanceof InvalidEnvironmentError;
  const { code, message } = isKnown
    ? { code: error.code, message: messageOf(error, options) }
    : { code: 'UNEXPECTED', message: String(error) };
  const { rejected, conflicts } =
    error instanceof ImportRejectedError ? error : { rejected: [], conflicts: [] };
  if (asJson) {
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
  // Not the error itself: one of the database would bring the parameters along, which are people's
  // money.
  printError(!isKnown && error instanceof Error && error.stack ? error.stack : message);
}

/**
 * What the errors leave out, as an application shows them to its users: the path of a file, and
 * options of a command.
 */
function messageOf(error: JournalDatabaseError | InvalidEnvironmentError, options: OptionsByCode): string {
  const file = error instanceof LegacyFileError ? `${oneLine(error.path)}: ` : '';
  const option = options[error.code];
  return `${file}${error.message}${option === undefined ? '' : ` Option: ${option}.`}`;
}
