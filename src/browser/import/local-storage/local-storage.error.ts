import { JournalDatabaseError } from '../../../model/journal-database.error.js';

/**
 * A dump of localStorage cannot be read. Nothing was written.
 *
 * @remedy Use another dump, or import without a dump. The message names the problem.
 */
export class LocalStorageError extends JournalDatabaseError {
  readonly code = 'LOCAL_STORAGE';

  constructor(
    /** Follows "The dump of localStorage " in the message: a predicate without the full stop. */
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`The dump of localStorage ${problem}. Nothing was written.`, options);
  }
}
