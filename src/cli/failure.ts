import { JournalDatabaseError } from '../model/journal-database.error.js';
import { ImportRejectedError, VerificationError } from '../browser/import/import-errors.js';
import { LegacyFileError } from '../browser/import/reader/legacy-file.error.js';
import { entryChangesText, rejectedTable } from './import-report.text.js';
import { oneLine, print, printError } from './printing.js';

/** The option of a command that avoids an error, by the code of the error. */
export type OptionsByCode = Partial<Record<string, string>>;

/** Prints the error of a command: the message of a known error, the stack of any other. */
export function reportFailure(error: unknown, asJson: boolean, options: OptionsByCode = {}): void {
  const isKnown = error instanceof JournalDatabaseError;
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
  // Not the error object: an error of the database has the parameters, which are private data.
  printError(!isKnown && error instanceof Error && error.stack ? error.stack : message);
}

/**
 * Adds the path of the file and the command's option. Errors do not contain them, because
 * applications show messages to their users.
 */
function messageOf(error: JournalDatabaseError, options: OptionsByCode): string {
  const isOfFile = error instanceof LegacyFileError;
  // Names of tables and columns of the file may contain line feeds.
  const message = isOfFile ? oneLine(`${error.path}: ${error.message}`) : error.message;
  const option = options[error.code];
  return `${message}${option === undefined ? '' : ` Option: ${option}.`}`;
}
