import { DateTime, FixedOffsetZone, IANAZone } from 'luxon';
import { isPossibleMidnight } from '../../format/kept-values.js';
import type { DayForms } from '../report/import-report.js';
import { readInstant } from './instant.js';
import { TimeZoneError } from './time-zone.error.js';

/** The day of an expiration, or the reason why it has none. `shifted`: written as an instant. */
type ExpirationDay = { day: string; shifted: boolean } | { reason: string };

interface ReadDay {
  day: string;
  form: 'dates' | 'utcMidnights' | 'localMidnights';
}

const plainDay = /^\d{4}-\d{2}-\d{2}$/;
const midnightUtc = /^\d{4}-\d{2}-\d{2}T00:00:00(\.0+)?Z$/;

/**
 * Reads the days that a trader typed. The browser application stored a day as midnight UTC until 13
 * November 2025, and since then as the instant of local midnight: 15 December is
 * `2025-12-15T00:00:00.000Z` in the old form, `2025-12-15T07:00:00.000Z` in Denver and
 * `2025-12-14T13:00:00.000Z` in Sydney. A file can contain both forms. They are not ambiguous:
 * midnight UTC is also local midnight only with offset zero, and then both mean the same day.
 */
export class TypedDays {
  readonly #read = new Map<string, ReadDay>();
  readonly #forms: DayForms = {
    dates: 0,
    utcMidnights: 0,
    localMidnights: 0,
    possibleMidnights: 0,
    example: null,
  };

  /** @throws TimeZoneError if the zone is not in the IANA database */
  constructor(readonly zone: string | undefined) {
    if (zone !== undefined && !IANAZone.isValidZone(zone))
      throw new TimeZoneError(`"${zone}" is not a time zone.`);
  }

  /** Counts of the forms of the days read so far. */
  get forms(): DayForms {
    return { ...this.#forms };
  }

  /**
   * The day of an expiration, which must be a day.
   *
   * @param row the place of the entry in the file, from 1
   * @throws TimeZoneError if the text is neither a day nor midnight UTC, and no zone was given
   */
  expiration(text: string, row: number): ExpirationDay {
    const read = this.#dayOf(text);
    if (read !== undefined) return { day: read.day, shifted: read.form !== 'dates' };
    const instant = readInstant(text)?.instant;
    if (instant === undefined)
      return { reason: 'must be a day as YYYY-MM-DD, or the instant of its midnight in UTC or local time' };
    if (this.zone === undefined) {
      throw new TimeZoneError(
        `Row ${row} of the journal has the expiration ${text}, which is midnight at ${offsetsOfMidnight(instant)}, ` +
          'so the day that it means depends on a time zone.',
      );
    }
    return {
      reason:
        `is not midnight in ${this.zone} but midnight at ${offsetsOfMidnight(instant)}; give the zone in which ` +
        'the journal was kept; if there were several, import it with each of them, without the rows of the others',
    };
  }

  /** The day that begins at an instant, in UTC or in the zone; null for any other time of day. */
  dayOf(text: string): string | null {
    const read = this.#dayOf(text);
    if (read !== undefined) return read.day;
    const instant = readInstant(text)?.instant;
    if (instant !== undefined && isPossibleMidnight(instant)) {
      this.#forms.possibleMidnights += 1;
      this.#forms.example ??= text;
    }
    return null;
  }

  #dayOf(text: string): ReadDay | undefined {
    const read = this.#read.get(text) ?? this.#readDay(text);
    if (read === undefined) return undefined;
    // Caches days only: times of day rarely repeat.
    this.#read.set(text, read);
    this.#forms[read.form] += 1;
    return read;
  }

  #readDay(text: string): ReadDay | undefined {
    if (plainDay.test(text)) return { day: text, form: 'dates' };
    const read = readInstant(text);
    if (read === undefined) return undefined;
    if (midnightUtc.test(text)) return { day: text.slice(0, 10), form: 'utcMidnights' };
    const day = this.#localDay(read.instant);
    return day === undefined ? undefined : { day, form: 'localMidnights' };
  }

  /**
   * The local day that begins at an instant. `startOf` covers zones in which daylight saving time
   * begins at midnight, so that the day begins at 01:00.
   */
  #localDay(instant: Date): string | undefined {
    if (this.zone === undefined) return undefined;
    const local = DateTime.fromJSDate(instant, { zone: this.zone });
    return +local === +local.startOf('day') ? (local.toISODate() ?? undefined) : undefined;
  }
}

const dayMinutes = 24 * 60;

/** The offsets from UTC (−12 to +14 hours) at which an instant is midnight. */
function offsetsOfMidnight(instant: Date): string {
  const minutes = instant.getUTCHours() * 60 + instant.getUTCMinutes();
  const offsets = [-minutes, dayMinutes - minutes].filter(
    (offset) => offset >= -12 * 60 && offset <= 14 * 60,
  );
  return offsets.map((offset) => FixedOffsetZone.instance(offset).name).join(' or ');
}
