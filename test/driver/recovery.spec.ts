// @slow: damages a connection in many ways
import { setTimeout as sleep } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  Account,
  EmailTakenError,
  JournalExportModule,
  JournalExportService,
  StreamAbandonedError,
  UnknownAccountError,
} from '../../src/index.js';
import type { JournalDataSource, NewEntry } from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { deferred } from '../support/deferred.js';
import { until } from '../support/until.js';

/** Far above the pauses of a reader on a busy machine. */
const streamTimeout = 800;

describe.each([
  ['fast', true],
  ['plain', false],
] as const)('With the %s transport,', (_transport, fastPath) => {
  let under: JournalUnderTest;
  let anna: string;

  beforeAll(async () => {
    under = await startJournal(
      {
        fastPath,
        streamTimeout,
        pool: { min: 1, max: 1, idleTimeout: 30_000, connectionTimeout: 5_000 },
      },
      [JournalExportModule],
    );
    anna = await under.newUser();
  });
  afterAll(() => under.close());
  afterEach(() => void Logger.overrideLogger(false));

  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(anna, work);
  const ids = async () => (await asAnna(() => under.journal.page())).entries.map(({ id }) => id);
  const openTransactions = async () => {
    const [row]: { open: number }[] = await under.owner.query(
      `SELECT count(*)::int AS open FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'`,
    );
    return row?.open;
  };

  it('a statement with a stale prepared plan is sent again, and a unit of work is run again', async () => {
    await asAnna(() => under.journal.append(putSold({ id: 'kept' })));
    let units = 0;
    const unit = () =>
      asAnna(() =>
        under.scope.transaction(async (manager) => {
          units += 1;
          await manager.insert(Account, { userId: anna, id: `acct-${units + 10}`, name: 'Margin' });
          return under.journal.get('kept');
        }),
      );
    await unit();
    for (const type of ['varchar(2000)', 'text']) {
      await under.owner.query(`ALTER TABLE journal ALTER COLUMN notes TYPE ${type}`);
      expect(await ids()).toEqual(['kept']);
      await under.owner.query(`ALTER TABLE journal ALTER COLUMN edit_reason TYPE ${type}`);
      expect((await unit()).id).toBe('kept');
    }
  });

  it('a statement whose idle connection has ended is sent over another connection', async () => {
    await ids();
    await under.owner.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'trading-journal'`,
    );
    await sleep(50);

    expect(await ids()).toEqual(['kept']);
  });

  it('a unit of work whose callback never ends occupies no connection after the end of its session', async () => {
    const endless = deferred();
    const unit = asAnna(() =>
      under.scope.transaction(
        async () => {
          await under.journal.append(putSold({ id: 'endless' }));
          await under.dataSource.query('SET LOCAL idle_in_transaction_session_timeout = 100');
          await endless.promise;
        },
        { attempts: 1 },
      ),
    );
    const outcome = expect(unit).rejects.toMatchObject({ code: 'CONNECTION_LOST' });

    expect(await ids()).toEqual(['kept']);
    endless.resolve();
    await outcome;
    expect(await ids()).toEqual(['kept']);
  });

  it('a transaction is complete although foreign text has removed prepared statements', async () => {
    const totals = () => under.journal.totals();
    const expected = await asAnna(totals);
    // A failed statement stays prepared on the server. It fails here once, so that the counts of
    // prepared statements below are equal.
    const unknown = putSold({ id: 'never', accountId: 'acct-9' });
    await expect(asAnna(() => under.journal.append(unknown))).rejects.toThrow(UnknownAccountError);
    for (let removed = 1; removed <= 4; removed += 1) {
      await asAnna(totals);
      await under.dataSource.query(`DO $$ DECLARE found text; BEGIN
        FOR found IN SELECT name FROM pg_prepared_statements WHERE name LIKE 'journal%'
          ORDER BY name DESC LIMIT ${removed}
        LOOP EXECUTE format('DEALLOCATE %I', found); END LOOP; END $$`);
      expect(await asAnna(() => under.scope.transaction(totals, { attempts: 1 }))).toEqual(expected);
    }
  });

  it('the seed of random() is not inherited from the previous user', async () => {
    const random = async () => {
      await under.dataSource.query('SELECT setseed(0.5)');
      return under.dataSource.query<unknown[]>('SELECT random()');
    };

    expect(await random()).not.toEqual(await random());
  });

  it('an unread stream returns its connection', async () => {
    const bob = await under.newUser();
    const entries = (function* (): Generator<NewEntry> {
      for (let at = 0; at < 9_000; at += 1) yield putSold({ id: `bulk-${at}` });
    })();
    await under.scope.run(bob, () => under.journal.load(entries));
    const stream = under.scope.run(bob, () => Promise.resolve(under.journal.stream()));
    const reader = await stream;
    await reader.next();
    // The pool has one connection, so this call waits until the stream has released it.
    expect(await ids()).toEqual(['kept']);

    const drain = async () => {
      for await (const _entry of reader);
    };
    await expect(drain()).rejects.toThrow(StreamAbandonedError);
    expect((under.dataSource as JournalDataSource).journal.connectionCounts).toEqual({ total: 1, idle: 1 });
  });

  it('a stream that nobody reads to its end or ends leaves no timer behind', async () => {
    const dora = await under.newUser();
    const asDora = <T>(work: () => Promise<T>) => under.scope.run(dora, work);
    await asDora(() => under.journal.append(putSold({ id: 'read' })));
    const started = jest.spyOn(globalThis, 'setInterval');
    const ended = jest.spyOn(globalThis, 'clearInterval');
    try {
      await asDora(() => under.journal.stream().next());
      const timers = started.mock.results.map(({ value }): unknown => value);
      expect(timers).not.toHaveLength(0);
      await until(() => timers.every((timer) => ended.mock.calls.some(([ending]) => ending === timer)));
    } finally {
      started.mockRestore();
      ended.mockRestore();
    }
  });

  it('a stream is not ended while its reader waits for a connection or for entries', async () => {
    const carl = await under.newUser();
    const asCarl = <T>(work: () => Promise<T>) => under.scope.run(carl, work);
    const entries = Array.from({ length: 5_000 }, (_, at) => putSold({ id: `slow-${at}` }));
    await asCarl(() => under.journal.load(entries));
    // Reading an entry of the last batch takes three times the limit.
    await under.owner.query(
      `CREATE POLICY slow ON journal AS RESTRICTIVE USING (id <> 'slow-100' OR pg_sleep(${(3 * streamTimeout) / 1_000})::text = '')`,
    );
    try {
      const reader = await asCarl(() => Promise.resolve(under.journal.stream()));
      await sleep(1.25 * streamTimeout);
      const end = deferred();
      const unit = asAnna(() => under.scope.transaction(() => end.promise));
      const first = reader.next();
      await sleep(3 * streamTimeout);
      end.resolve();
      await unit;
      expect((await first).done).toBe(false);
      let taken = 1;
      for await (const _entry of reader) taken += 1;
      expect(taken).toBe(5_000);
    } finally {
      await under.owner.query('DROP POLICY slow ON journal');
    }
  });

  it('an export has committed when its destination ends', async () => {
    const seen: (number | undefined)[] = [];
    const destination = new Writable({
      write: (_chunk, _encoding, done) => done(),
      final: (done) => {
        void openTransactions().then((open) => {
          seen.push(open);
          done();
        });
      },
    });
    const [user] = await under.owner.query<{ email: string }[]>(`SELECT email FROM users WHERE id = $1`, [
      anna,
    ]);
    const report = await under
      .get(JournalExportService)
      .write({ email: user?.email ?? '', format: 'ndjson' }, destination);

    expect(report.entries).toBe(1);
    expect(seen).toEqual([0]);
  });

  it('an expected error of a caller is not logged as an error', async () => {
    const lines: string[] = [];
    const write = (level: string) => (text: unknown) => void lines.push(`${level} ${String(text)}`);
    const collector: LoggerService = { log: write('log'), warn: write('warn'), error: write('error') };
    const loud = await startJournal({ fastPath, queryLog: 'errors' });
    try {
      const user = await loud.newUser();
      Logger.overrideLogger(collector);
      const append = (entry: Partial<NewEntry>) =>
        loud.scope.run(user, () => loud.journal.append(putSold({ id: 'e', ...entry })));
      await append({});
      await append({});
      await expect(append({ id: 'f', accountId: 'acct-9' })).rejects.toThrow(UnknownAccountError);
      const [{ email } = { email: '' }] =
        await loud.owner.query<{ email: string }[]>('SELECT email FROM users');
      await expect(loud.users.create({ email })).rejects.toThrow(EmailTakenError);
      expect(lines).toEqual([]);
      await expect(loud.dataSource.query('SELECT 1 / 0')).rejects.toThrow('division');
      expect(lines).toEqual([expect.stringMatching(/^error .*division by zero/)]);
    } finally {
      await loud.close();
    }
  });
});
