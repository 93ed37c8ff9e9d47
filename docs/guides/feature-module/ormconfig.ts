import { JournalDataSource, migrationOptions, readDatabaseSettings } from 'trading-journal-database';
import { migrations } from './migrations.js';
import { WatchlistItem } from './watchlist/watchlist-item.entity.js';

/**
 * The DataSource of the TypeORM CLI, with the package's migrations and the application's: `typeorm
 * migration:run -d dist/ormconfig.js`.
 */
export default new JournalDataSource(
  migrationOptions(readDatabaseSettings(process.env), { entities: [WatchlistItem], migrations }),
);
