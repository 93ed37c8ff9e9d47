import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Expand, in release 2: what release 1 writes has no currency, and that is allowed. The check is
 * for new rows only, so far.
 */
export class AddCurrency20270111090000 implements MigrationInterface {
  name = 'AddCurrency20270111090000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE journal ADD currency text COLLATE "C"`);
    await queryRunner.query(`
      ALTER TABLE journal ADD CONSTRAINT chk_journal_currency CHECK (currency ~ '^[A-Z]{3}$') NOT VALID`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE journal DROP currency`);
  }
}
