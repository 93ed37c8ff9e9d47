import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureRoles } from '../isolation/ensure-roles.js';

const ownRows = `user_id = current_setting('app.user_id')::uuid`;

/**
 * Row-level security: `journal_user` reads and inserts rows of the user in `app.user_id` only, and
 * may update only the audit columns of entries. `journal_auth` reaches `users` only.
 */
export class RowLevelSecurity20261123080000 implements MigrationInterface {
  name = 'RowLevelSecurity20261123080000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await ensureRoles(queryRunner);
    await queryRunner.query('ALTER TABLE users ENABLE ROW LEVEL SECURITY');
    await queryRunner.query('ALTER TABLE accounts ENABLE ROW LEVEL SECURITY');
    await queryRunner.query('ALTER TABLE journal ENABLE ROW LEVEL SECURITY');
    await queryRunner.query(`
      CREATE POLICY own_user ON users FOR SELECT TO journal_user
        USING (id = current_setting('app.user_id')::uuid)`);
    await queryRunner.query(`
      CREATE POLICY all_users ON users TO journal_auth USING (true) WITH CHECK (true)`);
    await queryRunner.query(`
      CREATE POLICY own_accounts ON accounts TO journal_user USING (${ownRows}) WITH CHECK (${ownRows})`);
    await queryRunner.query(`
      CREATE POLICY own_entries ON journal TO journal_user USING (${ownRows}) WITH CHECK (${ownRows})`);
    await queryRunner.query(`
      GRANT SELECT (id, email, subscription_tier, created_at, updated_at) ON users TO journal_user`);
    await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON users TO journal_auth`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (name, updated_at), DELETE ON accounts TO journal_user`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (deleted_at, edited_by, edit_reason, updated_at) ON journal TO journal_user`);
  }

  // Keeps the roles: roles belong to the server, and other databases may use them.
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`REVOKE ALL ON users, accounts, journal FROM journal_user, journal_auth`);
    await queryRunner.query(`DROP POLICY own_entries ON journal`);
    await queryRunner.query(`DROP POLICY own_accounts ON accounts`);
    await queryRunner.query(`DROP POLICY all_users ON users`);
    await queryRunner.query(`DROP POLICY own_user ON users`);
    await queryRunner.query(`ALTER TABLE journal DISABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`ALTER TABLE accounts DISABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`ALTER TABLE users DISABLE ROW LEVEL SECURITY`);
  }
}
