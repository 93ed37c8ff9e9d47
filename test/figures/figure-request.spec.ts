import { afterEach, describe, expect, it } from '@jest/globals';
import { Settings } from 'luxon';
import { todayOf } from '../../src/figures/figure-request.js';

describe('The day of a figure', () => {
  const { defaultLocale } = Settings;
  afterEach(() => {
    Settings.defaultLocale = defaultLocale;
  });

  it("is written in PostgreSQL's format, in any locale of the application", () => {
    Settings.defaultLocale = 'ar-EG';

    expect(todayOf({ asOf: new Date('2026-03-20T23:30:00Z'), timeZone: 'Asia/Kolkata' })).toBe('2026-03-21');
  });
});
