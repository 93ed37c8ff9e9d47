import 'reflect-metadata';
import { Module } from '@nestjs/common';
import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { OwnStatement } from '../../../../src/driver/contract/contract.js';
import { runStatement } from '../../../../src/driver/statements/run-statement.js';
import { DatabaseModule, JournalRepository, readDatabaseSettings, UserScope } from '../../../../src/index.js';
import type { JournalDataSource, NewEntry } from '../../../../src/index.js';
import type { GuardReport, GuardRun, rightAnswers } from './guard-run.js';

// An application that runs with a modified copy of pg.

const ignore = () => undefined;

@Module({})
class Application {}

/** A pool of one connection: each statement runs in the session of the previous one. */
function settingsOf(url: string) {
  return readDatabaseSettings({
    DATABASE_URL: url,
    DATABASE_POOL_MIN: '0',
    DATABASE_POOL_MAX: '1',
    DATABASE_CONNECT_RETRY_MS: '0',
    DATABASE_PRIVILEGE_CHECK: 'off',
    DATABASE_QUERY_LOG: 'off',
  });
}

/** Starts the application, and reports its answers. */
export async function run(guarded: GuardRun): Promise<GuardReport> {
  const warnings: string[] = [];
  const logger: LoggerService = {
    log: ignore,
    error: ignore,
    warn: (message: unknown) => void warnings.push(String(message)),
  };
  const module = {
    module: Application,
    imports: [DatabaseModule.forRootAsync({ useFactory: () => settingsOf(guarded.url) })],
  };
  let app: INestApplicationContext;
  try {
    app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
  } catch (error) {
    return { refused: describe(error) };
  }
  const answers = await answersOf(app, guarded);
  const { isFast } = app.get<DataSource, JournalDataSource>(DataSource).journal;
  await app.close();
  return { isFast, warnings, answers };
}

async function answersOf(
  app: INestApplicationContext,
  { url, anna, bob }: GuardRun,
): Promise<Record<keyof typeof rightAnswers, unknown>> {
  const dataSource = app.get(DataSource);
  const [scope, journal] = [app.get(UserScope), app.get(JournalRepository)];
  const as = <T>(user: string, work: () => Promise<T>) => scope.run(user, work);
  const own = <T>(statement: OwnStatement<T>) => as(anna, () => runStatement(dataSource.manager, statement));
  const page = async (user: string) =>
    (await as(user, () => journal.page())).entries.map(({ id }: { id: string }) => id);
  const foreign = (user: string) =>
    as(user, () => dataSource.query<unknown>('SELECT id FROM journal ORDER BY id'));
  const quotient = (divisor: string): OwnStatement<string | null> => ({
    text: 'SELECT 6 / $1::int',
    values: [divisor],
    map: (row) => row.text(0),
  });
  const unknownColumn: OwnStatement<unknown> = { text: 'SELECT missing', values: [], map: ignore };
  const unmappable: OwnStatement<unknown> = {
    text: 'SELECT n FROM generate_series(1, 100) n',
    values: [],
    map: () => {
      throw new RangeError('this row cannot be mapped');
    },
  };

  await as(anna, () => journal.append([entry('a'), entry('b')]));
  return {
    'entries of Anna': await page(anna),
    'entries of Bob': await page(bob),
    'entries of Anna, by foreign text': await foreign(anna),
    'entries of Bob, by foreign text': await foreign(bob),
    'an entry of an unknown account': await nameOf(
      as(anna, () => journal.append({ ...entry('x'), accountId: 'acct-9' })),
    ),
    'no user in scope': await nameOf(journal.page()),
    totals: (await as(anna, () => journal.totals())).count,
    'many rows': await own({
      text: `SELECT repeat('x', 1000) FROM generate_series(1, 2000)`,
      values: [],
      map: (row) => row.text(0)?.length ?? 0,
    }).then((lengths) => [lengths.length, lengths.reduce((sum, length) => sum + length, 0)]),
    'the user and the role': (
      await own({
        text: `SELECT current_setting('app.user_id'), current_user`,
        values: [],
        map: (row) => [row.text(0) === anna ? 'anna' : row.text(0), row.text(1)],
      })
    )[0],
    'a failed statement': await codeOf(own(quotient('0'))),
    'foreign text after it': await foreign(anna),
    'a statement after it': await own(quotient('3')),
    'a text that the server does not take': await codeOf(own(unknownColumn)),
    'the same text again': await codeOf(own(unknownColumn)),
    'a failed mapper': await messageOf(own(unmappable)),
    'a statement after a failed mapper': await own(quotient('3')),
    'a unit of work that throws': await messageOf(
      as(anna, () =>
        scope.transaction(async () => {
          await journal.append(entry('x'));
          throw new Error('thrown by the unit');
        }),
      ),
    ),
    'a unit of work in which a statement fails': await nameOf(
      as(anna, () =>
        scope.transaction(async () => {
          await journal.append(entry('x'));
          await own(quotient('0')).catch(ignore);
        }),
      ),
    ),
    'entries after the units': await page(anna),
    'a unit of work that succeeds': await as(anna, () =>
      scope.transaction(() => journal.append(entry('c'))),
    ).then(() => page(anna)),
    'pages at once': (await Promise.all([anna, bob, anna, bob, anna, bob].map(page))).map(
      (ids) => ids.length,
    ),
    'a connection that ends': await whileConnectionEnds(url, own, {
      text: 'SELECT pg_sleep(20)',
      values: [],
      map: ignore,
    }),
    'entries after it': await page(anna),
  };
}

function entry(id: string): NewEntry {
  return { id, ts: new Date('2026-01-05T15:30:00Z'), accountId: 'acct-1', type: 'fee', amount: '-1.30' };
}

/** Terminates the pool's only connection while a statement sleeps. */
async function whileConnectionEnds(
  url: string,
  own: <T>(statement: OwnStatement<T>) => Promise<T[]>,
  sleep: OwnStatement<unknown>,
): Promise<unknown> {
  const [pid] = await own({ text: 'SELECT pg_backend_pid()', values: [], map: (row) => row.text(0) });
  const code = codeOf(own(sleep));
  const client = new pg.Client(url);
  await client.connect();
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'`;
  let ended: number | null;
  do ended = (await client.query(end, [pid])).rowCount;
  while (ended === 0);
  await client.end();
  return code;
}

function describe(error: unknown): string {
  return (error instanceof Error && error.stack) || String(error);
}

function nameOf(failing: Promise<unknown>): Promise<unknown> {
  return failing.then(
    () => 'no error',
    (error: Error) => error.name,
  );
}

function messageOf(failing: Promise<unknown>): Promise<unknown> {
  return failing.then(
    () => 'no error',
    (error: Error) => error.message,
  );
}

function codeOf(failing: Promise<unknown>): Promise<unknown> {
  return failing.then(
    () => 'no error',
    (error: Error & { code?: unknown }) => error.code ?? error.message,
  );
}
