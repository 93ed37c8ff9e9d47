// @slow: starts an application for each test
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import {
  DatabaseModule,
  JournalExportModule,
  JournalExportService,
  JournalImportModule,
  JournalImportService,
  RoleRefusedError,
  SignInWithinUnitError,
  UnsafePrivilegesError,
  UserDeletionModule,
  UserDeletionService,
} from '../../src/index.js';
import type { DatabaseSettings, JournalDatabaseError } from '../../src/index.js';
import { failureOf } from '../support/failure.js';
import { putSold } from '../support/database-journal.js';
import { as } from '../support/isolation.js';
import { LegacyFolder, legacyEntry } from '../support/legacy-journals.js';
import { Deployment, findingsOf, remediesOf } from '../support/privilege-check.js';
import { startSeparateLogins } from '../support/separate-logins.js';
import type { SeparateLogins } from '../support/separate-logins.js';

const modules = [JournalImportModule, JournalExportModule, UserDeletionModule];
const transports: [string, boolean][] = [
  ['fast', true],
  ['plain', false],
];

describe.each(transports)('With a separate login for sign-in, on the %s transport,', (_name, fastPath) => {
  const files = new LegacyFolder();
  let under: SeparateLogins;
  let anna: string;
  let made = 0;

  beforeAll(async () => {
    under = await startSeparateLogins({ fastPath }, modules);
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    anna = await under.newUser();
  });

  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(anna, work);
  const append = (id: string) => under.journal.append(putSold({ id }));
  const query = <T extends object>(sql: string) => under.dataSource.query<T[]>(sql);
  const newEmail = (name: string) => `${name}-${(made += 1)}@example.com`;
  const emailOf = async (id: string) => (await under.users.get(id)).email;

  async function storedIds(): Promise<string[]> {
    const rows = await under.owner.query<{ id: string }[]>(
      'SELECT id FROM journal WHERE user_id = $1 ORDER BY id',
      [anna],
    );
    return rows.map(({ id }) => id);
  }

  describe('each statement uses the login that it requires:', () => {
    const whoAmI = 'SELECT session_user::text AS login, current_user::text AS role';

    it('DATABASE_URL for users, and DATABASE_AUTH_URL for sign-in', async () => {
      const { users, auth } = under.logins;

      expect(await asAnna(() => query(whoAmI))).toEqual([{ login: users, role: 'journal_user' }]);
      expect(await under.scope.withAllUsers(() => query(whoAmI))).toEqual([
        { login: auth, role: 'journal_auth' },
      ]);
      expect(await asAnna(() => under.scope.transaction((manager) => manager.query(whoAmI)))).toEqual([
        { login: users, role: 'journal_user' },
      ]);
    });

    it('DATABASE_AUTH_URL for a unit of work that sign-in opens, also for the statements of a user', async () => {
      const { auth } = under.logins;
      const seen = await under.scope.withAllUsers(() =>
        under.scope.transaction(async () => [
          await query(whoAmI),
          await asAnna(() => query(whoAmI)),
          await asAnna(() => append('by sign-in')),
        ]),
      );

      expect(seen.slice(0, 2)).toEqual([
        [{ login: auth, role: 'journal_auth' }],
        [{ login: auth, role: 'journal_user' }],
      ]);
      expect(await storedIds()).toEqual(['by sign-in']);
    });
  });

  describe('the services work:', () => {
    it('users are created, found, changed and deleted', async () => {
      const email = newEmail('carol');
      const { id } = await under.users.create({ email, passwordHash: 'scrypt$1' });

      expect(await under.users.findByEmail(email)).toMatchObject({ id, email });
      expect(await under.users.get(id)).toMatchObject({ id, email });
      expect(await under.users.findByEmailWithPasswordHash(email)).toMatchObject({
        passwordHash: 'scrypt$1',
      });
      expect(await under.users.update(id, { email: newEmail('moved') })).toMatchObject({ id });
      await under.users.delete(id);
      expect(await under.users.findByEmail(email)).toBeNull();
    });

    it('a file is imported for a new user, and again for an existing user', async () => {
      const email = newEmail('importer');
      const imported = async (...ids: string[]) => {
        const file = await files.write({ journal: ids.map((id) => legacyEntry(id)) });
        const request = { file, email, timeZone: 'America/Denver', createUser: true };
        return under.get(JournalImportService).import(request);
      };

      expect(await imported('a')).toMatchObject({ user: { created: true }, entries: { inserted: 1 } });
      expect(await imported('a', 'b')).toMatchObject({
        user: { created: false },
        entries: { inserted: 1, unchanged: 1 },
      });
    });

    it('a journal is exported to a stream and to a file', async () => {
      await asAnna(() => append('exported'));
      const request = { email: await emailOf(anna), format: 'ndjson' } as const;
      const destination = new PassThrough();
      const read = text(destination);
      await under.get(JournalExportService).write(request, destination);
      const file = files.path(`${anna}.ndjson`);
      await under.get(JournalExportService).exportFile({ ...request, file });

      expect(await read).toContain('"exported"');
      expect(await readFile(file, 'utf8')).toContain('"exported"');
    });

    it('a user is deleted after an export', async () => {
      await asAnna(() => append('deleted'));
      const email = await emailOf(anna);
      const file = files.path(`${anna}.json`);
      expect(await under.get(UserDeletionService).inspect(email)).toMatchObject({ userId: anna });
      const report = await under.get(UserDeletionService).delete({ email, export: { file, format: 'json' } });

      expect(report).toMatchObject({ userId: anna, exported: { entries: 1 } });
      expect(await readFile(file, 'utf8')).toContain('"deleted"');
      expect(await storedIds()).toEqual([]);
      expect(await under.users.findByEmail(email)).toBeNull();
    });
  });

  describe('a sign-in inside a unit of work of a user is rejected, and the unit can continue:', () => {
    const signIns: [string, () => Promise<unknown>][] = [
      ['users.findByEmail', () => under.users.findByEmail('anna@example.com')],
      [
        'users.findByEmailWithPasswordHash',
        () => under.users.findByEmailWithPasswordHash('anna@example.com'),
      ],
      ['users.get', () => under.users.get(anna)],
      ['users.create', () => under.users.create({ email: 'never@example.com' })],
      ['users.delete', () => under.users.delete(anna)],
      ['SQL in userScope.withAllUsers', () => under.scope.withAllUsers(() => query('SELECT 1'))],
      [
        'a unit of work in userScope.withAllUsers',
        () => under.scope.withAllUsers(() => under.scope.transaction(() => query('SELECT 1'))),
      ],
      [
        'an export',
        () =>
          under.get(JournalExportService).write(
            { email: 'anna@example.com', format: 'json' },
            new PassThrough().on('error', () => {}),
          ),
      ],
      [
        'an import',
        async () => {
          const file = await files.write({ journal: [legacyEntry('imported')] });
          const request = { file, email: 'never@example.com', timeZone: 'America/Denver', createUser: true };
          return under.get(JournalImportService).import(request);
        },
      ],
    ];
    const units: [string, (work: () => Promise<void>) => Promise<unknown>][] = [
      ['userScope.transaction', (work) => under.scope.transaction(work)],
      ['dataSource.transaction', (work) => under.dataSource.transaction(work)],
      ['a nested unit', (work) => under.scope.transaction(() => under.scope.transaction(work))],
      [
        'userScope.join',
        async (work) => {
          const runner = under.dataSource.createQueryRunner();
          await runner.startTransaction();
          await under.scope.join(runner, work);
          await runner.commitTransaction();
          await runner.release();
        },
      ],
    ];

    it.each(signIns)('%s', async (_signIn, signIn) => {
      let failure: unknown;
      await asAnna(() =>
        under.scope.transaction(async () => {
          await append('before');
          failure = await failureOf(signIn());
          await append('after');
        }),
      );

      expect(failure).toBeInstanceOf(SignInWithinUnitError);
      const { code, message } = failure as SignInWithinUnitError;
      expect(code).toBe('SIGN_IN_WITHIN_UNIT');
      expect(message).toContain('DATABASE_AUTH_URL');
      expect(message).toContain('Sign in before or after the unit of work.');
      expect(await storedIds()).toEqual(['after', 'before']);
      expect(await under.users.findByEmail('never@example.com')).toBeNull();
    });

    it.each(units)('in %s', async (_unit, unit) => {
      let failure: unknown;
      await asAnna(() =>
        unit(async () => {
          await append('before');
          failure = await failureOf(under.users.get(anna));
          await append('after');
        }),
      );

      expect(failure).toBeInstanceOf(SignInWithinUnitError);
      expect(await storedIds()).toEqual(['after', 'before']);
    });

    it('a unit that does not catch the rejection stores nothing', async () => {
      const rejected = asAnna(() =>
        under.scope.transaction(async () => {
          await append('never');
          await under.users.get(anna);
        }),
      );

      await expect(rejected).rejects.toThrow(SignInWithinUnitError);
      expect(await storedIds()).toEqual([]);
    });
  });
});

describe.each(transports)('The check at start, on the %s transport,', (_name, fastPath) => {
  const deployment = new Deployment();
  const apps: TestingModule[] = [];
  let logged: string[];

  beforeEach(async () => {
    logged = [];
    await deployment.open();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    await deployment.close();
  });

  const settingsOf = (users: string, auth?: string): DatabaseSettings => ({
    ...deployment.database.settings,
    url: as(deployment.database.url, users),
    ...(auth && { authUrl: as(deployment.database.url, auth) }),
    privilegeCheck: 'error',
    fastPath,
  });

  async function start(settings: DatabaseSettings): Promise<void> {
    const note = (message: unknown) => void logged.push(String(message));
    const app = await Test.createTestingModule({
      imports: [DatabaseModule.forRootAsync({ useFactory: () => settings })],
    })
      .setLogger({ log: note, warn: note, error: note })
      .compile();
    apps.push(app);
  }

  const ofSetUp = () => logged.filter((message) => message.startsWith('Sign-in'));

  it('accepts the two logins, and logs that they are separate', async () => {
    const [users, auth] = [await deployment.role('IN ROLE journal_user'), await deployment.role()];
    await start(settingsOf(users, auth));

    expect(ofSetUp()).toEqual(['Sign-in has a separate login (DATABASE_AUTH_URL).']);
  });

  it('accepts a shared login, and logs that it is shared', async () => {
    await start({ ...settingsOf(await deployment.role()), privilegeCheck: 'off' });

    expect(ofSetUp()).toEqual([
      'Sign-in shares the login of DATABASE_URL; set DATABASE_AUTH_URL for a separate one.',
    ]);
  });

  it('reports AUTH_NOT_SEPARATE for a login of DATABASE_URL that may act as journal_auth', async () => {
    const [users, auth] = [await deployment.role(), await deployment.role()];
    const findings = await findingsOf(settingsOf(users, auth));

    expect(findings).toEqual([
      {
        code: 'AUTH_NOT_SEPARATE',
        subject: users,
        message: `The login role ${users} of DATABASE_URL may act as journal_auth; with DATABASE_AUTH_URL only the login of sign-in may.`,
        remedy: expect.stringMatching(
          `^REVOKE journal_auth FROM ${users}; GRANT journal_user TO ${users}( WITH SET TRUE)?;$`,
        ),
      },
    ]);
    await deployment.administrator(remediesOf(findings));
    expect(await findingsOf(settingsOf(users, auth))).toEqual([]);
  });

  it('gives a remedy for a login that may act as journal_auth through another role', async () => {
    const between = await deployment.role('IN ROLE journal_user, journal_auth');
    const [users, auth] = [await deployment.role(`IN ROLE ${between}`), await deployment.role()];
    const findings = await findingsOf(settingsOf(users, auth));

    expect(findings.map(({ code }) => code)).toEqual(['AUTH_NOT_SEPARATE']);
    await deployment.administrator(remediesOf(findings));
    expect(await findingsOf(settingsOf(users, auth))).toEqual([]);
  });

  it.each([
    ['journal_user', 'IN ROLE journal_auth'],
    ['journal_auth', 'IN ROLE journal_user'],
  ])('refuses a login of DATABASE_AUTH_URL that is not a member of %s', async (role, membership) => {
    const [users, auth] = [await deployment.role('IN ROLE journal_user'), await deployment.role(membership)];
    const failure = await failureOf(start(settingsOf(users, auth)));

    // Without journal_auth this login cannot run the check.
    const code = role === 'journal_auth' ? 'ROLE_REFUSED' : 'UNSAFE_PRIVILEGES';
    expect((failure as JournalDatabaseError).code).toBe(code);
    expect((failure as JournalDatabaseError).message).toContain(`GRANT ${role} TO`);
  });

  it('names the login that may not act as journal_user', async () => {
    const [users, auth] = [await deployment.role(''), await deployment.role()];
    const failure = await failureOf(start(settingsOf(users, auth)));

    expect(failure).toBeInstanceOf(RoleRefusedError);
    expect((failure as RoleRefusedError).message).toContain('DATABASE_URL');
    expect((failure as RoleRefusedError).message).toContain(`The login role ${users} may not act`);
    expect((failure as RoleRefusedError).login).toBe(users);
    // If sign-in has a separate login, this login must not be a member of journal_auth.
    expect((failure as RoleRefusedError).message).not.toContain('GRANT journal_user, journal_auth');
  });

  it('lets an application start with the check warn, and logs the set-up', async () => {
    const [users, auth] = [await deployment.role(), await deployment.role()];
    await expect(start(settingsOf(users, auth))).rejects.toThrow(UnsafePrivilegesError);
    expect(ofSetUp()).toEqual([]);
    await start({ ...settingsOf(users, auth), privilegeCheck: 'warn' });

    expect(ofSetUp()).toEqual(['Sign-in has a separate login (DATABASE_AUTH_URL).']);
    expect(logged).toContainEqual(expect.stringContaining(`REVOKE journal_auth FROM ${users};`));
  });
});
