import { DateTime, FixedOffsetZone, IANAZone } from 'luxon';
import { TimeZoneError } from '../import-errors.js';
import { readInstant } from './instant.js';

/** The day that an expiration means, or why it means none. */
export type ExpirationDay = { day: string; shifted: boolean } | { reason: string };

const plainDay = /^\d{4}-\d{2}-\d{2}$/;
const midnightUtc = /^\d{4}-\d{2}-\d{2}T00:00:00(\.0+)?Z$/;

/**
 * Reads the days that a trader typed. The browser application stored a day as midnight UTC until 13 November
 * 2025, and since then as the instant of local midnight: 15 December is `2025-12-15T00:00:00.000Z` in the old
 * form, `2025-12-15T07:00:00.000Z` in Denver and `2025-12-14T13:00:00.000Z` in Sydney. One file can hold both
 * forms. They do not collide: midnight UTC is local midnight only where the offset is zero, of the same day.
 */
export class TypedDays {
  readonly #read = new Map<string, ExpirationDay>();

  /** @throws TimeZoneError if the zone is not in the IANA database */
  constructor(private readonly zone: string | undefined) {
    if (zone !== undefined && !IANAZone.isValidZone(zone))
      throw new TimeZoneError(`"${zone}" is not a time zone.`);
  }

  /**
   * The day of an expiration, which is always a day.
   *
   * @throws TimeZoneError if the text is neither a day nor midnight UTC, and no zone was given
   */
  expiration(text: string): ExpirationDay {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const read = this.#expiration(text);
    this.#read.set(text, read);
    return read;
  }

  /** The day of an instant at which a day begins, in UTC or in the zone; null for any other time of day. */
  dayOf(text: string): string | null {
    const read = readInstant(plainDay.test(text) ? `${text}T00:00:00.000Z` : text);
    if (read === undefined) return null;
    if (plainDay.test(text) || midnightUtc.test(text)) return text.slice(0, 10);
    return this.#localDay(read.instant) ?? null;
  }

  #expiration(text: string): ExpirationDay {
    if (plainDay.test(text)) return { day: text, shifted: false };
    const read = readInstant(text);
    if (read === undefined)
      return { reason: 'must be a day as YYYY-MM-DD, or the instant of its midnight in UTC or local time' };
    if (midnightUtc.test(text)) return { day: text.slice(0, 10), shifted: true };
    if (this.zone === undefined) {
      throw new TimeZoneError(
        `The file holds expirations as instants of local midnight (${text}, midnight at ${offsetsOfMidnight(read.instant)}), ` +
          'so the days that they mean depend on a time zone.',
      );
    }
    const day = this.#localDay(read.instant);
    if (day !== undefined) return { day, shifted: true };
    return {
      reason:
        `is not midnight in ${this.zone} but midnight at ${offsetsOfMidnight(read.instant)}; give the zone in which ` +
        'the journal was kept, or correct the expiration in the browser and export again',
    };
  }

  /** The local day that begins at an instant. In some zones summer time begins at midnight, and the day at one o'clock. */
  #localDay(instant: Date): string | undefined {
    if (this.zone === undefined) return undefined;
    const local = DateTime.fromJSDate(instant, { zone: this.zone });
    return +local === +local.startOf('day') ? (local.toISODate() ?? undefined) : undefined;
  }
}

const dayMinutes = 24 * 60;

/** The offsets from UTC at which an instant is midnight. Offsets in use are −12 to +14 hours. */
function offsetsOfMidnight(instant: Date): string {
  const minutes = instant.getUTCHours() * 60 + instant.getUTCMinutes();
  const offsets = [-minutes, dayMinutes - minutes].filter(
    (offset) => offset >= -12 * 60 && offset <= 14 * 60,
  );
  return offsets.map((offset) => FixedOffsetZone.instance(offset).name).join(' or ');
}
