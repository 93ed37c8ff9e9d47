import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * A command of `journal-db` refuses its arguments. Nothing was changed.
 *
 * @remedy The message says what to give instead.
 */
export class CommandRefusedError extends JournalDatabaseError {
  readonly code = 'COMMAND_REFUSED';
}
