import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Settings } from 'luxon';
import { readInstant } from '../../../../src/browser/import/convert/instant.js';

const instants = fc.date({
  min: new Date('1000-01-01'),
  max: new Date('9999-12-31'),
  noInvalidDate: true,
});

describe('an instant of a legacy file', () => {
  it('is read from every ISO form', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(readInstant(instant.toISOString())).toEqual({ instant, cut: false });
      }),
    );
  });

  it("is read from the form of SQLite's CURRENT_TIMESTAMP, as UTC", () => {
    fc.assert(
      fc.property(instants, (date) => {
        const instant = new Date(Math.floor(date.getTime() / 1000) * 1000);
        const text = instant.toISOString().slice(0, 19).replace('T', ' ');
        expect(readInstant(text)).toEqual({ instant, cut: false });
      }),
    );
  });

  it.each([
    ['2025-01-02T03:04Z', '2025-01-02T03:04:00.000Z'],
    ['2025-01-02T03:04:05+05:45', '2025-01-01T21:19:05.000Z'],
    ['2025-01-02T03:04:05+05', '2025-01-01T22:04:05.000Z'],
    ['2025-01-02T03:04:05-0700', '2025-01-02T10:04:05.000Z'],
    ['2025-01-02T03:04:05,5Z', '2025-01-02T03:04:05.500Z'],
    ['2025-01-02 03:04:05.25', '2025-01-02T03:04:05.250Z'],
    ['0050-01-02 03:04:05', '0050-01-02T03:04:05.000Z'],
  ])('is read from %s too', (text, instant) => {
    expect(readInstant(text)).toEqual({ instant: new Date(instant), cut: false });
  });

  it('is read as UTC in a process of another time zone', () => {
    const { defaultZone } = Settings;
    Settings.defaultZone = 'America/New_York';
    try {
      const instant = new Date('2025-01-02T03:04:05.250Z');
      expect(readInstant('2025-01-02 03:04:05.25')).toEqual({ instant, cut: false });
    } finally {
      Settings.defaultZone = defaultZone;
    }
  });

  it('is truncated to milliseconds, and reports a loss', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (nanoseconds) => {
        const fraction = String(nanoseconds).padStart(9, '0');
        const instant = new Date(`2025-01-02T03:04:05.${fraction.slice(0, 3)}Z`);
        const cut = nanoseconds % 1_000_000 !== 0;
        expect(readInstant(`2025-01-02T03:04:05.${fraction}Z`)).toEqual({ instant, cut });
        expect(readInstant(`2025-01-02 03:04:05.${fraction}`)).toEqual({ instant, cut });
      }),
      { examples: [[100_000], [1], [1_000_000]] },
    );
  });

  it.each([
    '',
    'yesterday',
    '2025-01-02',
    '2025-01-02T03:04:05',
    '2025-02-30T00:00:00.000Z',
    '2025-02-29 00:00:00',
    '2025-13-01 00:00:00',
    '2025-01-02T03:04:05+99:99',
    '2025-01-02T03:04:05+24:00',
    '2025-01-02T03:04:05-0760',
    '2025-01-02T24:00:00.000Z',
    '2025-01-02T24:00Z',
    '2025-01-02T24:00:00+05:30',
    '2025-01-02 24:00:00',
    '2025-01-02T25:00:00Z',
    '2025-01-02 03:60:00',
    '2025-01-02 03:04:60',
    '2025-01-02 03:04:05 ',
    '02.01.2025 03:04:05',
    '1735787045',
    '+012025-01-02T03:04:05.000Z',
  ])('is not read from %j', (text) => {
    expect(readInstant(text)).toBeUndefined();
  });

  it('is not read from random text, without an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expect(readInstant(text)).toBeUndefined();
      }),
    );
  });
});
