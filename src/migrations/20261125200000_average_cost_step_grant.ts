import type { MigrationInterface, QueryRunner } from 'typeorm';

const step = 'FUNCTION average_cost_step(numeric[], numeric, numeric)';

/**
 * Revokes EXECUTE on the state function from `journal_user`. Calling `average_cost` does not need
 * it: PostgreSQL checks the state function against the owner of the aggregate.
 */
export class AverageCostStepGrant20261125200000 implements MigrationInterface {
  name = 'AverageCostStepGrant20261125200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- waived narrow-access: older releases call only the aggregate
      REVOKE EXECUTE ON ${step} FROM journal_user`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`GRANT EXECUTE ON ${step} TO journal_user`);
  }
}
