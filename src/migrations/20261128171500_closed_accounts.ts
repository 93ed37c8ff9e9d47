import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds `accounts.closed_at`, null for an open account. Accounts that exist are open. */
export class ClosedAccounts20261128171500 implements MigrationInterface {
  name = 'ClosedAccounts20261128171500';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE accounts ADD COLUMN closed_at timestamptz(3)`);
    await queryRunner.query(`
      COMMENT ON COLUMN accounts.closed_at IS
        'When the user closed it; null while it is open. It takes entries all the same.'`);
    await queryRunner.query(`GRANT UPDATE (closed_at) ON accounts TO journal_user`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE accounts DROP COLUMN closed_at`);
  }
}
