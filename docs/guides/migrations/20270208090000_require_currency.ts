import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * In release 3: release 2 writes a currency into every row, and from here on each new row must have
 * one.
 */
export class RequireCurrency20270208090000 implements MigrationInterface {
  name = 'RequireCurrency20270208090000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE journal ADD CONSTRAINT chk_journal_has_currency CHECK (currency IS NOT NULL) NOT VALID`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE journal DROP CONSTRAINT chk_journal_has_currency`);
  }
}
