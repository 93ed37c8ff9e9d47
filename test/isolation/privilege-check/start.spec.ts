// @slow: starts an application for each test
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  AccountsRepository,
  JournalRepository,
  SchemaMissingError,
  SchemaStatusService,
  UnsafePrivilegesError,
  UserScope,
  UsersRepository,
} from '../../../src/index.js';
import { failureOf } from '../../support/failure.js';
import { putSold } from '../../support/database-journal.js';
import { as } from '../../support/isolation.js';
import { Deployment, remediesOf } from '../../support/privilege-check.js';
import { until } from '../../support/until.js';
import { recordWire } from '../../support/wire-recorder.js';

const deployment = new Deployment();
const apps: INestApplicationContext[] = [];
let login: string;
let logged: string[];

beforeEach(async () => {
  await deployment.open();
  login = await deployment.role();
  logged = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => {
    // Nest keeps the name of a DataSource that failed to start, and warns about the next one.
    if (!String(message).includes('is already registered')) logged.push(String(message));
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const app of apps.splice(0)) await app.close();
  await deployment.close();
});

async function start(...args: Parameters<Deployment['start']>): Promise<INestApplicationContext> {
  const app = await deployment.start(...args);
  apps.push(app);
  return app;
}

const unsafe = `ALTER TABLE journal DISABLE ROW LEVEL SECURITY; GRANT DELETE ON journal TO journal_user`;

describe.each([
  ['quote_all_identifiers', 'on'],
  ['row_security', 'off'],
])('A database whose %s is %s', (name, value) => {
  beforeEach(() => {
    const database = new URL(deployment.database.url).pathname.slice(1);
    return deployment.administrator(`ALTER DATABASE ${database} SET ${name} = ${value}`);
  });

  it('starts without a finding or drift, and keeps entries', async () => {
    const app = await start(login, { schemaCheck: 'error' });

    expect(await app.get(SchemaStatusService).drift()).toEqual([]);
    const { id } = await app.get(UsersRepository).create({ email: 'anna@example.com' });
    await app.get(UserScope).run(id, async () => {
      await app.get(AccountsRepository).create({ id: 'acct-1', name: 'Margin' });
      await app.get(JournalRepository).append(putSold());
      // SQL of the application; the driver resets the session afterwards.
      await app.get(DataSource).query('SELECT 1');
      expect((await app.get(JournalRepository).page()).entries).toHaveLength(1);
    });
    expect(await app.get(SchemaStatusService).drift()).toEqual([]);
    expect(logged).toEqual([]);
  });
});

describe('An unsafe database', () => {
  beforeEach(() => deployment.administrator(unsafe));

  it('prevents the start of an application in production, with all findings and the statements to run', async () => {
    const failure = await failureOf(start(login, { privilegeCheck: 'error' }));

    expect(failure).toBeInstanceOf(UnsafePrivilegesError);
    const { code, findings, message } = failure as UnsafePrivilegesError;
    expect(code).toBe('UNSAFE_PRIVILEGES');
    expect(findings.map((finding) => finding.code)).toEqual(['RLS_OFF', 'GRANT_TOO_MANY']);
    for (const finding of findings) {
      expect(message).toContain(finding.message);
      expect(message).toContain(finding.remedy);
    }
    expect(message).toContain('DATABASE_PRIVILEGE_CHECK=warn');
    expect(logged).toEqual([]);
  });

  it('leaves no connection open', async () => {
    const before = process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP')).length;
    const open = `SELECT count(*)::int AS open FROM pg_stat_activity WHERE usename = '${login}'`;
    await failureOf(start(login, { pool: { min: 5, max: 5, idleTimeout: 0, connectionTimeout: 5_000 } }));
    const count = async () => (await deployment.administrator(open)).rows[0]?.['open'];
    // A server process ends shortly after its connection.
    await until(async () => (await count()) === 0);

    expect(process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP'))).toHaveLength(
      before,
    );
  });

  it('causes one warning for each finding outside of production, and the application works', async () => {
    const app = await start(login, { privilegeCheck: 'warn' });

    expect(logged).toEqual([
      'Row-level security is off on public.journal, so every user reaches all of its rows. ' +
        'Let an administrator run: ALTER TABLE public.journal ENABLE ROW LEVEL SECURITY;',
      'The role journal_user has DELETE on public.journal and must not have it. ' +
        'Let an administrator run: REVOKE DELETE ON public.journal FROM journal_user;',
    ]);
    await worksIn(app);
  });

  it('is not checked if the check is off', async () => {
    await worksIn(await start(login, { privilegeCheck: 'off' }));
    expect(logged).toEqual([]);
  });
});

describe('A safe database', () => {
  it('is checked once, by one statement', async () => {
    const url = as(deployment.database.url, login);
    const sentWith = async (privilegeCheck: 'error' | 'off') => {
      const wire = await recordWire(url);
      let app: INestApplicationContext | undefined;
      const starting = await wire.during(async () => {
        app = await start(login, { url: wire.url, privilegeCheck });
      });
      const working = await wire.during(async () => app && worksIn(app, `${privilegeCheck}@example.com`));
      await apps.pop()?.close();
      await wire.close();
      return { starting, working };
    };
    const [without, checked] = [await sentWith('off'), await sentWith('error')];
    const statements = (messages: string[]) => messages.filter((message) => message === 'Sync').length;

    expect(statements(checked.starting)).toBe(statements(without.starting) + 1);
    expect(checked.working).toHaveLength(without.working.length);
  });

  it.each([
    ['fast', true],
    ['plain', false],
  ])('causes no log message, on the %s transport', async (_name, fastPath) => {
    await worksIn(await start(login, { privilegeCheck: 'warn', fastPath }));
    expect(logged).toEqual([]);
  });
});

describe('A database that is not migrated', () => {
  it.each([
    ['no tables', `DROP TABLE users, accounts, journal CASCADE`],
    [
      'the first migration only',
      `DROP OWNED BY journal_user, journal_auth; ALTER TABLE users DISABLE ROW LEVEL SECURITY;
       ALTER TABLE accounts DISABLE ROW LEVEL SECURITY; ALTER TABLE journal DISABLE ROW LEVEL SECURITY`,
    ],
    ['a column less', `ALTER TABLE journal DROP edit_reason CASCADE`],
  ])('with %s causes only the advice to migrate it', async (_, sql) => {
    await deployment.administrator(sql);

    await expect(start(login, { privilegeCheck: 'error' })).rejects.toThrow(SchemaMissingError);
    await start(login, { privilegeCheck: 'warn' });
    const ofPrivileges = logged.filter(
      (message) => !message.startsWith('The applied migrations are unknown'),
    );
    expect(ofPrivileges).toEqual([new SchemaMissingError().message]);
  });

  it('is first migrated if the application does this itself', async () => {
    await deployment.database.drop();
    await deployment.open({ empty: true });
    await worksIn(await start(login, { privilegeCheck: 'error', runMigrations: true }));
  });
});

it('A database that was restored on a server without the roles is repaired, and isolates users', async () => {
  const before = await protection();
  await deployment.administrator('DROP OWNED BY journal_user, journal_auth');
  const findings = await deployment.findings(login);
  expect(findings.map(({ code, subject }) => `${code} ${subject}`).sort()).toEqual([
    'GRANT_MISSING public.accounts',
    'GRANT_MISSING public.journal',
    'GRANT_MISSING public.users',
    'GRANT_MISSING public.users',
    'GRANT_MISSING public.v_cost_basis',
    'GRANT_MISSING public.v_weekly_premium',
    'POLICY_MISSING public.accounts',
    'POLICY_MISSING public.journal',
    'POLICY_MISSING public.users',
    'POLICY_MISSING public.users',
  ]);
  expect(await protection()).not.toEqual(before);
  await deployment.administrator(remediesOf(findings));
  await start(login);
  const ofMigrations = /run `(GRANT[^`]*)`/.exec(logged.at(-1) ?? '')?.[1] ?? '';
  await deployment.administrator(ofMigrations);
  expect(await protection()).toEqual(before);
  const app = await start(login);

  const [anna, bob] = [await worksIn(app, 'anna@example.com'), await worksIn(app, 'bob@example.com')];
  const users = () => app.get(DataSource).query('SELECT id FROM users');
  const owners = () => app.get(DataSource).query('SELECT DISTINCT user_id AS id FROM journal');
  for (const id of [anna, bob])
    await app.get(UserScope).run(id, async () => {
      expect(await users()).toEqual([{ id }]);
      expect(await owners()).toEqual([{ id }]);
    });
});

/** The policies and grants of the tables, from the PostgreSQL catalog. */
async function protection(): Promise<unknown> {
  const { rows } = await deployment.administrator(`
    SELECT concat_ws(' ', tablename, policyname, permissive, roles, cmd, qual, with_check) AS fact FROM pg_policies
    UNION ALL SELECT concat_ws(' ', grantee, privilege_type, table_name, column_name)
      FROM information_schema.column_privileges WHERE grantee LIKE 'journal_%'
    UNION ALL SELECT concat_ws(' ', grantee, privilege_type, table_name)
      FROM information_schema.table_privileges WHERE grantee LIKE 'journal_%'
    ORDER BY 1`);
  return rows;
}

/**
 * Signs up a user and appends a trade.
 *
 * @returns the user's id
 */
async function worksIn(app: INestApplicationContext, email = 'anna@example.com'): Promise<string> {
  const { id } = await app.get(UsersRepository).create({ email });
  await app.get(UserScope).run(id, async () => {
    await app.get(AccountsRepository).create({ id: 'acct-1', name: 'Taxable' });
    await app.get(JournalRepository).append(putSold());
    expect((await app.get(JournalRepository).page()).entries).toHaveLength(1);
  });
  return id;
}
