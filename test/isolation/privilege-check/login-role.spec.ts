// @slow: starts an application for each test
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RoleRefusedError, runMigrations } from '../../../src/index.js';
import { failureOf } from '../../support/failure.js';
import { as } from '../../support/isolation.js';
import { Deployment, remediesOf } from '../../support/privilege-check.js';

const members = 'IN ROLE journal_user, journal_auth';
const deployment = new Deployment();
let splitsMembership: boolean;

beforeAll(async () => {
  await deployment.open();
  const { rows } = await deployment.administrator('SHOW server_version_num');
  splitsMembership = Number(rows[0]?.['server_version_num']) >= 160_000;
  await deployment.close();
});
beforeEach(() => deployment.open());
afterEach(() => deployment.close());

const codesOf = async (login: string) => (await deployment.findings(login)).map(({ code }) => code);

async function cure(login: string): Promise<void> {
  await deployment.administrator(remediesOf(await deployment.findings(login)));
  expect(await deployment.findings(login)).toEqual([]);
}

describe('A login role', () => {
  it('that is only a member of the two roles is accepted', async () => {
    expect(await codesOf(await deployment.role())).toEqual([]);
    expect(await codesOf(await deployment.role(`NOINHERIT ${members}`))).toEqual([]);
  });

  it('that owns the tables and is a member, as with a single URL, is accepted', async () => {
    const owner = await deployment.role();
    await owned(owner);

    expect(await codesOf(owner)).toEqual([]);
  });

  it('that owns the tables without membership is refused before the check, with the grant to run', async () => {
    const owner = await deployment.role();
    await owned(owner);
    await deployment.administrator(`REVOKE journal_user, journal_auth FROM ${owner}`);
    const failure = await failureOf(deployment.start(owner));

    expect(failure).toBeInstanceOf(RoleRefusedError);
    expect((failure as Error).message).toContain('GRANT journal_user TO');
  });

  it.each([
    [`SUPERUSER ${members}`, ['SUPERUSER']],
    ['SUPERUSER', ['SUPERUSER']],
    [`BYPASSRLS ${members}`, ['BYPASSRLS']],
    [`SUPERUSER BYPASSRLS ${members}`, ['SUPERUSER', 'BYPASSRLS']],
    ['IN ROLE journal_user', ['ROLE_NOT_GRANTED']],
  ])('with %s is reported', async (attributes, codes) => {
    const login = await deployment.role(attributes);

    expect(await codesOf(login)).toEqual(codes);
    await cure(login);
  });

  describe('that is a member of', () => {
    it.each([
      ['a superuser', 'SUPERUSER', 'is a superuser'],
      ['a role with BYPASSRLS', 'BYPASSRLS', 'has BYPASSRLS'],
    ])('%s is reported, also through other roles', async (_, attributes, why) => {
      const login = await deployment.role();
      const [powerful, between] = [await deployment.role(attributes), await deployment.role('')];
      await deployment.administrator(`GRANT ${powerful} TO ${between}; GRANT ${between} TO ${login}`);
      const findings = await deployment.findings(login);

      expect(findings).toEqual([
        {
          code: 'POWERFUL_MEMBERSHIP',
          subject: login,
          message: `The role ${login} can act as ${powerful}, which ${why}.`,
          remedy: `REVOKE ${between} FROM ${login};`,
        },
      ]);
      await cure(login);
    });

    it('a role that reads files of the server is reported', async () => {
      const login = await deployment.role(`${members}, pg_read_server_files`);

      expect(await codesOf(login)).toEqual(['POWERFUL_MEMBERSHIP']);
      await cure(login);
    });

    it('a group with more privileges on the tables than the two roles is reported', async () => {
      const [login, group] = [await deployment.role(), await deployment.role('')];
      await deployment.administrator(`GRANT ${group} TO ${login}; GRANT ALL ON journal TO ${group};
        CREATE POLICY for_group ON journal TO ${group} USING (true)`);

      expect(await codesOf(login)).toEqual(['POLICY_TOO_WIDE', 'GRANT_TOO_MANY']);
      await cure(login);
    });

    it('a group without privileges on the journal is accepted', async () => {
      const [login, group] = [await deployment.role(), await deployment.role('')];
      await deployment.administrator(`CREATE TABLE others (id int); GRANT ALL ON others TO ${group};
        GRANT ${group} TO ${login}`);

      expect(await codesOf(login)).toEqual([]);
    });

    it('a powerful role is reported only if it can act as that role', async () => {
      const [login, powerful] = [await deployment.role(), await deployment.role('BYPASSRLS')];

      if (await hasOptions(`GRANT ${powerful} TO ${login} WITH INHERIT TRUE, SET FALSE`)) {
        expect(await codesOf(login)).toEqual([]);
        // A role that may grant a membership to others may grant it to itself.
        await deployment.administrator(`GRANT ${powerful} TO ${login} WITH INHERIT FALSE, ADMIN TRUE`);
      } else {
        await deployment.administrator(`GRANT ${powerful} TO ${login}`);
      }
      expect(await codesOf(login)).toEqual(['POWERFUL_MEMBERSHIP']);
      await cure(login);
    });

    it("a role by another role's grant is reported with the revocation of this grant", async () => {
      const [login, powerful] = [await deployment.role(), await deployment.role('BYPASSRLS')];
      const granter = await deployment.role('');
      await deployment.administrator(`GRANT ${powerful} TO ${granter} WITH ADMIN OPTION`);
      await deployment.administrator(`GRANT ${powerful} TO ${login} GRANTED BY ${granter}`);

      expect(remediesOf(await deployment.findings(login))).toBe(
        `REVOKE ${powerful} FROM ${login}${splitsMembership ? ` GRANTED BY ${granter}` : ''};`,
      );
      await cure(login);
    });

    it('journal_auth without SET is reported', async () => {
      const login = await deployment.role();
      const isSplit = await hasOptions(`GRANT journal_auth TO ${login} WITH SET FALSE`);

      expect(await codesOf(login)).toEqual(isSplit ? ['ROLE_NOT_GRANTED'] : []);
      await cure(login);
    });
  });
});

/**
 * Grants a membership with options that exist since PostgreSQL 16.
 *
 * @returns whether the server supports them
 */
async function hasOptions(grant: string): Promise<boolean> {
  const failure = await failureOf(deployment.administrator(grant));
  expect(failure === undefined).toBe(splitsMembership);
  return splitsMembership;
}

/** Lets the login role create the tables, in a database that it owns. */
async function owned(owner: string): Promise<void> {
  await deployment.database.drop();
  await deployment.open({ empty: true });
  await deployment.administrator(
    `ALTER DATABASE ${new URL(deployment.database.url).pathname.slice(1)} OWNER TO ${owner}`,
  );
  const migrationUrl = as(deployment.database.url, owner);
  await runMigrations({ ...deployment.database.settings, migrationUrl });
}
