import type { MigrationInterface, QueryRunner } from 'typeorm';
import { JournalDataSource, migrationOptions, readDatabaseSettings } from '../../src/index.js';

/** A migration with a statement that runs for an hour. */
class Endless20990101000000 implements MigrationInterface {
  name = 'Endless20990101000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('SELECT pg_sleep(3600)');
  }

  async down(): Promise<void> {}
}

/** The DataSource of an application with a migration that never finishes. */
export default new JournalDataSource(
  migrationOptions(readDatabaseSettings(process.env), { migrations: [Endless20990101000000] }),
);
