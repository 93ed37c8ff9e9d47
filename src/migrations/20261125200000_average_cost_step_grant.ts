import type { MigrationInterface, QueryRunner } from 'typeorm';

const step = 'FUNCTION average_cost_step(numeric[], numeric, numeric)';

/**
 * Whoever calls an aggregate need not be allowed to call its state function: PostgreSQL asks that
 * of the owner of the aggregate. So `journal_user` may call `average_cost`, and no more its step on
 * its own.
 */
export class AverageCostStepGrant20261125200000 implements MigrationInterface {
  name = 'AverageCostStepGrant20261125200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Releases before call nothing but the aggregate either.
    await queryRunner.query(`REVOKE EXECUTE ON ${step} FROM journal_user`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`GRANT EXECUTE ON ${step} TO journal_user`);
  }
}
