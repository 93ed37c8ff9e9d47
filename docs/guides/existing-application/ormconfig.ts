import {
  JournalDataSource,
  loadEnvFile,
  migrationOptions,
  readDatabaseSettings,
} from 'trading-journal-database';

loadEnvFile();

const { JOURNAL_URL: url } = process.env;
// Without a URL the settings would take DATABASE_URL, the database of the application.
if (!url) throw new Error('Set JOURNAL_URL to the database of the journal.');

/** The DataSource of the TypeORM CLI for the database of the journal. */
export default new JournalDataSource(migrationOptions(readDatabaseSettings(process.env, { url })));
