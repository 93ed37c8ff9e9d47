import { JournalDatabaseError } from '../../../model/journal-database.error.js';

/** The zone in which the journal was kept is needed, or is none. */
export class TimeZoneError extends JournalDatabaseError {
  readonly code = 'TIME_ZONE';

  constructor(what: string) {
    super(
      `${what} Give the zone in which the journal was kept, such as America/Denver. Nothing was written.`,
    );
  }
}
