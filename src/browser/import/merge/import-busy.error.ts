import { JournalDatabaseError } from '../../../model/journal-database.error.js';

/**
 * Another session holds locks on the user's journal, perhaps another import. Nothing was written.
 *
 * @remedy Import again later.
 */
export class ImportBusyError extends JournalDatabaseError {
  readonly code = 'IMPORT_BUSY';

  constructor(options?: ErrorOptions) {
    super(
      "Another session is changing the user's journal, perhaps another import; nothing was written. " +
        'Import again when that session has finished.',
      options,
    );
  }
}
