// @slow: starts two servers
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import {
  AccountsRepository,
  DatabaseModule,
  JournalRepository,
  ReadOnlyServerError,
  runMigrations,
  UserScope,
  UsersRepository,
} from '../../src/index.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { settingsOf } from '../../src/testing/server/test-server.js';
import { failureOf } from '../support/failure.js';
import { putSold } from '../support/database-journal.js';
import { startReplicatedPostgres } from './standby.js';
import type { ReplicatedPostgres } from './standby.js';
import { startSwitchingProxy } from '../support/switching-proxy.js';
import type { SwitchingProxy } from '../support/switching-proxy.js';

const poolSize = 4;
const database = 'journal';

let servers: ReplicatedPostgres;

beforeAll(async () => {
  servers = await startReplicatedPostgres();
  await onServer(servers.primaryUrl('postgres'), (client) => client.query(`CREATE DATABASE ${database}`));
  await runMigrations(settingsOf(servers.primaryUrl(database)));
});
afterAll(() => servers.stop());

describe.each([
  ['fast', true],
  ['plain', false],
])('With the %s transport, an application on a standby', (transport, fastPath) => {
  let proxy: SwitchingProxy;
  let app: TestingModule;
  let warnings: { message: string; context: unknown }[];
  let anna: string;
  let made = 0;

  const collector: LoggerService = {
    log: () => undefined,
    error: () => undefined,
    warn: (message: unknown, context: unknown) => void warnings.push({ message: String(message), context }),
  };

  async function start(url: string): Promise<TestingModule> {
    const pool = { min: 0, max: poolSize, idleTimeout: 30_000, connectionTimeout: 5_000 };
    const settings = { ...settingsOf(url), fastPath, pool };
    warnings = [];
    const imports = [DatabaseModule.forRootAsync({ useFactory: () => settings })];
    return Test.createTestingModule({ imports }).setLogger(collector).compile();
  }

  /** Creates a user with an account and the entry `stored` on the primary. */
  async function newUser(): Promise<string> {
    made += 1;
    const primary = await start(servers.primaryUrl(database));
    expect(warningsOfDatabase()).toEqual([]);
    const { id } = await primary.get(UsersRepository).create({ email: `${transport}-${made}@example.com` });
    await primary.get(UserScope).run(id, async () => {
      await primary.get(AccountsRepository).create({ id: 'acct-1', name: 'Taxable' });
      await primary.get(JournalRepository).append(putSold({ id: 'stored' }));
    });
    await primary.close();
    await servers.caughtUp();
    return id;
  }

  const warningsOfDatabase = () => warnings.filter(({ context }) => context === 'Database');
  const asAnna = <T>(work: () => Promise<T>) => app.get(UserScope).run(anna, work);
  const append = (id: string) => asAnna(() => app.get(JournalRepository).append(putSold({ id })));
  const query = <T>(sql: string) => app.get(DataSource).query<T[]>(sql);
  const readers = <T>(read: () => Promise<T>) => Promise.all(Array.from({ length: poolSize }, read));
  /** The entries on the primary. */
  const ids = async () => {
    const { rows } = await onServer(servers.primaryUrl(database), (client) =>
      client.query<{ id: string }>('SELECT id FROM journal WHERE user_id = $1 ORDER BY id', [anna]),
    );
    return rows.map(({ id }) => id);
  };

  beforeEach(async () => {
    anna = await newUser();
    proxy = await startSwitchingProxy(servers.standbyUrl(database));
    app = await start(proxy.url);
  });
  afterEach(async () => {
    await app.close();
    await proxy.close();
  });

  it('logs one warning about the standby', () => {
    expect(warningsOfDatabase()).toHaveLength(1);
    expect(warningsOfDatabase()[0]?.message).toMatch(/standby|read-only/i);
  });

  it('can read', async () => {
    expect(await query('SELECT pg_is_in_recovery() AS standby')).toEqual([{ standby: true }]);
    expect((await app.get(UsersRepository).get(anna)).id).toBe(anna);
    await asAnna(async () => {
      const journal = app.get(JournalRepository);
      expect((await journal.page()).entries.map(({ id }) => id)).toEqual(['stored']);
      expect((await journal.totals()).count).toBe(1);
      const streamed: string[] = [];
      for await (const { id } of journal.stream()) streamed.push(id);
      expect(streamed).toEqual(['stored']);
      expect(await query('SELECT id FROM journal')).toEqual([{ id: 'stored' }]);
      const inUnit = app.get(UserScope).transaction(async () => (await journal.get('stored')).id, {
        isolation: 'REPEATABLE READ',
      });
      expect(await inUnit).toBe('stored');
    });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['append', () => append('new')],
    ['remove', () => asAnna(() => app.get(JournalRepository).remove('stored', { reason: 'test' }))],
    ['accounts.create', () => asAnna(() => app.get(AccountsRepository).create({ name: 'Margin' }))],
    ['users.create', () => app.get(UsersRepository).create({ email: 'refused@example.com' })],
    ['SQL of the application', () => asAnna(() => query(`DELETE FROM journal WHERE id = 'stored'`))],
    [
      'a unit of work',
      () =>
        asAnna(() =>
          app.get(UserScope).transaction(async () => {
            await app.get(JournalRepository).page();
            await app.get(JournalRepository).append(putSold({ id: 'new' }));
          }),
        ),
    ],
  ])('rejects %s with ReadOnlyServerError', async (_what, write) => {
    const failure = await failureOf(write());

    expect(failure).toBeInstanceOf(ReadOnlyServerError);
    expect(failure).toMatchObject({ code: 'DATABASE_READ_ONLY' });
    expect(await ids()).toEqual(['stored']);
    expect((await asAnna(() => app.get(JournalRepository).page())).entries).toHaveLength(1);
  });

  it('closes a connection that rejected a write as read-only', async () => {
    await query('SELECT 1');
    const before = proxy.connections();
    await failureOf(append('new'));
    await query('SELECT 1');

    expect(proxy.connections()).toBeGreaterThan(before);
  });

  it('recovers without a restart when the name moves to the primary', async () => {
    expect(await failureOf(append('before'))).toBeInstanceOf(ReadOnlyServerError);
    await readers(() => query('SELECT pg_sleep(0.3)'));
    proxy.switchTo(servers.primaryUrl(database));

    const failures: unknown[] = [];
    for (let attempt = 1; attempt <= poolSize + 1; attempt += 1) {
      const failure = await failureOf(append(`after-${attempt}`));
      if (failure === undefined) break;
      failures.push(failure);
    }
    // At most one failure for each connection that still leads to the standby.
    expect(failures.length).toBeLessThanOrEqual(poolSize);
    for (const failure of failures) expect(failure).toBeInstanceOf(ReadOnlyServerError);
    const healed = await Promise.allSettled(
      Array.from({ length: 3 * poolSize }, (_, index) => append(`healed-${index}`)),
    );
    const refused = healed.filter(({ status }) => status === 'rejected').length;
    expect(failures.length + refused).toBeLessThanOrEqual(poolSize);
    await Promise.all(Array.from({ length: 3 * poolSize }, (_, index) => append(`healed-${index}`)));

    expect((await ids()).filter((id) => id.startsWith('healed'))).toHaveLength(3 * poolSize);
  });

  it('recovers with units of work alone', async () => {
    const unit = (id: string) =>
      asAnna(() =>
        app.get(UserScope).transaction(() => app.get(JournalRepository).append(putSold({ id })), {
          idempotent: true,
        }),
      );
    expect(await failureOf(unit('before'))).toBeInstanceOf(ReadOnlyServerError);
    await readers(() => query('SELECT pg_sleep(0.3)'));
    proxy.switchTo(servers.primaryUrl(database));

    for (let attempt = 1; attempt <= poolSize; attempt += 1) await failureOf(unit('moved'));
    await unit('moved');
    expect(await ids()).toEqual(['moved', 'stored']);
  });
});
