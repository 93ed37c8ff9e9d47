import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TypedDays } from '../../../../src/browser/import/convert/typed-days.js';
import { TimeZoneError } from '../../../../src/browser/import/import-errors.js';
import { localMidnights } from '../../../support/legacy-midnights.js';

const day = 86_400_000;
const years = { first: 2021, last: 2026 };

/** Summer time begins at midnight, offsets of odd minutes, both ends of the world, a change of the offset itself. */
const difficult = [
  'Africa/Cairo',
  'Africa/Casablanca',
  'America/Asuncion',
  'America/Havana',
  'America/Santiago',
  'America/St_Johns',
  'Asia/Amman',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Marquesas',
];

function expectEveryDayToBeRead(midnights: ReadonlyMap<string, readonly string[]>, only?: number): void {
  for (const [zone, instants] of midnights) {
    const calendar = new TypedDays(zone);
    for (const [index, instant] of instants.entries()) {
      if (only !== undefined && index !== only) continue;
      const meant = new Date(Date.UTC(years.first, 0, 1) + index * day).toISOString().slice(0, 10);
      const read = calendar.day(instant);
      // One comparison that prints its case, as `expect` is slow for fifty thousand days.
      if (!('day' in read) || read.day !== meant || !read.shifted)
        throw new Error(`${zone} ${instant}: ${meant} became ${JSON.stringify(read)}`);
    }
  }
}

describe('an expiration at local midnight', () => {
  it.each(difficult)('means its own day on every day in %s', (zone) => {
    const midnights = localMidnights([zone], years);
    expect(midnights.get(zone)?.length).toBe(2191);
    expectEveryDayToBeRead(midnights);
  });

  it('means its own day on any day, in every zone there is', () => {
    const midnights = localMidnights(Intl.supportedValuesOf('timeZone'), { first: 2021, last: 2021 });
    expect(midnights.size).toBeGreaterThan(400);
    fc.assert(
      fc.property(fc.nat(364), (index) => expectEveryDayToBeRead(midnights, index)),
      { numRuns: 12 },
    );
  });

  it('of another zone is refused, with the offset at which it is midnight', () => {
    expect(new TypedDays('America/Denver').day('2025-12-14T13:00:00.000Z')).toEqual({
      reason:
        'is not midnight in America/Denver but midnight at UTC+11; was the journal kept in another zone?',
    });
    expect(new TypedDays('Europe/Berlin').day('2025-12-15T12:00:00.000Z')).toMatchObject({
      reason: expect.stringContaining('midnight at UTC-12 or UTC+12'),
    });
  });

  it('needs a zone', () => {
    const calendar = new TypedDays(undefined);
    expect(calendar.day('2025-12-15')).toEqual({ day: '2025-12-15', shifted: false });
    expect(() => calendar.day('2025-12-15T07:00:00.000Z')).toThrow(TimeZoneError);
    expect(() => calendar.day('2025-12-15T07:00:00.000Z')).toThrow(
      /midnight at UTC-7.*such as America\/Denver/s,
    );
  });

  it.each(['Denver', 'Mars/Olympus', '', 'UTC+25'])('needs a zone that exists, which %j is not', (zone) => {
    expect(() => new TypedDays(zone)).toThrow(`"${zone}" is not a time zone.`);
  });
});

describe('an expiration that is', () => {
  it('a plain day stays that day in every zone', () => {
    const days = fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    fc.assert(
      fc.property(days, zones, (date, zone) => {
        const text = date.toISOString().slice(0, 10);
        expect(new TypedDays(zone).day(text)).toEqual({ day: text, shifted: false });
      }),
    );
  });

  it.each(['soon', '15/12/2025', '2025-12-15T', '2025-02-30T07:00:00.000Z'])('%j is refused', (text) => {
    expect(new TypedDays('America/Denver').day(text)).toEqual({
      reason: 'must be a day as YYYY-MM-DD, or the instant of its local midnight',
    });
  });
});
