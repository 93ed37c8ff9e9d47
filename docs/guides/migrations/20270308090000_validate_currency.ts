import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Contract, in release 4: reads the table once, while everybody goes on. */
export class ValidateCurrency20270308090000 implements MigrationInterface {
  name = 'ValidateCurrency20270308090000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE journal VALIDATE CONSTRAINT chk_journal_currency`);
    await queryRunner.query(`ALTER TABLE journal VALIDATE CONSTRAINT chk_journal_has_currency`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE journal DROP CONSTRAINT chk_journal_currency`);
    await queryRunner.query(`ALTER TABLE journal DROP CONSTRAINT chk_journal_has_currency`);
    await queryRunner.query(`
      ALTER TABLE journal ADD CONSTRAINT chk_journal_currency CHECK (currency ~ '^[A-Z]{3}$') NOT VALID`);
    await queryRunner.query(`
      ALTER TABLE journal ADD CONSTRAINT chk_journal_has_currency CHECK (currency IS NOT NULL) NOT VALID`);
  }
}
