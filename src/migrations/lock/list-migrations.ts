import { MigrationExecutor } from 'typeorm';
import type { DataSource, Migration, QueryRunner } from 'typeorm';

/**
 * `DataSource.showMigrations` without side effects: TypeORM creates a missing table of migrations,
 * which can collide with a concurrent run that creates it.
 *
 * @returns whether any migration is pending
 */
export async function listMigrations(dataSource: DataSource): Promise<boolean> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await new ReadOnlyExecutor(dataSource, queryRunner).showMigrations();
  } finally {
    await queryRunner.release();
  }
}

class ReadOnlyExecutor extends MigrationExecutor {
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
