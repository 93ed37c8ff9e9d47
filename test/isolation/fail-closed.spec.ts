// @slow: hundreds of statements, on each transport
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import {
  AccountsRepository,
  JournalDataSource,
  JournalRepository,
  RoleRefusedError,
  SchemaMissingError,
  UserScope,
  UsersRepository,
  dataSourceOptions,
  runMigrations,
} from '../../src/index.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { failureOf } from '../support/failure.js';
import { putSold } from '../support/database-journal.js';
import { as, createLogin, dropLogin } from '../support/isolation.js';
import { startScopeProxy } from './scope-proxy.js';
import type { ScopeProxy } from './scope-proxy.js';

/**
 * The login owns the tables: a statement with its own privileges would reach the rows of all users.
 */
describe.each([
  ['fast', true],
  ['plain', false],
])('On the %s transport, a scope that cannot be set', (_name, fastPath) => {
  let database: TestDatabase;
  let login: string;
  let proxy: ScopeProxy;
  let dataSource: JournalDataSource;
  let scope: UserScope;
  let accounts: AccountsRepository;
  let journal: JournalRepository;
  let users: UsersRepository;
  let anna: string;
  let before: unknown[];

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    login = await createLogin('IN ROLE journal_user, journal_auth');
    await administrator(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} OWNER TO ${login}`);
    const url = as(database.url, login);
    await runMigrations({ ...database.settings, migrationUrl: url });
    proxy = await startScopeProxy(url);
    const pool = { ...database.settings.pool, max: 2 };
    const settings = { ...database.settings, url: proxy.url, pool, fastPath };
    dataSource = await new JournalDataSource(dataSourceOptions(settings)).initialize();
    scope = new UserScope(dataSource);
    users = new UsersRepository(scope);
    accounts = new AccountsRepository(scope);
    journal = new JournalRepository(scope);
    for (const name of ['anna', 'bob']) {
      const { id } = await users.create({ email: `${name}@example.com` });
      if (name === 'anna') anna = id;
      await scope.run(id, async () => {
        await accounts.create({ id: 'acct-1', name });
        await journal.append(putSold({ id: name }));
      });
    }
    before = await everything();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await proxy.close();
    await database.drop();
    await dropLogin(login);
  });
  afterEach(async () => {
    proxy.fault = undefined;
    expect(await everything()).toEqual(before);
    expect(await asAnna(() => query('SELECT id FROM journal'))).toEqual([{ id: 'anna' }]);
    expect((await asAnna(() => journal.page())).entries.map(({ id }) => id)).toEqual(['anna']);
  });

  const administrator = async (sql: string) =>
    (await onServer(database.url, (client) => client.query<object>(sql))).rows;
  const everything = () =>
    administrator(`
      SELECT xmin::text, users::text AS row FROM users
      UNION ALL SELECT xmin::text, accounts::text FROM accounts
      UNION ALL SELECT xmin::text, journal::text FROM journal ORDER BY 2`);
  const asAnna = <T>(work: () => Promise<T>) => scope.run(anna, work);
  const query = (sql: string) => dataSource.query<object[]>(sql);

  async function withRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = dataSource.createQueryRunner();
    return work(runner).finally(() => runner.release());
  }

  /** Must be called if and only if the scoped transaction has begun. */
  const never = () => Promise.reject(new Error('the unit of work has begun'));
  const works: [string, () => Promise<unknown>][] = [
    ['a query', () => query('SELECT id FROM journal')],
    ['a write', () => query('UPDATE journal SET deleted_at = now()')],
    [
      'a write of TypeORM',
      () => dataSource.getRepository('accounts').createQueryBuilder().delete().execute(),
    ],
    ['a read of the package', () => journal.page()],
    ['a sum of the package', () => journal.totals()],
    ['an append', () => journal.append(putSold({ id: 'never' }))],
    ['an append of several', () => journal.append([putSold({ id: 'never' }), putSold({ id: 'never, too' })])],
    ['a load', () => journal.load([putSold({ id: 'never' })])],
    ['a sign-in', () => users.findByEmail('bob@example.com')],
    ['a unit of work', () => scope.transaction(never)],
    ['a transaction of TypeORM', () => dataSource.transaction(never)],
    [
      'a transaction of a query runner',
      () =>
        withRunner(async (runner) => {
          await runner.startTransaction();
          return never();
        }),
    ],
    [
      'a stream',
      async () => {
        for await (const _entry of journal.stream()) await never();
      },
    ],
  ];

  describe.each(works)('rejects %s', (_work, work) => {
    it.each([
      ['cancelled', '57014'],
      ['of a missing role', 'SCHEMA_MISSING'],
    ] as const)('because the scope is %s', async (fault, code) => {
      proxy.fault = fault;
      const known = proxy.faults();
      const failure = await failureOf(asAnna(work));

      expect(proxy.faults()).toBeGreaterThan(known);
      expect(failure).toMatchObject({ code });
    });

    it('because its role was revoked', async () => {
      await administrator(`REVOKE journal_user, journal_auth FROM ${login}`);
      const failure = await failureOf(asAnna(work));
      await administrator(`GRANT journal_user, journal_auth TO ${login}`);

      expect(failure).toBeInstanceOf(RoleRefusedError);
    });

    it('because the messages cannot contain its user', async () => {
      const { role } = dataSource.scopes.current;
      const failure = await failureOf(dataSource.scopes.run({ role, userId: `${anna}\0` }, work));

      expect(failure).toBeInstanceOf(Error);
      expect(failure).not.toMatchObject({ message: 'the unit of work has begun' });
    });
  });

  it('rejects a statement after foreign text in a unit, for which the scope is set again', async () => {
    const rejected = asAnna(() =>
      scope.transaction(
        async () => {
          await query('RESET ROLE');
          proxy.fault = 'of a missing role';
          return query('SELECT id FROM journal');
        },
        { attempts: 1 },
      ),
    );

    await expect(rejected).rejects.toThrow(SchemaMissingError);
  });
});
