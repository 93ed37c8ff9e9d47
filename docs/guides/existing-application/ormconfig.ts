import {
  JournalDataSource,
  loadEnvFile,
  migrationOptions,
  readDatabaseSettings,
} from 'trading-journal-database';

loadEnvFile();

const { JOURNAL_URL: url } = process.env;

/** The DataSource of the TypeORM CLI for the database of the journal. */
export default new JournalDataSource(migrationOptions(readDatabaseSettings(process.env, { url })));
