// @slow: migrates a database for each test
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { migrations } from '../../src/index.js';
import { RowLevelSecurity20261123080000 } from '../../src/migrations/20261123080000_row_level_security.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { asOwner, connectOwner } from '../support/owner.js';

/** The privileges in the schema, from the PostgreSQL catalog. */
async function rightsOf(owner: DataSource): Promise<string[]> {
  const rows: { right: string }[] = await owner.query(`
    SELECT format('%s: %s on %s', grantee, privilege_type, table_name) AS right
      FROM information_schema.table_privileges WHERE grantee LIKE 'journal_%'
    UNION ALL SELECT format('%s: %s on %s (%s)', grantee, privilege_type, table_name, string_agg(column_name, ', ' ORDER BY column_name))
      FROM information_schema.column_privileges c WHERE grantee LIKE 'journal_%' AND NOT EXISTS (
        SELECT FROM information_schema.table_privileges t
        WHERE t.grantee = c.grantee AND t.table_name = c.table_name AND t.privilege_type = c.privilege_type)
      GROUP BY grantee, privilege_type, table_name
    UNION ALL SELECT format('policy %s on %s for %s to %s: %s; %s', policyname, tablename, lower(cmd), array_to_string(roles, ', '), qual, with_check)
      FROM pg_policies
    UNION ALL SELECT format('row-level security on %s', relname) FROM pg_class WHERE relrowsecurity
    ORDER BY 1`);
  return rows.map(({ right }) => right);
}

const own = "(user_id = (current_setting('app.user_id'::text))::uuid)";
const rights = [
  'journal_auth: DELETE on users',
  'journal_auth: INSERT on users (email, password_hash, subscription_tier)',
  'journal_auth: SELECT on users',
  'journal_auth: UPDATE on users (email, password_hash, subscription_tier, updated_at)',
  'journal_user: DELETE on accounts',
  'journal_user: INSERT on accounts',
  'journal_user: INSERT on journal',
  'journal_user: SELECT on accounts',
  'journal_user: SELECT on journal',
  'journal_user: SELECT on migrations',
  'journal_user: SELECT on users (created_at, email, id, subscription_tier, updated_at)',
  'journal_user: SELECT on v_cost_basis',
  'journal_user: SELECT on v_weekly_premium',
  'journal_user: UPDATE on accounts (closed_at, name, updated_at)',
  'journal_user: UPDATE on journal (deleted_at, edit_reason, edited_by, updated_at)',
  'policy all_users on users for all to journal_auth: true; true',
  `policy own_accounts on accounts for all to journal_user: ${own}; ${own}`,
  `policy append_own_entries on journal for insert to journal_user: ; ${own}`,
  `policy mark_own_live_entries on journal for update to journal_user: (${own} AND (deleted_at IS NULL)); (${own} AND (deleted_at IS NOT NULL))`,
  `policy read_own_entries on journal for select to journal_user: ${own}; `,
  "policy own_user on users for select to journal_user: (id = (current_setting('app.user_id'::text))::uuid); ",
  'row-level security on accounts',
  'policy read_migrations on migrations for select to public: true; ',
  'row-level security on journal',
  'row-level security on migrations',
  'row-level security on users',
].sort();

describe('The migration of row-level security', () => {
  let database: TestDatabase;
  let owner: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    owner = await connectOwner(database.settings);
  });
  afterAll(async () => {
    await owner.destroy();
    await database.drop();
  });

  it('grants exactly the documented privileges, revokes them, and grants them again', async () => {
    await owner.runMigrations();
    expect((await rightsOf(owner)).sort()).toEqual(rights);
    for (const migration of migrations.slice().reverse()) {
      await owner.undoLastMigration();
      if (migration === RowLevelSecurity20261123080000) expect(await rightsOf(owner)).toEqual([]);
    }
    await owner.runMigrations();
    expect((await rightsOf(owner)).sort()).toEqual(rights);
  });

  it('creates roles without privileges of their own', async () => {
    const roles: unknown[] = await owner.query(`
      SELECT rolname, rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication AS may,
        EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid) AS is_member
      FROM pg_roles WHERE rolname IN ('journal_user', 'journal_auth') ORDER BY 1`);

    expect(roles).toEqual([
      { rolname: 'journal_auth', may: false, is_member: false },
      { rolname: 'journal_user', may: false, is_member: false },
    ]);
  });

  it('runs in several databases of a server concurrently', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => createTestDatabase({ empty: true })));
    const migrated = databases.map(({ settings }) =>
      asOwner(settings, async (other) => {
        await other.runMigrations();
        return (await rightsOf(other)).sort();
      }),
    );

    expect(await Promise.all(migrated)).toEqual(databases.map(() => rights));
    await Promise.all(databases.map((other) => other.drop()));
  });
});
