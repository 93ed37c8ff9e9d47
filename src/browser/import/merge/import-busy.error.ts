import { JournalDatabaseError } from '../../../model/journal-database.error.js';

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
