import { JournalDatabaseError } from '../../../model/journal-database.error.js';

/**
 * An import needs a time zone, or the given time zone does not exist. Nothing was written.
 *
 * @remedy Ask the user for an IANA time zone, such as `America/Denver`.
 */
export class TimeZoneError extends JournalDatabaseError {
  readonly code = 'TIME_ZONE';

  constructor(what: string) {
    super(
      `${what} Give the zone in which the journal was kept, such as America/Denver. Nothing was written.`,
    );
  }
}
