import { registerAs } from '@nestjs/config';
import { readDatabaseSettings } from './database.settings.js';

/**
 * The settings as the namespace `database` of Nest's ConfigModule.
 *
 * @example
 * constructor(@Inject(databaseConfig.KEY) settings: DatabaseSettings) {}
 */
export const databaseConfig = registerAs('database', () => readDatabaseSettings(process.env));
