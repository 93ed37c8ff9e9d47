import { JournalDataSource, migrationOptions, readDatabaseSettings } from '../../src/index.js';
import { sampleMigrations } from './sample-migrations.js';

/** The DataSource of an application that adds the sample migrations. */
export default new JournalDataSource(
  migrationOptions(readDatabaseSettings(process.env), { migrations: sampleMigrations }),
);
