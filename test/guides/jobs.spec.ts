// @slow: starts the application of the guide
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Repository } from 'typeorm';
import { AccountsRepository, JournalRepository, UserScope, UsersRepository } from 'trading-journal-database';
import { sellPut } from 'trading-journal-database/trades';
import { MonthlyReport } from '../../docs/guides/feature-module/reports/monthly-report.entity.js';
import { ReportsService } from '../../docs/guides/feature-module/reports/reports.service.js';
import { startGuideApplication } from '../e2e/guide-application.js';
import type { GuideApplication } from '../e2e/guide-application.js';

// Excerpts of the guide to jobs, which snippets.spec.ts compares.

let application: GuideApplication;
let users: UsersRepository;
let userScope: UserScope;
let journal: JournalRepository;

beforeAll(async () => {
  application = await startGuideApplication();
  const { nest } = application;
  [users, userScope, journal] = [nest.get(UsersRepository), nest.get(UserScope), nest.get(JournalRepository)];
});

afterAll(() => application?.close());

beforeEach(() => application.owner.query('TRUNCATE users CASCADE'));

async function newUser(email: string): Promise<string> {
  const { id } = await users.create({ email });
  await userScope.run(id, () =>
    application.nest.get(AccountsRepository).create({ id: 'acct-1', name: 'Main' }),
  );
  return id;
}

const trade = {
  ts: new Date('2026-03-02T15:30:00Z'),
  accountId: 'acct-1',
  symbol: 'AAPL',
  contracts: '4',
  strike: '180',
  expiration: '2026-03-20',
  price: '2.60',
  fee: '2.60',
} as const;

it('a job is tested with several users, and run twice', async () => {
  const reports = application.nest.get(ReportsService);
  const rows: Repository<MonthlyReport> = application.nest.get(DataSource).getRepository(MonthlyReport);

  const [ann, bob] = [await newUser('ann@example.com'), await newUser('bob@example.com')];
  await userScope.run(ann, () => journal.append(sellPut(trade)));

  expect(await reports.writeAll('2026-03')).toMatchObject({ done: 2, failed: 0 });
  const hers = await userScope.run(ann, () => rows.find());
  const his = await userScope.run(bob, () => rows.find());
  expect(hers).toMatchObject([{ month: '2026-03', entries: 2, net: '1037.40000000' }]);
  expect(his).toMatchObject([{ month: '2026-03', entries: 0 }]);

  await reports.writeAll('2026-03');
  expect(await userScope.run(ann, () => rows.find())).toEqual(hers);
});

it('several users are processed concurrently, each in their own scope, and a failure does not stop the others', async () => {
  const logger = new Logger();
  const logged: string[] = [];
  logger.error = (message: string) => void logged.push(message);
  const { signal } = new AbortController();
  const emails = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'].map((name) => `${name}@example.com`);
  const all: string[] = [];
  for (const email of emails) all.push(await newUser(email));
  const counts = new Map<string, number>();
  let [running, most] = [0, 0];
  const write = async () => {
    running += 1;
    most = Math.max(most, running);
    const { userId } = userScope;
    if (userId !== all[1]) await journal.append(sellPut(trade));
    counts.set(userId, (await journal.totals()).count);
    running -= 1;
    if (userId === all[1]) throw new Error('no report');
  };

  const ids: string[] = [];
  await users.forEach(({ id }) => Promise.resolve(ids.push(id)));
  const left = ids.values(); // the workers take the ids from one iterator
  const worker = async () => {
    for (const id of left) {
      if (signal.aborted) return;
      await userScope.run(id, write).catch((error: unknown) => logger.error(`user ${id}`, error));
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);

  expect(most).toBe(4);
  expect(logged).toEqual([`user ${all[1]}`]);
  expect(counts).toEqual(new Map(all.map((id) => [id, id === all[1] ? 0 : 2])));
});
