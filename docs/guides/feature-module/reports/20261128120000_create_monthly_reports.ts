import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row for each user and month, so that a repeated job finds what it has done. */
export class CreateMonthlyReports20261128120000 implements MigrationInterface {
  name = 'CreateMonthlyReports20261128120000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE monthly_reports (
        user_id uuid NOT NULL,
        month text COLLATE "C" NOT NULL,
        entries integer NOT NULL,
        net numeric(20,8) NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT pk_monthly_reports PRIMARY KEY (user_id, month),
        CONSTRAINT fk_monthly_reports_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON monthly_reports TO journal_user`);
    await queryRunner.query(`ALTER TABLE monthly_reports ENABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`
      CREATE POLICY own_monthly_reports ON monthly_reports TO journal_user
        USING (user_id = current_setting('app.user_id')::uuid)
        WITH CHECK (user_id = current_setting('app.user_id')::uuid)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE monthly_reports`);
  }
}
