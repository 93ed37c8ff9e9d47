// @slow: asks for each day of many years
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Calendar, daysBefore, isDayBefore } from '../../../src/figures/ledger/calendar.js';
import { figurePeriods, periodLabel } from '../../../src/journal/period-sql.js';
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
    const rows = await owner.query<{ day: string; label: string; begin: string }[]>(
      `SELECT day::text, ${periodLabel(per, 'day')} AS label, date_trunc('${per}', day::timestamp)::text AS begin
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
      if (calendar.periodOf(day) !== periods[index]) throw new Error(day);
  });

  it('counts days back over the beginning of the first year', async () => {
    const days = ['0001-01-10', '0001-02-01', '0001-12-31 BC', '2026-03-01'];
    const rows = await owner.query<{ day: string; before: string }[]>(
      `SELECT day::text, (day - 30)::text AS before FROM unnest($1::date[]) day`,
      [days],
    );
    expect(rows.map(({ day }) => daysBefore(day, 30))).toEqual(rows.map(({ before }) => before));
  });

  it('orders the days of any year', async () => {
    const some = [
      '0044-03-15 BC',
      '0001-12-31 BC',
      '0001-01-01',
      '0999-05-05',
      '2026-01-05',
      '2026-01-06',
      '10000-01-01',
    ];
    const rows = await owner.query<{ one: string; other: string; before: boolean }[]>(
      `SELECT one::text, other::text, one < other AS before FROM unnest($1::date[]) one, unnest($1::date[]) other`,
      [some],
    );

    expect(rows.length).toBe(some.length ** 2);
    expect(rows.map(({ one, other }) => isDayBefore(one, other))).toEqual(rows.map(({ before }) => before));
  });
});
