// @slow: starts the application of the guide
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest as jestObject } from '@jest/globals';
import { ReportsService } from '../../docs/guides/feature-module/reports/reports.service.js';
import { startGuideApplication, trade } from './guide-application.js';
import type { GuideApplication } from './guide-application.js';

let application: GuideApplication;

beforeAll(async () => {
  application = await startGuideApplication();
});

afterAll(() => application?.close());

const reports = () => application.nest.get(ReportsService, { strict: false });
const stored = () =>
  application.owner.query<object[]>(
    `SELECT email, month, entries, net FROM monthly_reports JOIN users ON users.id = user_id ORDER BY email, month`,
  );
const february = { ...trade, id: 'trade-2', ts: '2026-02-28T23:59:59.999Z' };

beforeEach(async () => {
  await application.owner.query('TRUNCATE users CASCADE');
  const ann = await application.signUp('ann@example.com');
  const bob = await application.signUp('bob@example.com');
  await application.post(ann, trade).expect(201);
  await application.post(bob, february).expect(201);
});

const march = [
  { email: 'ann@example.com', month: '2026-03', entries: 2, net: '1037.40000000' },
  { email: 'bob@example.com', month: '2026-03', entries: 0, net: '0.00000000' },
];

describe('the job of the guide', () => {
  it('writes one report for every user', async () => {
    expect(await reports().writeAll('2026-03')).toMatchObject({ done: 2, failed: 0, isComplete: true });
    expect(await stored()).toEqual(march);
    await application.owner.query(`UPDATE monthly_reports SET entries = 7`);
    await reports().writeAll('2026-03');
    expect(await stored()).toEqual(march.map((report) => ({ ...report, entries: 7 })));
  });

  it('writes the other reports if one fails, and writes the failed report in the next run', async () => {
    const { owner } = application;
    await owner.query(`ALTER TABLE monthly_reports ADD CONSTRAINT chk_none CHECK (net > 0) NOT VALID`);
    expect(await reports().writeAll('2026-03')).toMatchObject({ done: 1, failed: 1 });
    expect(await stored()).toEqual([march[0]]);
    await owner.query('ALTER TABLE monthly_reports DROP CONSTRAINT chk_none');
    expect(await reports().writeAll('2026-03')).toMatchObject({ done: 2, failed: 0 });
    expect(await stored()).toEqual(march);
  });

  it.each(['', '2026-13', '2026-3'])('writes nothing for %j, which is not a month', async (text) => {
    await expect(reports().writeAll(text)).rejects.toThrow(RangeError);
    expect(await stored()).toEqual([]);
  });

  it('runs as a command', async () => {
    const [node = '', jest = ''] = process.argv;
    const log = jestObject.spyOn(console, 'log').mockReturnValue();
    process.argv = [node, jest, '2026-02'];
    await import('../../docs/guides/feature-module/reports/report-job.js');

    expect(log).toHaveBeenCalledWith('2 users done, 0 failed');
    expect(process.exitCode).toBeUndefined();
    expect(await stored()).toMatchObject([
      { email: 'ann@example.com', month: '2026-02', entries: 0 },
      { email: 'bob@example.com', month: '2026-02', entries: 2 },
    ]);
  });
});
