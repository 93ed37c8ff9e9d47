import {
  JournalDataSource,
  loadEnvFile,
  migrationOptions,
  readDatabaseSettings,
} from 'trading-journal-database';
import { migrations } from './migrations.js';
import { MonthlyReport } from './reports/monthly-report.entity.js';
import { WatchlistItem } from './watchlist/watchlist-item.entity.js';

loadEnvFile();

/**
 * The DataSource of the TypeORM CLI, with the migrations of the package and of the application:
 * `typeorm migration:run -d dist/ormconfig.js`.
 */
export default new JournalDataSource(
  migrationOptions(readDatabaseSettings(process.env), {
    entities: [WatchlistItem, MonthlyReport],
    migrations,
  }),
);
