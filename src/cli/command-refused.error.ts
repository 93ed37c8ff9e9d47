import { JournalDatabaseError } from '../model/journal-database.error.js';

/** A command refuses its arguments. Nothing was changed; the message says what to give instead. */
export class CommandRefusedError extends JournalDatabaseError {
  readonly code = 'COMMAND_REFUSED';
}
