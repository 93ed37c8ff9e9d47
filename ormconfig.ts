import { loadEnvFile } from './src/config/env-file.js';
import { readDatabaseSettings } from './src/config/database.settings.js';
import { migrationOptions } from './src/data-source/data-source-options.js';
import { JournalDataSource } from './src/data-source/journal.data-source.js';

loadEnvFile();

/** The DataSource of the TypeORM CLI: `typeorm migration:run -d dist/ormconfig.js`. */
export default new JournalDataSource(migrationOptions(readDatabaseSettings(process.env)));
