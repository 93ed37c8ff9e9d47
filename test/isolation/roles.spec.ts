// @slow: migrates a database for each test
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import {
  JournalDataSource,
  JournalEntry,
  RoleRefusedError,
  RolesMissingError,
  UserScope,
  UsersRepository,
  dataSourceOptions,
  runMigrations,
} from '../../src/index.js';
import { ensureRoles } from '../../src/isolation/ensure-roles.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { failureOf } from '../support/failure.js';
import { as, createLogin, serverUrl } from '../support/isolation.js';
import { asOwner } from '../support/owner.js';

let database: TestDatabase;
let login = '';

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});
afterEach(async () => {
  await database.drop();
  await onServer(serverUrl(), (client) => client.query(`DROP ROLE IF EXISTS ${login}`));
});

const administrator = (sql: string) => onServer(database.url, (client) => client.query(sql));

// Other tests use the real roles concurrently.
describe('The creation of the roles', () => {
  let roles: string[];

  beforeEach(() => {
    roles = ['user', 'auth'].map((name) => `journal_${name}_${randomBytes(4).toString('hex')}`);
  });
  afterEach(() => administrator(`DROP ROLE IF EXISTS ${roles.join(', ')}`));

  function asLogin<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const migrationUrl = as(database.url, login);
    return asOwner({ ...database.settings, migrationUrl }, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      return work(runner).finally(() => runner.release());
    });
  }

  async function canActAs(runner: QueryRunner): Promise<void> {
    for (const role of roles) {
      await runner.query(`SET ROLE ${role}`);
      expect(await runner.query('SELECT current_user::text AS me')).toEqual([{ me: role }]);
      await runner.query('RESET ROLE');
    }
  }

  it('lets a migrating role with CREATEROLE act as them, and can be repeated', async () => {
    login = await createLogin('CREATEROLE');
    await asLogin(async (runner) => {
      await ensureRoles(runner, roles);
      await ensureRoles(runner, roles);
      await canActAs(runner);
    });
  });

  it('can run for several databases concurrently', async () => {
    login = await createLogin('CREATEROLE');
    await Promise.all([1, 2, 3, 4].map(() => asLogin((runner) => ensureRoles(runner, roles))));
    await asLogin(canActAs);
  });

  it('names the statements for an administrator if the migrating role may not create roles, and continues after them', async () => {
    login = await createLogin('');
    const [userRole, authRole] = roles;
    const failure = await asLogin((runner) => failureOf(ensureRoles(runner, roles)));

    expect(failure).toBeInstanceOf(RolesMissingError);
    const { sql, message } = failure as RolesMissingError;
    expect(sql).toBe(
      `CREATE ROLE ${userRole} NOLOGIN; CREATE ROLE ${authRole} NOLOGIN; GRANT ${userRole}, ${authRole} TO ${login};`,
    );
    expect(message).toContain(sql);
    await administrator(sql);
    await asLogin(async (runner) => {
      await ensureRoles(runner, roles);
      await canActAs(runner);
    });
  });

  it('names only the missing role', async () => {
    login = await createLogin('');
    await administrator(`CREATE ROLE ${roles[0]}`);
    const failure = await asLogin((runner) => failureOf(ensureRoles(runner, roles)));

    expect((failure as RolesMissingError).sql).toMatch(`CREATE ROLE ${roles[1]} NOLOGIN; GRANT`);
    expect((failure as RolesMissingError).sql).not.toContain(`CREATE ROLE ${roles[0]}`);
  });
});

describe('An application', () => {
  const settingsOf = (role: string) => {
    const url = as(database.url, role);
    return { ...database.settings, url, migrationUrl: url };
  };

  it('isolates users even if it logs in as the owner of the tables, for whom no policy applies', async () => {
    login = await createLogin('IN ROLE journal_user, journal_auth');
    await administrator(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} OWNER TO ${login}`);
    await runMigrations(settingsOf(login));
    const dataSource = await new JournalDataSource(dataSourceOptions(settingsOf(login))).initialize();
    try {
      const scope = new UserScope(dataSource);
      const users = new UsersRepository(scope);
      const [anna, bob] = [
        await users.create({ email: 'anna@example.com' }),
        await users.create({ email: 'bob@example.com' }),
      ];
      await scope.run(anna.id, () =>
        dataSource.query(`INSERT INTO accounts (user_id, id, name) VALUES ($1, 'acct-1', 'Taxable')`, [
          anna.id,
        ]),
      );
      const seen = (userId: string) => scope.run(userId, () => dataSource.query('SELECT id FROM accounts'));

      expect([await seen(anna.id), await seen(bob.id)]).toEqual([[{ id: 'acct-1' }], []]);
      const update = () => dataSource.getRepository(JournalEntry).update({ id: 'x' }, { amount: '0' });
      await expect(scope.run(anna.id, update)).rejects.toThrow('permission denied');
    } finally {
      await dataSource.destroy();
    }
  });

  it("does not start as a role that may not act as the package's roles, and names the grants", async () => {
    login = await createLogin('');
    const starting = new JournalDataSource(dataSourceOptions(settingsOf(login))).initialize();

    await expect(starting).rejects.toThrow(RoleRefusedError);
    await expect(starting).rejects.toThrow('GRANT journal_user TO');
  });
});
