import { DateTime, FixedOffsetZone, IANAZone } from 'luxon';
import { TimeZoneError } from '../import-errors.js';
import { readInstant } from './instant.js';

/** The day that an expiration means, or why it means none. */
export type ExpirationDay = { day: string; shifted: boolean } | { reason: string };

const plainDay = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads expirations, which the browser application wrote as `YYYY-MM-DD` or as the instant of local midnight in its user's own
 * time zone: 15 December is `2025-12-15T07:00:00.000Z` in Denver and `2025-12-14T13:00:00.000Z` in Sydney.
 */
export class ExpirationCalendar {
  readonly #read = new Map<string, ExpirationDay>();

  /** @throws TimeZoneError if the zone is not in the IANA database */
  constructor(private readonly zone: string | undefined) {
    if (zone !== undefined && !IANAZone.isValidZone(zone))
      throw new TimeZoneError(`"${zone}" is not a time zone.`);
  }

  /** @throws TimeZoneError if the text is an instant and no zone was given */
  day(text: string): ExpirationDay {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const read = plainDay.test(text) ? { day: text, shifted: false } : this.#dayOfMidnight(text);
    this.#read.set(text, read);
    return read;
  }

  #dayOfMidnight(text: string): ExpirationDay {
    const read = readInstant(text);
    if (read === undefined)
      return { reason: 'must be a day as YYYY-MM-DD, or the instant of its local midnight' };
    if (this.zone === undefined) {
      throw new TimeZoneError(
        `The file holds expirations as instants of local midnight (${text}, midnight at ${offsetsOfMidnight(read.instant)}), ` +
          'so the days that they mean depend on a time zone.',
      );
    }
    const local = DateTime.fromJSDate(read.instant, { zone: this.zone });
    // In some zones summer time begins at midnight, and the day at one o'clock.
    if (+local !== +local.startOf('day')) {
      const hint = `midnight at ${offsetsOfMidnight(read.instant)}; was the journal kept in another zone?`;
      return { reason: `is not midnight in ${this.zone} but ${hint}` };
    }
    return { day: local.toISODate() ?? text, shifted: true };
  }
}

const dayMinutes = 24 * 60;

/** The offsets from UTC, of those in use (−12 to +14 hours), at which an instant is midnight. */
function offsetsOfMidnight(instant: Date): string {
  const minutes = instant.getUTCHours() * 60 + instant.getUTCMinutes();
  const offsets = [-minutes, dayMinutes - minutes].filter(
    (offset) => offset >= -12 * 60 && offset <= 14 * 60,
  );
  return offsets.map((offset) => FixedOffsetZone.instance(offset).name).join(' or ');
}
