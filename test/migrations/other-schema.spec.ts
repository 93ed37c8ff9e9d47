// @slow: migrates a database
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import {
  AccountsRepository,
  DatabaseModule,
  JournalRepository,
  readDatabaseSettings,
  runMigrations,
  SchemaStatusService,
  UserScope,
  UsersRepository,
} from 'trading-journal-database';
import { createTestDatabase } from 'trading-journal-database/testing';
import { onServer } from '../../src/testing/server/on-server.js';
import { failureOf } from '../support/failure.js';

/** The statements of the guide, for a schema, a database and logins of the test. */
function statementsFor(schema: string, database: string, owner: string, app: string): string {
  const [, block = ''] = /```sql\n(CREATE SCHEMA[\s\S]*?)```/.exec(
    readFileSync('docs/guides/deployment.md', 'utf8'),
  ) as string[];
  return block
    .replaceAll(/(SCHEMA|search_path =) journal\b/g, `$1 ${schema}`)
    .replaceAll('journal_owner', owner)
    .replaceAll('journal_app', app)
    .replaceAll('DATABASE shop', `DATABASE ${database}`);
}

it('the migrations refuse a schema with another table `users`, and leave it as it is', async () => {
  const database = await createTestDatabase({ empty: true });
  try {
    await onServer(database.url, (client) => client.query('CREATE TABLE users AS SELECT 1 AS id'));
    expect(await failureOf(runMigrations(database.settings))).toMatchObject({
      code: 'TABLES_TAKEN',
      tables: ['users'],
    });
    const { rows } = await onServer(database.url, (client) =>
      client.query(`SELECT users.*, to_regclass('accounts') AS accounts FROM users`),
    );
    expect(rows).toEqual([{ id: 1, accounts: null }]);
  } finally {
    await database.drop();
  }
});

it('an application whose search_path is empty learns that the tables are missing', async () => {
  const database = await createTestDatabase();
  try {
    const name = new URL(database.url).pathname.slice(1);
    await onServer(database.url, (client) => client.query(`ALTER DATABASE "${name}" SET search_path = ''`));
    const settings = { ...database.settings, privilegeCheck: 'error' } as const;
    const start = Test.createTestingModule({
      imports: [DatabaseModule.forRootAsync({ useFactory: () => settings })],
    }).compile();
    expect(await failureOf(start)).toMatchObject({ code: 'SCHEMA_MISSING' });
  } finally {
    await database.drop();
  }
});

it.each(['journal', '"Shop-Journal"'])(
  'the package works in its own schema %s, in a database with other tables of equal names',
  async (schema) => {
    const database = await createTestDatabase({ empty: true });
    const name = new URL(database.url).pathname.slice(1);
    const [owner, app] = ['owner', 'app'].map((role) => `schema_${role}_${randomBytes(4).toString('hex')}`);
    const urlOf = (login = '') =>
      Object.assign(new URL(database.url), { username: login, password: 'secret' }).toString();
    const settings = readDatabaseSettings({
      NODE_ENV: 'production', // refuses unsafe privileges
      DATABASE_URL: urlOf(app),
      DATABASE_MIGRATION_URL: urlOf(owner),
      DATABASE_QUERY_LOG: 'off',
    });
    try {
      await onServer(database.url, async (client) => {
        await client.query(`CREATE ROLE ${owner} LOGIN PASSWORD 'secret'`);
        await client.query(
          `CREATE ROLE ${app} LOGIN PASSWORD 'secret' IN ROLE journal_user, journal_auth; CREATE TABLE users (id integer)`,
        );
        await client.query(statementsFor(schema, name, owner ?? '', app ?? ''));
      });
      await runMigrations(settings);
      const nest = await Test.createTestingModule({
        imports: [DatabaseModule.forRootAsync({ useFactory: () => settings })],
      }).compile();
      nest.useLogger(false);
      await nest.init();
      try {
        const { id } = await nest.get(UsersRepository).create({ email: 'ann@example.com' });
        await nest.get(UserScope).run(id, async () => {
          await nest.get(AccountsRepository).create({ id: 'acct-1', name: 'Main' });
          const journal = nest.get(JournalRepository);
          await journal.append({ ts: new Date(), accountId: 'acct-1', type: 'fee', amount: '-0.65' });
          expect(await journal.totals()).toMatchObject({ count: 1, net: '-0.65000000' });
        });
        expect(await nest.get(SchemaStatusService).status()).toMatchObject({ pending: [], unknown: [] });
        expect(await nest.get(SchemaStatusService).drift()).toEqual([]);
      } finally {
        await nest.close();
      }
      const { rows } = await onServer(database.url, (client) =>
        client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`),
      );
      expect(rows).toEqual([{ tablename: 'users' }]);
    } finally {
      await database.drop();
      await onServer(process.env['TEST_DATABASE_URL'] ?? '', (client) =>
        client.query(`DROP ROLE IF EXISTS ${owner}; DROP ROLE IF EXISTS ${app}`),
      );
    }
  },
);
