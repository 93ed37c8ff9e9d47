import { MigrationExecutor } from 'typeorm';
import type { DataSource, Migration, QueryRunner } from 'typeorm';

/**
 * `DataSource.showMigrations` without a trace: TypeORM would make the table of migrations if it is
 * not there, and get in the way of a run that is doing so.
 *
 * @returns whether any is pending
 */
export async function listMigrations(dataSource: DataSource): Promise<boolean> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await new TracelessExecutor(dataSource, queryRunner).showMigrations();
  } finally {
    await queryRunner.release();
  }
}

class TracelessExecutor extends MigrationExecutor {
  protected override createMigrationsTableIfNotExist(): Promise<void> {
    return Promise.resolve();
  }

  protected override async loadExecutedMigrations(queryRunner: QueryRunner): Promise<Migration[]> {
    const { driver, options } = this.dataSource;
    const table = driver.buildTableName(
      options.migrationsTableName ?? 'migrations',
      driver.schema,
      driver.database,
    );
    return (await queryRunner.hasTable(table)) ? super.loadExecutedMigrations(queryRunner) : [];
  }
}
