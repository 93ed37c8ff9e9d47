import {
  JournalDataSource,
  loadEnvFile,
  migrationOptions,
  readDatabaseSettings,
} from 'trading-journal-database';
import { Alert } from './alert.entity.js';
import { migrations } from './migrations.js';

loadEnvFile();

/** The DataSource of the TypeORM CLI. */
export default new JournalDataSource(
  migrationOptions(readDatabaseSettings(process.env), { entities: [Alert], migrations }),
);
