import { JournalDatabaseError } from '../../../database/errors/index.js';

/** A legacy file cannot be read as a journal; the message says what is wrong with it and what to do. */
export class LegacyFileError extends JournalDatabaseError {
  readonly code = 'LEGACY_FILE';

  constructor(
    /** The file as it was named to the importer. */
    readonly path: string,
    /** What follows "<path> " in the message: a predicate without the full stop. */
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read the journal: ${path} ${problem}.`, options);
  }
}
