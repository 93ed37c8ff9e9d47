import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets the application, whose login role owns nothing, read which migrations were applied, so that
 * at its start it can refuse a schema that does not suit it.
 */
export class ReadableMigrations20261125111000 implements MigrationInterface {
  name = 'ReadableMigrations20261125111000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const table = tableOf(queryRunner);
    await queryRunner.query(`GRANT SELECT ON ${table} TO journal_user`);
    // As on every table that journal_user reaches. The owner, as whom migrations run, is not held
    // by it.
    await queryRunner.query(`
      -- waived narrow-access: only the owner had access until now, and the policy below lets everybody read
      ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`CREATE POLICY read_migrations ON ${table} FOR SELECT USING (true)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const table = tableOf(queryRunner);
    await queryRunner.query(`DROP POLICY read_migrations ON ${table}`);
    await queryRunner.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`REVOKE SELECT ON ${table} FROM journal_user`);
  }
}

function tableOf({ dataSource }: QueryRunner): string {
  return dataSource.driver.escape(dataSource.options.migrationsTableName ?? 'migrations');
}
