import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Only the database generates user ids. Otherwise `journal_auth` could rewrite a history:
 * delete a user, which deletes the journal too, create a user with the same id, and let
 * `journal_user` append other entries for that id.
 */
export class GeneratedUserIds20261128003000 implements MigrationInterface {
  name = 'GeneratedUserIds20261128003000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // REVOKE on the table also revokes privileges on columns, so column grants come second.
    await queryRunner.query(`
      -- waived narrow-access: made before the first release; UsersRepository.create inserts these columns only
      REVOKE INSERT, UPDATE ON users FROM journal_auth`);
    await queryRunner.query(`
      GRANT INSERT (email, password_hash, subscription_tier),
        UPDATE (email, password_hash, subscription_tier, updated_at) ON users TO journal_auth`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`REVOKE INSERT, UPDATE ON users FROM journal_auth`);
    await queryRunner.query(`GRANT INSERT, UPDATE ON users TO journal_auth`);
  }
}
