import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets the application's login role, which owns nothing, read the applied migrations, so that the
 * application can refuse an unfit schema at startup.
 */
export class ReadableMigrations20261125111000 implements MigrationInterface {
  name = 'ReadableMigrations20261125111000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const table = tableOf(queryRunner);
    await queryRunner.query(`GRANT SELECT ON ${table} TO journal_user`);
    // Every table that journal_user reaches has row-level security. It does not apply to the owner,
    // which runs migrations.
    await queryRunner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
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
