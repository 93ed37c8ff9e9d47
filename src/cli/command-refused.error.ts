import { JournalDatabaseError } from '../model/journal-database.error.js';

/** A command is not run as it was given; the message says what to give instead. */
export class CommandRefusedError extends JournalDatabaseError {
  readonly code = 'COMMAND_REFUSED';
}
