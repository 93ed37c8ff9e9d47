// @slow: asks for each day of many years
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Calendar, dayOf, dayText, yearAfter } from '../../../src/figures/ledger/calendar.js';
import { dayNumber, figurePeriods, periodLabel } from '../../../src/journal/period-sql.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { connectOwner } from '../../support/owner.js';

describe('The calendar of the figures', () => {
  let database: TestDatabase;
  let owner: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await connectOwner(database.settings);
  });
  afterAll(async () => {
    await owner.destroy();
    await database.drop();
  });

  /**
   * Turns of many years with two weeks before and after, and the first and last dates that a
   * timestamp can have in any zone.
   */
  const days = `
    SELECT turn + shift AS day
    FROM generate_series(-14, 14) shift,
      LATERAL (SELECT ('0001-01-01'::date + make_interval(years => year))::date AS turn FROM generate_series(1, 9999, 7) year) turns
    UNION SELECT unnest('{0001-12-31 BC,0001-01-01,0001-01-02,9999-12-31,10000-01-01}'::date[])`;

  it.each(figurePeriods)("assigns each day to PostgreSQL's %s, in equal order", async (per) => {
    const rows = await owner.query<{ day: number; label: string; begin: string }[]>(
      `SELECT ${dayNumber('day')} AS day, ${periodLabel(per, 'day')} AS label, date_trunc('${per}', day::timestamp)::text AS begin
       FROM (${days}) days ORDER BY days.day`,
    );
    const calendar = new Calendar(per);
    const periods = rows.map(({ day }) => calendar.periodOf(day));

    expect(rows.length).toBeGreaterThan(30_000);
    expect(periods.map(({ label }) => label)).toEqual(rows.map(({ label }) => label));
    const isLater = (_: unknown, index: number) => index > 0;
    expect(
      periods.filter(isLater).map(({ order }, index) => Math.sign(order - (periods[index]?.order ?? 0))),
    ).toEqual(rows.filter(isLater).map(({ begin }, index) => Number(begin !== rows[index]?.begin)));
    for (const [index, { day }] of rows.entries())
      if (calendar.periodOf(day) !== periods[index]) throw new Error(dayText(day));
  });

  it('writes each day as PostgreSQL does, and reads the days of the years 1 to 9999', async () => {
    const rows = await owner.query<{ day: string; number: number }[]>(
      `SELECT day::text, ${dayNumber('day')} AS number FROM (${days}) days`,
    );
    expect(rows.map(({ number }) => dayText(number))).toEqual(rows.map(({ day }) => day));
    const plain = rows.filter(({ day }) => /^\d{4}-\d{2}-\d{2}$/.test(day));
    expect(plain.length).toBeGreaterThan(30_000);
    expect(plain.map(({ day }) => dayOf(day))).toEqual(plain.map(({ number }) => number));
  });

  it('ends a year on the same date, and on 1 March after 29 February', () => {
    const years = [
      ['2023-02-28', '2024-02-28'],
      ['2024-02-29', '2025-03-01'],
      ['2024-03-01', '2025-03-01'],
      ['2025-12-31', '2026-12-31'],
      ['0001-01-01', '0002-01-01'],
    ] as const;
    for (const [day, end] of years) expect([day, dayText(yearAfter(dayOf(day)))]).toEqual([day, end]);
  });
});
