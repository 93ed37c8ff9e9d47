import { JournalDatabaseError } from '../../../model/journal-database.error.js';

/** A dump of localStorage cannot be read; the message says what is wrong with it and what to do. */
export class LocalStorageError extends JournalDatabaseError {
  readonly code = 'LOCAL_STORAGE';

  constructor(
    /**
     * What follows "The dump of localStorage " in the message: a predicate without the full stop.
     */
    problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `The dump of localStorage ${problem}. Expected is a JSON object with a text for each key, as ` +
        'JSON.stringify(localStorage) makes it. Nothing was written.',
      options,
    );
  }
}
