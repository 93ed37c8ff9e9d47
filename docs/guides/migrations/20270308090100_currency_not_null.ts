import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Contract, in release 4: reads nothing, as the validated check tells that no row is without a
 * currency.
 */
export class CurrencyNotNull20270308090100 implements MigrationInterface {
  name = 'CurrencyNotNull20270308090100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE journal ALTER currency SET NOT NULL`);
    await queryRunner.query(`ALTER TABLE journal DROP CONSTRAINT chk_journal_has_currency`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- waived constraint-missing-not-valid: taken back by hand only, in a maintenance window
      ALTER TABLE journal ADD CONSTRAINT chk_journal_has_currency CHECK (currency IS NOT NULL)`);
    await queryRunner.query(`ALTER TABLE journal ALTER currency DROP NOT NULL`);
  }
}
