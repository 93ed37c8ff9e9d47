import { describe, expect, it } from '@jest/globals';
import { TypedDays } from '../../../../src/browser/import/convert/typed-days.js';
import { noLocalStorage } from '../../../../src/browser/import/local-storage/local-storage.js';
import type { ExpirationCorrection } from '../../../../src/browser/import/local-storage/local-storage.js';
import { LocalStorageMatcher } from '../../../../src/browser/import/local-storage/local-storage-matcher.js';

const correction = (cells: Partial<ExpirationCorrection> = {}): ExpirationCorrection => ({
  ...{ symbol: 'AAPL', strike: '150.00000000', expiration: '2025-12-15', to: '2025-12-19' },
  correctedAt: '2025-11-20T10:00:00.000Z',
  ...cells,
});

const problemsOf = (expirations: ExpirationCorrection[], timeZone?: string) =>
  new LocalStorageMatcher({ ...noLocalStorage, expirations }, new TypedDays(timeZone))
    .findings()
    .expirations.map(({ notApplied: [first] }) => first?.reason ?? null);

describe('a corrected expiration whose key has no day', () => {
  const midnight = '2025-12-15T07:00:00.000Z';
  const remedy = 'depends on a time zone; give the time zone in which the journal was kept';

  it.each([
    ['an instant without a time zone', midnight, undefined, `the day of its key ${remedy}`],
    ['no instant without a time zone', 'soon', undefined, 'its key has neither a day nor an instant'],
    [
      'an instant that is not midnight in the time zone',
      midnight,
      'America/New_York',
      'its key has neither a day nor a midnight in UTC or in the time zone',
    ],
  ])('is reported with a remedy: %s', (_, expiration, timeZone, problem) => {
    expect(problemsOf([correction({ expiration })], timeZone)).toEqual([problem]);
  });

  it('is matched with its time zone', () => {
    expect(problemsOf([correction({ expiration: midnight })], 'America/Denver')).toEqual([null]);
  });
});

describe('a position that was corrected to many days', () => {
  it('is reported quickly, with five of the days', () => {
    const days = Array.from({ length: 20_000 }, (_, day) =>
      new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10),
    );
    const begun = performance.now();
    const problems = problemsOf(days.map((to) => correction({ to })));
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(problems).toEqual([`the position was corrected to ${days.slice(0, 5).join(' and ')}`]);
  });
});
