// @slow: starts an application twice for each test
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Deployment, remediesOf } from '../../support/privilege-check.js';
import { rounds } from '../../support/rounds.js';

const deployment = new Deployment();
let login: string;
/** Whether the tables are unchanged since their migration. If so, the next test reuses them. */
let areRight = false;

async function makeRight(): Promise<void> {
  if (!areRight) {
    await deployment.close();
    await deployment.open();
    login = await deployment.role();
  }
  areRight = false;
}
beforeEach(makeRight);
afterAll(() => deployment.close());

const own = `user_id = current_setting('app.user_id')::uuid`;

/**
 * Changes by an administrator, and the finding that each must cause. LOGIN stands for the login
 * role.
 */
const damages: [sql: string, ...found: string[]][] = [
  ['ALTER TABLE users DISABLE ROW LEVEL SECURITY', 'RLS_OFF public.users'],
  ['ALTER TABLE accounts DISABLE ROW LEVEL SECURITY', 'RLS_OFF public.accounts'],
  ['ALTER TABLE journal DISABLE ROW LEVEL SECURITY', 'RLS_OFF public.journal'],
  ['DROP POLICY own_user ON users', 'POLICY_MISSING public.users'],
  ['DROP POLICY all_users ON users', 'POLICY_MISSING public.users'],
  ['DROP POLICY own_accounts ON accounts', 'POLICY_MISSING public.accounts'],
  ['DROP POLICY append_own_entries ON journal', 'POLICY_MISSING public.journal'],
  [
    `DROP POLICY mark_own_live_entries ON journal;
     CREATE POLICY mark_own_live_entries ON journal FOR SELECT TO journal_user USING (${own})`,
    'POLICY_MISSING public.journal',
  ],
  [
    'ALTER POLICY read_own_entries ON journal USING (true)',
    'POLICY_TOO_WIDE read_own_entries ON public.journal',
    'POLICY_MISSING public.journal',
  ],
  [
    // The recreated policy must replace a policy with another condition.
    `DROP POLICY read_own_entries ON journal; DROP POLICY mark_own_live_entries ON journal;
     CREATE POLICY mark_own_live_entries ON journal FOR SELECT TO journal_user USING (${own})`,
    'POLICY_MISSING public.journal',
  ],
  ['CREATE POLICY open ON users FOR SELECT USING (true)', 'POLICY_TOO_WIDE open ON public.users'],
  [
    `CREATE POLICY "Open it" ON accounts FOR SELECT TO journal_user USING (name <> '')`,
    'POLICY_TOO_WIDE "Open it" ON public.accounts',
  ],
  [
    'CREATE POLICY adding ON journal FOR INSERT TO journal_user WITH CHECK (true)',
    'POLICY_TOO_WIDE adding ON public.journal',
  ],
  [
    `CREATE POLICY changing ON journal FOR UPDATE TO journal_user USING (${own}) WITH CHECK (true)`,
    'POLICY_TOO_WIDE changing ON public.journal',
  ],
  ['CREATE POLICY for_login ON journal TO LOGIN USING (true)', 'POLICY_TOO_WIDE for_login ON public.journal'],
  [
    'CREATE POLICY for_sign_in ON journal TO journal_auth USING (true)',
    'POLICY_TOO_WIDE for_sign_in ON public.journal',
  ],
  ['REVOKE SELECT ON journal FROM journal_user', 'GRANT_MISSING public.journal'],
  ['REVOKE UPDATE (edit_reason) ON journal FROM journal_user', 'GRANT_MISSING public.journal'],
  ['REVOKE INSERT, DELETE ON accounts FROM journal_user', 'GRANT_MISSING public.accounts'],
  ['REVOKE SELECT (email) ON users FROM journal_user', 'GRANT_MISSING public.users'],
  ['REVOKE DELETE ON users FROM journal_auth', 'GRANT_MISSING public.users'],
  ['GRANT UPDATE (amount, qty) ON journal TO journal_user', 'GRANT_TOO_MANY public.journal'],
  ['GRANT DELETE, TRUNCATE ON journal TO journal_user', 'GRANT_TOO_MANY public.journal'],
  ['GRANT UPDATE ON accounts TO journal_user', 'GRANT_TOO_MANY public.accounts'],
  ['GRANT SELECT (password_hash) ON users TO journal_user', 'GRANT_TOO_MANY public.users'],
  ['GRANT SELECT ON users TO journal_user', 'GRANT_TOO_MANY public.users'],
  ['REVOKE INSERT (email) ON users FROM journal_auth', 'GRANT_MISSING public.users'],
  ['GRANT INSERT ON users TO journal_auth', 'GRANT_TOO_MANY public.users'],
  ['GRANT INSERT (id), UPDATE (id) ON users TO journal_auth', 'GRANT_TOO_MANY public.users'],
  ['GRANT SELECT ON accounts TO journal_auth', 'GRANT_TOO_MANY public.accounts'],
  ['GRANT SELECT (ts), REFERENCES ON journal TO PUBLIC', 'GRANT_TOO_MANY public.journal'],
  ['GRANT ALL ON journal TO LOGIN', 'GRANT_TOO_MANY public.journal'],
  [
    'REVOKE USAGE ON SCHEMA public FROM PUBLIC',
    'GRANT_MISSING public', // to journal_auth
    'GRANT_MISSING public', // to journal_user
  ],
];

const damage = (sql: string) => deployment.administrator(sql.replaceAll('LOGIN', login));
const found = async () => {
  const findings = await deployment.findings(login);
  return { findings, codes: findings.map(({ code, subject }) => `${code} ${subject}`) };
};

describe('The tables of the package', () => {
  it.each(damages)('after %s are reported, and are correct after the remedy', async (...damaged) => {
    const [sql, ...expected] = damaged;
    await damage(sql);
    const { findings, codes } = await found();

    expect(codes).toEqual(expected);
    await deployment.administrator(remediesOf(findings));
    expect((await found()).codes).toEqual([]);
    areRight = true;
  });

  it('are reported with all problems at once, so that one run of the remedies suffices', async () => {
    const several = fc.shuffledSubarray(damages, { minLength: 2 });
    await fc.assert(
      fc
        .asyncProperty(several, async (chosen) => {
          for (const [sql] of chosen) await damage(sql).catch(unlessGone);
          const { findings, codes } = await found();
          expect(codes.length).toBeGreaterThan(0);
          await deployment.administrator(remediesOf(findings));
          expect((await found()).codes).toEqual([]);
          areRight = true;
        })
        .beforeEach(makeRight),
      { numRuns: rounds(5) },
    );
  });

  it.each([
    [
      'one policy for all commands',
      `DROP POLICY read_own_entries ON journal; DROP POLICY append_own_entries ON journal;
       DROP POLICY mark_own_live_entries ON journal;
       CREATE POLICY own_entries ON journal TO journal_user USING (${own}) WITH CHECK (${own})`,
    ],
    [
      'one policy for each command',
      `DROP POLICY own_accounts ON accounts;
       CREATE POLICY a ON accounts FOR SELECT TO journal_user USING (${own});
       CREATE POLICY b ON accounts FOR INSERT TO journal_user WITH CHECK (${own} AND name <> '');
       CREATE POLICY c ON accounts FOR UPDATE TO journal_user USING (${own});
       CREATE POLICY d ON accounts FOR DELETE TO journal_user USING (${own})`,
    ],
    [
      'policies for PUBLIC',
      `DROP POLICY own_accounts ON accounts; CREATE POLICY a ON accounts USING (${own})`,
    ],
    ['a restrictive policy', 'CREATE POLICY a ON journal AS RESTRICTIVE USING (amount < 1000000)'],
    [
      'grants that come through every column',
      'REVOKE SELECT ON accounts FROM journal_user; GRANT SELECT (user_id, id, name, closed_at, created_at, updated_at) ON accounts TO journal_user',
    ],
    ['a column that the application has added', 'ALTER TABLE journal ADD strategy text'],
    [
      'rights for roles that no statement can have',
      'CREATE ROLE LOGIN_other; GRANT ALL ON journal TO LOGIN_other; CREATE POLICY a ON journal TO LOGIN_other USING (true)',
    ],
  ])('may have %s', async (_, sql) => {
    await damage(sql);
    expect((await found()).codes).toEqual([]);
    await damage('DROP OWNED BY LOGIN_other; DROP ROLE LOGIN_other').catch(() => undefined);
  });
});

/** Ignores errors: the first change may have removed the object of the second. */
function unlessGone(error: unknown): void {
  if (!/already exists|does not exist/.test(String(error))) throw error;
}
