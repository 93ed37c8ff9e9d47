// @slow: imports a file for each test
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CashReadModel, LegacyReadModel, UserScope, UsersRepository } from '../../../../src/index.js';
import { OptionPositionsReadModel, ProfitReadModel } from '../../../../src/index.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';

const application = new ImportApplication();
const files = new LegacyFolder();
const fixture = (name: string) => resolve('test', 'fixtures', 'import', name);

async function inScopeOf<T>(email: string, work: () => Promise<T>): Promise<T> {
  const user = await application.get(UsersRepository).findByEmail(email);
  return application.get(UserScope).run(user?.id ?? '', work);
}

/** Each symbol with the days of its entries and the expirations of its options. */
function daysOf(email: string) {
  return application.sql(
    `SELECT symbol, type, day::text, expiration::text FROM journal JOIN users ON users.id = user_id
     WHERE email = $1 AND type IN ('sell_to_open', 'assignment_shares') ORDER BY ts, symbol`,
    [email],
  );
}

const old = [
  { symbol: 'AAPL', type: 'sell_to_open', day: '2025-10-01', expiration: '2025-12-19' },
  { symbol: 'SPY', type: 'sell_to_open', day: '2025-10-01', expiration: '2026-01-16' },
  { symbol: 'F', type: 'assignment_shares', day: '2025-10-20', expiration: '2025-10-17' },
];
const upgraded = [
  ...old,
  { symbol: 'TSLA', type: 'sell_to_open', day: '2025-11-14', expiration: '2025-12-19' },
];

describe('The days of a file from Denver', () => {
  it.each([
    ['the old version of the application', 'denver-old-version.sqlite', 'America/Denver', old],
    ['the old version, without a time zone', 'denver-old-version.sqlite', undefined, old],
    ['both versions', 'denver-upgraded.sqlite', 'America/Denver', upgraded],
  ])('are the days that the trader typed: %s', async (_what, file, timeZone, days) => {
    const email = application.newEmail();
    const report = await application.import(fixture(file), email, { timeZone });

    expect(report.verification.matches).toBe(true);
    expect(await daysOf(email)).toEqual(days);
    const again = await application.import(fixture(file), email, { timeZone });
    expect(again.entries).toMatchObject({ inserted: 0, unchanged: report.entries.read, rejected: 0 });
  });

  it('require a time zone if a day is local midnight', async () => {
    const email = application.newEmail();

    await expect(
      application.import(fixture('denver-upgraded.sqlite'), email, { timeZone: undefined }),
    ).rejects.toThrow(/^Row \d+ of the journal has the expiration 2025-12-19T07:00:00\.000Z/);
  });

  it('are counted by their forms, so that the report shows whether a time zone was needed', async () => {
    const days = async (file: string, timeZone?: string) =>
      (await application.import(fixture(file), application.newEmail(), { timeZone })).days;

    for (const timeZone of ['America/Denver', undefined]) {
      expect(await days('denver-old-version.sqlite', timeZone)).toEqual({
        dates: 0,
        utcMidnights: 14,
        localMidnights: 0,
        possibleMidnights: 1,
        example: '2025-10-01T15:00:00.000Z',
      });
    }
    expect(await days('denver-upgraded.sqlite', 'America/Denver')).toMatchObject({
      utcMidnights: 14,
      localMidnights: 5,
      possibleMidnights: 1,
    });
  });

  it('of an entry that is stored without one are no conflict, and the report lists them', async () => {
    const email = application.newEmail();
    const file = await files.write({
      journal: [
        legacyEntry('new', { ts: '2025-01-01T07:00:00.000Z' }),
        legacyEntry('plain', { ts: '2025-01-01' }),
      ],
    });
    await application.import(file, email, { timeZone: undefined });
    const before = await application.snapshot();
    const again = await application.import(file, email, { timeZone: 'America/Denver' });

    expect(again.entries).toMatchObject({ inserted: 0, unchanged: 2, rejected: 0 });
    expect(again.changes).toEqual([
      {
        kind: 'undated',
        table: 'journal',
        row: 1,
        id: 'new',
        column: 'day',
        from: '2025-01-01',
        to: 'nothing',
      },
    ]);
    expect(await application.snapshot()).toEqual(before);
  });

  it('give the positions and lots that the application displays', async () => {
    const shown = JSON.parse(await readFile(fixture('denver-upgraded.expected.json'), 'utf8')) as {
      positions: { id: string; ticker: string; strike: number; qty: number; entry: number; opened: string }[];
      lots: { ticker: string; qty: number; costPerShare: number }[];
    };
    const email = application.newEmail();
    await application.import(fixture('denver-upgraded.sqlite'), email);
    const { positions, lots } = await inScopeOf(email, async () => ({
      positions: await application.get(LegacyReadModel).positions(),
      lots: await application.get(LegacyReadModel).lots(),
    }));

    expect(
      positions.map(({ symbol, strike, qty, entry, opened, expiration }) => ({
        id: `${symbol}_${Number(strike)}_${expiration}`,
        qty: Number(qty),
        entry: Number(entry),
        opened,
      })),
    ).toEqual(
      shown.positions
        .map(({ id, qty, entry, opened }) => ({ id: id.replace(/T\d{2}:.*/, ''), qty, entry, opened }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(lots.map(({ qty, costPerShare }) => [Number(qty), Number(costPerShare)])).toEqual(
      shown.lots.map(({ qty, costPerShare }) => [qty, costPerShare]),
    );
  });

  it('count in the year that the trader typed, for a figure in any zone', async () => {
    const email = application.newEmail();
    const dividend = { type: 'dividend', amount: 5 };
    const file = await files.write({
      journal: [
        legacyEntry('old', { ...dividend, ts: '2025-01-01T00:00:00.000Z' }),
        legacyEntry('new', { ...dividend, ts: '2025-01-01T07:00:00.000Z' }),
        legacyEntry('plain', { ...dividend, ts: '2025-01-01' }),
        legacyEntry('instant', { ...dividend, ts: '2025-01-01T01:30:00.000Z' }),
      ],
    });
    await application.import(file, email, { timeZone: 'America/Denver' });
    const dividends = (timeZone: string) =>
      inScopeOf(email, () => application.get(CashReadModel).dividends({ per: 'year', timeZone }));

    expect(await dividends('America/Denver')).toMatchObject([
      { period: '2024', count: 1 },
      { period: '2025', count: 3 },
    ]);
    expect(await dividends('Australia/Sydney')).toMatchObject([{ period: '2025', count: 4 }]);
  });
});

it('A file from Sydney is imported, and a wrong zone causes an error that names the row', async () => {
  const email = application.newEmail();
  const sydney = fixture('sydney-roll.sqlite');
  expect(await application.import(sydney, email, { timeZone: 'Australia/Sydney' })).toMatchObject({
    verification: { matches: true },
  });
  await expect(
    application.import(sydney, application.newEmail(), { timeZone: 'America/Denver' }),
  ).rejects.toMatchObject({
    code: 'IMPORT_REJECTED',
    rejected: expect.arrayContaining([
      expect.objectContaining({
        column: 'expiration',
        reason: expect.stringContaining('give the zone in which the journal was kept'),
      }),
    ]),
  });
});

it('Lots by the rules of the browser application follow the recording order, also for an exported file', async () => {
  const [email, other] = [application.newEmail(), application.newEmail()];
  const lotsOf = (whose: string) => inScopeOf(whose, () => application.get(LegacyReadModel).lots());
  await application.import(fixture('london-week1.sqlite'), email, { timeZone: 'Europe/London' });
  const lots = await lotsOf(email);
  const file = files.path('exported.sqlite');
  await application.export({ email, format: 'sqlite', file });
  await application.import(file, other, { timeZone: 'Europe/London' });

  expect(lots).toContainEqual({ symbol: 'SPY', qty: '125.00000000', costPerShare: expect.any(String) });
  expect(await lotsOf(other)).toEqual(lots);
});

it('A copy that the browser application made in an edit keeps the place of its original on a day', async () => {
  const email = application.newEmail();
  const put = {
    symbol: 'AAPL',
    qty: 1,
    strike: 50,
    expiration: '2025-12-19',
    ts: '2025-12-01',
    meta: '{"leg":"put"}',
  };
  const edited = { deleted_at: '2025-12-02T10:00:00.000Z', edit_reason: 'Edited by user' };
  const file = await files.write({
    journal: [
      legacyEntry('sold', {
        ...put,
        ...edited,
        type: 'sell_to_open',
        amount: 200,
        created_at: '2025-12-01 15:00:00',
      }),
      legacyEntry('bought', {
        ...put,
        type: 'buy_to_close',
        amount: -100,
        created_at: '2025-12-01 16:00:00',
      }),
      legacyEntry('copy', { ...put, type: 'sell_to_open', amount: 210, created_at: '2025-12-02 10:00:00' }),
    ],
  });
  await application.import(file, email);

  await inScopeOf(email, async () => {
    expect(await application.get(OptionPositionsReadModel).list()).toEqual([]);
    expect(await application.get(ProfitReadModel).unmatched()).toEqual([]);
  });
  expect(await application.import(file, email)).toMatchObject({ entries: { inserted: 0, unchanged: 3 } });
});

it('A journal of two time zones is imported with one after the other, without the rows of the other', async () => {
  const email = application.newEmail();
  const sold = (id: string, expiration: string) => legacyEntry(id, { type: 'sell_to_open', expiration });
  const journal = [sold('denver', '2026-02-20T07:00:00.000Z'), sold('tokyo', '2026-02-19T15:00:00.000Z')];
  const file = await files.write({ journal });
  const importing = (timeZone: string) => application.import(file, email, { timeZone, skipInvalid: true });

  expect((await importing('America/Denver')).rejected).toMatchObject([
    { id: 'tokyo', reason: expect.stringContaining('midnight at UTC+9') },
  ]);
  expect((await importing('Asia/Tokyo')).entries).toMatchObject({ inserted: 1, unchanged: 0, rejected: 1 });
  expect((await importing('Asia/Tokyo')).entries).toMatchObject({ inserted: 0, unchanged: 1, rejected: 1 });
  expect(await application.journalOf(email)).toMatchObject(
    ['denver', 'tokyo'].map((id) => ({ id, expiration: '2026-02-20' })),
  );
});
