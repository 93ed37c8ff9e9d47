import { JournalDatabaseError } from '../../../model/journal-database.error.js';

/**
 * A file cannot be read as a journal, or exceeds a limit. Nothing was written. `problem` names the
 * reason.
 *
 * @remedy Use another file, or higher `limits`. The message names the next step, but not the path.
 */
export class LegacyFileError extends JournalDatabaseError {
  readonly code = 'LEGACY_FILE';

  constructor(
    /** The path given to the importer. Do not show it to users who uploaded the file. */
    readonly path: string,
    /** Follows "the file " in the message: a predicate without the full stop. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read the journal: the file ${problem}.`, options);
  }
}
