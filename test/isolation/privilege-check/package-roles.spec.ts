// @slow: makes and damages roles, one application each
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runMigrations } from '../../../src/index.js';
import type { DatabaseSettings } from '../../../src/index.js';
import { startEmbeddedPostgres } from '../../../src/embedded/embedded-postgres.js';
import type { EmbeddedPostgres } from '../../../src/embedded/embedded-postgres.js';
import { onServer } from '../../../src/testing/server/on-server.js';
import { settingsOf } from '../../../src/testing/server/test-server.js';
import { as } from '../../support/isolation.js';
import { findingsOf, remediesOf } from '../../support/privilege-check.js';

// Roles are shared by all databases of a server, and other tests use them concurrently. This file
// therefore starts its own server.
let postgres: EmbeddedPostgres;
let settings: DatabaseSettings;

beforeAll(async () => {
  const version = process.env['TEST_POSTGRES_VERSION'] === '15' ? '15' : '18';
  const folder = resolve('.data', `test-roles-${version}`);
  postgres = await startEmbeddedPostgres({ folder, version, ephemeral: true });
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await onServer(postgres.url('postgres'), (client) => client.query('CREATE DATABASE journal'));
  const superuser = settingsOf(postgres.url('journal'));
  await runMigrations(superuser);
  await administrator(`CREATE ROLE my_app LOGIN PASSWORD 'my_app' IN ROLE journal_user, journal_auth`);
  settings = { ...superuser, url: as(superuser.url, 'my_app'), privilegeCheck: 'error' };
});
afterEach(async () => {
  await onServer(postgres.url('postgres'), async (client) => {
    await client.query('DROP DATABASE journal WITH (FORCE)');
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(rolname) AS name FROM pg_roles WHERE oid > 16383`,
    );
    for (const { name } of rows) await client.query(`DROP ROLE ${name}`);
  });
});

const administrator = (sql: string) => onServer(postgres.url('journal'), (client) => client.query(sql));

async function foundAndCured(): Promise<string[]> {
  const findings = await findingsOf(settings);
  await administrator(remediesOf(findings));
  expect(await findingsOf(settings)).toEqual([]);
  return findings.map(({ code, subject }) => `${code} ${subject}`);
}

const allOwned = ['OWNER public.accounts', 'OWNER public.journal', 'OWNER public.users'];

describe('The roles of the package', () => {
  it('are correct after the migrations', async () => {
    expect(await findingsOf(settings)).toEqual([]);
  });

  it.each([
    ['is a superuser', 'ALTER ROLE journal_user SUPERUSER', ['SUPERUSER journal_user']],
    ['has BYPASSRLS', 'ALTER ROLE journal_user BYPASSRLS', ['BYPASSRLS journal_user']],
    [
      'can act as a superuser, by a grant',
      'CREATE ROLE dba SUPERUSER; GRANT dba TO journal_auth',
      ['POWERFUL_MEMBERSHIP journal_auth'],
    ],
    ['owns a table', 'ALTER TABLE accounts OWNER TO journal_user', ['OWNER public.accounts']],
    [
      'has the privileges of the owner',
      `CREATE ROLE keeper; GRANT keeper TO journal_user;
       ALTER TABLE users OWNER TO keeper; ALTER TABLE accounts OWNER TO keeper; ALTER TABLE journal OWNER TO keeper`,
      allOwned,
    ],
    [
      'is in a group with more privileges',
      'CREATE ROLE "Group"; GRANT "Group" TO journal_user; GRANT DELETE ON journal TO "Group"',
      ['GRANT_TOO_MANY public.journal'],
    ],
    [
      'was dropped',
      'DROP OWNED BY journal_auth; DROP ROLE journal_auth',
      ['ROLE_MISSING journal_auth', 'POLICY_MISSING public.users', 'GRANT_MISSING public.users'],
    ],
  ])('are reported if one role %s', async (_, sql, expected) => {
    await administrator(sql);
    expect(await foundAndCured()).toEqual(expected);
  });

  it('are corrected by one run of all remedies', async () => {
    await administrator(`
      ALTER ROLE journal_user SUPERUSER BYPASSRLS;
      ALTER ROLE my_app BYPASSRLS;
      DROP OWNED BY journal_auth;
      DROP ROLE journal_auth;
      ALTER TABLE journal DISABLE ROW LEVEL SECURITY`);
    expect(await foundAndCured()).toEqual([
      'SUPERUSER journal_user',
      'BYPASSRLS my_app',
      'BYPASSRLS journal_user',
      'ROLE_MISSING journal_auth',
      'RLS_OFF public.journal',
      'POLICY_MISSING public.users',
      'GRANT_MISSING public.users',
    ]);
  });
});

describe('The superuser of the server', () => {
  it('is reported with the advice to create a login for the application', async () => {
    const [finding, ...others] = await findingsOf({ ...settings, url: postgres.url('journal') });

    expect([finding?.code, finding?.subject, others]).toEqual(['SUPERUSER', 'postgres', []]);
    await administrator(finding?.remedy ?? '');
    await administrator(`ALTER ROLE journal_app PASSWORD 'journal_app'`);
    expect(await findingsOf({ ...settings, url: as(settings.url, 'journal_app') })).toEqual([]);
  });
});
