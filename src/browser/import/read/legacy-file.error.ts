import { JournalDatabaseError } from '../../../model/journal-database.error.js';

/**
 * A file cannot be read as a journal. The message says what is wrong with it and what to do, and
 * leaves out the path.
 */
export class LegacyFileError extends JournalDatabaseError {
  readonly code = 'LEGACY_FILE';

  constructor(
    /**
     * As it was given to the importer: of an upload it is a temporary path, which is not for its
     * user.
     */
    readonly path: string,
    /** What follows "the file " in the message: a predicate without the full stop. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read the journal: the file ${problem}.`, options);
  }
}
