// @slow: waits for slow statements
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import fc from 'fast-check';
import type { MigrationInterface } from 'typeorm';
import { readDatabaseSettings } from '../../src/config/database.settings.js';
import type { QueryLogLevel } from '../../src/config/database.settings.js';
import { dataSourceOptions, migrationOptions } from '../../src/data-source/data-source-options.js';
import { JournalDataSource } from '../../src/data-source/journal.data-source.js';
import { runStatement } from '../../src/driver/statements/run-statement.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { failureOf } from '../support/failure.js';
import { until } from '../support/until.js';

const secret = 'hunter2';

describe('the query log', () => {
  let database: TestDatabase;
  let lines: { level: string; text: string }[];

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  beforeEach(() => {
    lines = [];
    const write = (level: string) => (text: unknown) => void lines.push({ level, text: String(text) });
    const collector: LoggerService = { log: write('log'), warn: write('warn'), error: write('error') };
    collector.debug = write('debug');
    Logger.overrideLogger(collector);
  });

  afterEach(() => {
    Logger.overrideLogger(false);
  });

  async function withLevel(level: QueryLogLevel, work: (dataSource: JournalDataSource) => Promise<unknown>) {
    const settings = readDatabaseSettings({
      DATABASE_URL: database.url,
      DATABASE_QUERY_LOG: level,
      DATABASE_SLOW_QUERY_MS: '500',
    });
    const dataSource = await new JournalDataSource(dataSourceOptions(settings)).initialize();
    lines = [];
    try {
      await work(dataSource);
    } finally {
      await dataSource.destroy();
    }
    return lines;
  }

  /** A statement that succeeds, one that is slow, and one that fails, each with a parameter. */
  async function threeStatements(dataSource: JournalDataSource): Promise<void> {
    await dataSource.query('SELECT $1::text AS fine', [secret]);
    await dataSource.query('SELECT $1::text AS slow FROM pg_sleep(1)', [secret]);
    await dataSource.query('SELECT $1::text AS failed FROM nowhere', [secret]).catch(() => undefined);
  }

  it('contains every statement with `all`, without parameters', async () => {
    const written = await withLevel('all', threeStatements);
    expect(written.filter(({ level }) => level === 'log').map(({ text }) => text)).toEqual([
      'SELECT $1::text AS fine',
      'SELECT $1::text AS slow FROM pg_sleep(1)',
      'SELECT $1::text AS failed FROM nowhere',
    ]);
    expect(written.map(({ text }) => text).join()).not.toContain(secret);
  });

  it.each(['all', 'errors'] as const)('contains failed and slow statements with `%s`', async (level) => {
    const written = (await withLevel(level, threeStatements)).filter((line) => line.level !== 'log');
    expect(written).toEqual([
      { level: 'warn', text: expect.stringMatching(/^\d+ ms for SELECT \$1::text AS slow/) as unknown },
      {
        level: 'error',
        text: 'relation "nowhere" does not exist in SELECT $1::text AS failed FROM nowhere',
      },
    ]);
  });

  it('contains no date of a migration, because TypeORM cannot read it from a name with 14 digits', async () => {
    const settings = readDatabaseSettings({ DATABASE_URL: database.url });
    class CreateNothing20990101000000 implements MigrationInterface {
      name = 'CreateNothing20990101000000';
      async up(): Promise<void> {}
      async down(): Promise<void> {}
    }
    const migrations = [CreateNothing20990101000000];
    const dataSource = await new JournalDataSource(migrationOptions(settings, { migrations })).initialize();
    lines = [];
    try {
      await dataSource.runMigrations();
    } finally {
      await dataSource.destroy();
    }
    const texts = lines.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/is the last executed migration\.$/));
    expect(texts.join()).not.toContain('1978');
  });

  it('contains a slow statement of the package', async () => {
    const slow = { text: 'SELECT $1::text AS slow FROM pg_sleep(1)', values: [secret], map: () => null };
    const written = await withLevel('errors', ({ manager }) => runStatement(manager, slow));
    expect(written).toEqual([
      { level: 'warn', text: expect.stringMatching(/^\d+ ms for SELECT \$1::text AS slow FROM/) as unknown },
    ]);
  });

  it('contains failures that a caller causes at the level debug', async () => {
    const written = await withLevel('errors', async (dataSource) => {
      const failing = `DO $$ BEGIN RAISE EXCEPTION 'taken' USING ERRCODE = '23505'; END $$`;
      await failureOf(dataSource.query(failing));
      const aborted = dataSource.transaction(async (manager) => {
        await failureOf(manager.query('SELECT 1 / 0'));
        await manager.query('SELECT 1 AS later');
      });
      await failureOf(aborted);
      const runner = dataSource.createQueryRunner();
      const abandoned = failureOf(runner.query('SELECT pg_sleep(30)'));
      const waiting = `SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(30)'`;
      await onServer(database.url, (client) => until(async () => (await client.query(waiting)).rowCount));
      await runner.release();
      await abandoned;
    });
    expect(written.map(({ level, text }) => [level, text.replace(/.* in (?=[A-Z])/s, '')])).toEqual([
      ['debug', expect.stringMatching(/^DO /)],
      ['error', 'SELECT 1 / 0'],
      ['debug', 'SELECT 1 AS later'],
      ['debug', 'SELECT pg_sleep(30)'],
    ]);
  });

  it('is empty with `off`', async () => {
    expect(await withLevel('off', threeStatements)).toEqual([]);
  });

  it("removes a parameter from PostgreSQL's error message", async () => {
    const statements = fc.constantFrom(
      'SELECT $1::uuid',
      'SELECT $1::numeric',
      'SELECT $1::date',
      'SELECT $1::timestamptz',
      'SELECT $1::jsonb',
      'SELECT $1::boolean',
      'SELECT $1::numeric[]',
      'SELECT to_date($1, $$YYYY-MM-DD$$)',
      'SELECT decode($1, $$hex$$)',
    );
    const parameter = fc
      .tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))
      .map(([before, after]) => `~${before}${secret}${after}`.replaceAll('\0', ''));
    const written = await withLevel('all', (dataSource) =>
      fc.assert(
        fc.asyncProperty(statements, parameter, async (statement, value) => {
          await failureOf(dataSource.query(statement, [value]));
        }),
        { numRuns: 100 },
      ),
    );
    const errors = written.filter(({ level }) => level === 'error');
    expect(errors.length).toBeGreaterThanOrEqual(100);
    expect(errors.filter(({ text }) => text.includes(secret))).toEqual([]);
  });

  it('keeps quoted names of an error message', async () => {
    const written = await withLevel('errors', async (dataSource) => {
      const negative = `INSERT INTO journal (user_id, id, ts, account_id, type, amount, qty) VALUES ($1, 'x', now(), 'x', 'fee', 0, $2)`;
      const userId = '0199b3c0-0000-7000-8000-000000000000';
      const insert = () => dataSource.query(negative, [userId, -77]);
      await dataSource.scopes.run({ role: 'journal_user', userId }, insert).catch(() => undefined);
    });
    expect(written).toHaveLength(1);
    expect(written[0]?.text).toContain('violates check constraint "chk_journal_qty"');
    expect(written[0]?.text).not.toContain('77');
  });
});
