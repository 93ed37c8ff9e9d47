import { afterEach, describe, expect, it } from '@jest/globals';
import { Settings } from 'luxon';
import { checkRequest, todayOf } from '../../src/figures/figure-request.js';
import { positionsRequest } from '../../src/figures/option-positions.read-model.js';
import { closedLotsRequest, profitRequest } from '../../src/figures/profit.read-model.js';
import { lotsRequest } from '../../src/figures/share-lots.read-model.js';

describe('The day of a figure', () => {
  const { defaultLocale } = Settings;
  afterEach(() => {
    Settings.defaultLocale = defaultLocale;
  });

  it("is written in PostgreSQL's format, in any locale of the application", () => {
    Settings.defaultLocale = 'ar-EG';

    expect(todayOf({ asOf: new Date('2026-03-20T23:30:00Z'), timeZone: 'Asia/Kolkata' })).toBe('2026-03-21');
  });

  it.each([
    ['0999-12-31T23:30:00.000Z', 'Asia/Kolkata', '1000-01-01'],
    ['0999-12-31T12:00:00.000Z', 'UTC', '0999-12-31'],
    ['0001-01-01T00:00:00.000Z', 'UTC', '0001-01-01'],
    // 31 December of year 0 in New York, which PostgreSQL does not accept.
    ['0001-01-01T00:00:00.000Z', 'America/New_York', '0001-01-01'],
  ])('has four digits of a year from 1: %s in %s', (asOf, timeZone, day) => {
    expect(todayOf({ asOf: new Date(asOf), timeZone })).toBe(day);
  });

  it.each([
    ['positions', positionsRequest, {}],
    ['share lots', lotsRequest, {}],
    ['profit', profitRequest, { per: 'month' }],
    ['closed lots', closedLotsRequest, {}],
  ])('is named once by a request of %s', (_figure, schema, others) => {
    const [on, today] = ['2026-03-20', '2026-03-21'];

    for (const request of [{}, { on }, { today }])
      expect(checkRequest(schema, { ...request, ...others })).toEqual({ ...request, ...others });
    expect(() => checkRequest(schema, { on, today, ...others })).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            property: 'today',
            reason: 'must be left out if `on` is given: `on` is the current day then',
          }) as unknown,
        ],
      }),
    );
  });
});
