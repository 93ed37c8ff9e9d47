import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, QueryFailedError } from 'typeorm';
import type { OwnStatement } from '../../../src/driver/contract/contract.js';
import { runStatement } from '../../../src/driver/statements/run-statement.js';
import { startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';

describe.each([
  ['fast', true],
  ['plain', false],
])('A statement of the package, on the %s transport,', (_name, fastPath) => {
  let under: JournalUnderTest;
  let userId: string;

  beforeAll(async () => {
    under = await startJournal({
      fastPath,
      statementLimit: 3_000,
      pool: { min: 1, max: 1, idleTimeout: 10_000, connectionTimeout: 2_000 },
    });
    userId = await under.newUser();
  });
  afterAll(() => under.close());

  const asUser = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const run = <T>(statement: OwnStatement<T>) =>
    asUser(() => runStatement(under.dataSource.manager, statement));
  const page = () => asUser(() => under.journal.page());
  const empty = { entries: [], next: null };
  const quotient = (divisor: string): OwnStatement<string | null> => ({
    text: 'SELECT 6 / $1::int, current_user',
    values: [divisor],
    map: (row) => row.text(0),
  });

  it('returns mapped rows, in the scope of the user', async () => {
    const text = `SELECT current_user, current_setting('app.user_id'), $1::text, n, NULL, 'é' FROM generate_series(1, 2) n`;
    const rows = await run({ text, values: ['ü'], map: ({ fields }) => [...fields] });

    expect(rows).toEqual(['1', '2'].map((n) => ['journal_user', userId, 'ü', n, null, 'é']));
  });

  it('can alternately fail and succeed', async () => {
    for (let times = 0; times < 2; times += 1) {
      await expect(run(quotient('0'))).rejects.toThrow(QueryFailedError);
      await expect(run(quotient('0'))).rejects.toMatchObject({ code: '22012', query: quotient('0').text });
      expect(await run(quotient('2'))).toEqual(['3']);
    }
  });

  it('fails with the error of its mapper, and its connection remains usable', async () => {
    const unreadable = new RangeError('a row that cannot be mapped');
    const map = () => {
      throw unreadable;
    };
    const failing = run({ text: 'SELECT n FROM generate_series(1, 1000) n', values: [], map });

    await expect(failing).rejects.toMatchObject({ driverError: unreadable });
    expect(await page()).toEqual(empty);
  });

  it.each<[string, string[], RegExp]>([
    [
      'more values than a statement can have',
      Array.from({ length: 70_000 }, () => '1'),
      /must be >= 0 and <= 65535|bind message has 4464/,
    ],
    ['a text that PostgreSQL cannot hold', ['\0'], /invalid byte sequence/],
  ])('with %s fails, and leaves the connection usable', async (_, values, message) => {
    const failing = run({ text: 'SELECT $1::text', values, map: (row) => row.text(0) });

    await expect(failing).rejects.toThrow(message);
    expect(await page()).toEqual(empty);
  });

  it('is sent again if its plan is for changed columns', async () => {
    const read = () =>
      run({ text: 'SELECT * FROM accounts', values: [], map: ({ fields }) => fields.length });
    const [before] = await read();
    await under.owner.query('ALTER TABLE accounts ADD COLUMN added int');

    expect(await read()).toEqual([(before ?? 0) + 1, (before ?? 0) + 1]);
    await under.owner.query('ALTER TABLE accounts DROP COLUMN added');
    const unit = () => asUser(() => under.scope.transaction(read));
    expect(await unit()).toEqual([before, before]);
  });

  it('is refused on a DataSource for migrations', async () => {
    const refused = runStatement(under.owner.manager, quotient('2'));

    await expect(refused).rejects.toThrow('it is a DataSource for migrations');
  });

  it('is refused on a DataSource that the package has not made', async () => {
    const other = new DataSource({ type: 'postgres', url: under.url });

    await expect(runStatement(other.manager, quotient('2'))).rejects.toThrow('not created by DatabaseModule');
  });

  it('returns its connection if the logger fails', async () => {
    const { logger } = under.dataSource;
    under.dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
      logQuery: () => {
        throw new Error('the log is full');
      },
    });
    await expect(page()).rejects.toThrow('the log is full');
    under.dataSource.logger = logger;

    expect(await page()).toEqual(empty);
  });
});
