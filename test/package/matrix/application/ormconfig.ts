import { JournalDataSource, migrationOptions, readDatabaseSettings } from 'trading-journal-database';
import { Alert, CreateAlerts20270105090000 } from './alert.entity.js';

export default new JournalDataSource(
  migrationOptions(readDatabaseSettings(process.env), {
    entities: [Alert],
    migrations: [CreateAlerts20270105090000],
  }),
);
