// @slow: tries all days of many time zones
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Settings } from 'luxon';
import { TypedDays } from '../../../../src/browser/import/convert/typed-days.js';
import { TimeZoneError } from '../../../../src/browser/import/convert/time-zone.error.js';

const day = 86_400_000;
const years = { first: 2021, last: 2026 };

/**
 * Summer time begins at midnight, offsets of odd minutes, both ends of the world, a change of the
 * offset itself.
 */
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

/** Prints `new Date(year, month, day).toISOString()` for every day of the years, in every zone. */
const program = `
  const [zones, first, last] = JSON.parse(process.argv[1]);
  const midnights = {};
  for (const zone of zones) {
    process.env.TZ = zone;
    midnights[zone] = [];
    for (let day = 1; ; day += 1) {
      const midnight = new Date(first, 0, day);
      if (midnight.getFullYear() > last) break;
      midnights[zone].push(midnight.toISOString());
    }
  }
  process.stdout.write(JSON.stringify(midnights));`;

/**
 * JavaScript's local midnights for each day from the first year to the last, in each zone. Runs in
 * a child process: Node re-reads TZ when it changes, but Jest hides the change from its tests.
 */
function localMidnights(
  zones: readonly string[],
  years: { first: number; last: number },
): Map<string, string[]> {
  const wanted = JSON.stringify([zones, years.first, years.last]);
  const printed = execFileSync(process.execPath, ['-e', program, wanted], { maxBuffer: 2 ** 28 });
  return new Map(Object.entries(JSON.parse(printed.toString()) as Record<string, string[]>));
}

function expectEveryDayToBeRead(midnights: ReadonlyMap<string, readonly string[]>, only?: number): void {
  for (const [zone, instants] of midnights) {
    const days = new TypedDays(zone);
    for (const [index, instant] of instants.entries()) {
      if (only !== undefined && index !== only) continue;
      const meant = new Date(Date.UTC(years.first, 0, 1) + index * day).toISOString().slice(0, 10);
      const read = days.expiration(instant, 1);
      // A single assertion that prints its case: 50,000 calls of `expect` are slow.
      if (!('day' in read) || read.day !== meant || !read.shifted || days.dayOf(instant) !== meant)
        throw new Error(`${zone} ${instant}: ${meant} became ${JSON.stringify(read)}`);
    }
  }
}

describe('an expiration at local midnight', () => {
  it.each(difficult)('means the typed day on every day in %s', (zone) => {
    const midnights = localMidnights([zone], years);
    expect(midnights.get(zone)?.length).toBe(2191);
    expectEveryDayToBeRead(midnights);
  });

  it('means the typed day on any day in any time zone', () => {
    const midnights = localMidnights(Intl.supportedValuesOf('timeZone'), { first: 2021, last: 2021 });
    expect(midnights.size).toBeGreaterThan(400);
    fc.assert(
      fc.property(fc.nat(364), (index) => expectEveryDayToBeRead(midnights, index)),
      { numRuns: 12 },
    );
  });

  it('of another zone is refused, and the error states the offset', () => {
    expect(new TypedDays('America/Denver').expiration('2025-12-14T13:00:00.000Z', 1)).toEqual({
      reason:
        'is not midnight in America/Denver but midnight at UTC+11; give the zone in which the journal was kept; if ' +
        'there were several, import it with each of them, without the rows of the others',
    });
  });

  it.each([
    ['09:00', 'UTC-9'],
    ['10:00', 'UTC-10 or UTC+14'],
    ['12:00', 'UTC-12 or UTC+12'],
    ['13:00', 'UTC+11'],
    ['18:30', 'UTC+5:30'],
  ])('at %s in UTC is refused in Berlin as midnight at %s', (time, offsets) => {
    expect(new TypedDays('Europe/Berlin').expiration(`2025-12-15T${time}:00.000Z`, 1)).toMatchObject({
      reason: expect.stringContaining(`is not midnight in Europe/Berlin but midnight at ${offsets}; give`),
    });
  });

  it('requires a time zone', () => {
    const days = new TypedDays(undefined);
    expect(days.expiration('2025-12-15', 1)).toEqual({ day: '2025-12-15', shifted: false });
    expect(() => days.expiration('2025-12-15T07:00:00.000Z', 1)).toThrow(TimeZoneError);
    expect(() => days.expiration('2025-12-15T07:00:00.000Z', 1)).toThrow(
      'Row 1 of the journal has the expiration 2025-12-15T07:00:00.000Z, which is midnight at UTC-7, ' +
        'so the day that it means depends on a time zone.',
    );
  });

  it('requires a time zone also in a process of its zone', () => {
    const { defaultZone } = Settings;
    Settings.defaultZone = 'America/Denver';
    try {
      const days = new TypedDays(undefined);
      expect(() => days.expiration('2025-12-15T07:00:00.000Z', 1)).toThrow(TimeZoneError);
      expect(days.dayOf('2025-12-15T07:00:00.000Z')).toBeNull();
    } finally {
      Settings.defaultZone = defaultZone;
    }
  });

  it.each(['Denver', 'Mars/Olympus', '', 'UTC+25'])('requires an existing time zone, unlike %j', (zone) => {
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
        expect(new TypedDays(zone).expiration(text, 1)).toEqual({ day: text, shifted: false });
      }),
    );
  });

  it.each(['soon', 'on 2025-12-15', '15/12/2025', '2025-12-15T', '2025-02-30T07:00:00.000Z'])(
    '%j is refused',
    (text) => {
      expect(new TypedDays('America/Denver').expiration(text, 1)).toEqual({
        reason: 'must be a day as YYYY-MM-DD, or the instant of its midnight in UTC or local time',
      });
    },
  );
});

describe('days in either form in one file', () => {
  const zones = ['America/Denver', 'Australia/Sydney', 'Europe/London', 'America/Santiago', 'Pacific/Apia'];
  const midnights = localMidnights(zones, years);

  it('mean the day that the trader typed, for each version of the browser application', () => {
    const typed = fc.record({ index: fc.nat(2190), form: fc.constantFrom('plain', 'utc', 'local') });
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.array(typed, { minLength: 1 }), (zone, file) => {
        const days = new TypedDays(zone);
        for (const { index, form } of file) {
          const meant = new Date(Date.UTC(years.first, 0, 1) + index * day).toISOString().slice(0, 10);
          const written = {
            plain: meant,
            utc: `${meant}T00:00:00.000Z`,
            local: midnights.get(zone)?.[index] ?? '',
          }[form];
          expect(days.expiration(written, 1)).toMatchObject({ day: meant });
          expect(days.dayOf(written)).toBe(meant);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('need no time zone if all of them are midnight in UTC', () => {
    const days = new TypedDays(undefined);
    expect(days.expiration('2025-01-17T00:00:00.000Z', 1)).toEqual({ day: '2025-01-17', shifted: true });
    expect(days.expiration('2025-01-17T00:00:00Z', 1)).toEqual({ day: '2025-01-17', shifted: true });
    expect(days.dayOf('2025-01-17T00:00:00.000Z')).toBe('2025-01-17');
    expect(days.dayOf('2025-01-17T07:00:00.000Z')).toBeNull();
  });

  it.each(['2025-02-30', '2025-02-30T00:00:00.000Z', '0000-01-01'])('must exist, unlike %s', (text) => {
    const read = new TypedDays('America/Denver').expiration(text, 1);
    // The journal's rules refuse a date that does not exist.
    if (text.length === 10) expect(read).toEqual({ day: text, shifted: false });
    else expect(read).toEqual({ reason: expect.stringContaining('must be a day') });
  });

  it('are not recognised at any other time of day', () => {
    const days = new TypedDays('America/Denver');
    expect(days.dayOf('2025-01-17T15:30:00.000Z')).toBeNull();
    expect(days.dayOf('2025-01-17T00:00:00.001Z')).toBeNull();
    expect(days.dayOf('2025-01-17T07:00:00.000Z')).toBe('2025-01-17');
    expect(days.dayOf('2025-07-17T06:00:00.000Z')).toBe('2025-07-17');
  });
  it('are counted by their forms, and instants that may be midnight in another zone beside them', () => {
    const days = new TypedDays('America/Denver');
    expect(days.forms).toEqual({
      dates: 0,
      utcMidnights: 0,
      localMidnights: 0,
      possibleMidnights: 0,
      example: null,
    });
    for (const text of ['2025-01-17', '2025-01-18', '2025-01-17']) days.dayOf(text);
    days.expiration('2025-01-17T00:00:00.000Z', 1);
    days.dayOf('2025-01-17T00:00:00Z');
    days.dayOf('2025-01-17T07:00:00.000Z');
    for (const time of ['yesterday', '2025-01-17T15:30:12.345Z']) expect(days.dayOf(time)).toBeNull();
    for (const hour of [13, 14]) expect(days.dayOf(`2025-01-17T${hour}:00:00.000Z`)).toBeNull();

    expect(days.forms).toEqual({
      dates: 3,
      utcMidnights: 2,
      localMidnights: 1,
      possibleMidnights: 2,
      example: '2025-01-17T13:00:00.000Z',
    });
  });
});
