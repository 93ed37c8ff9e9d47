import { registerAs } from '@nestjs/config';
import { readDatabaseSettings } from './database.settings.js';

/**
 * The settings under the namespace `database` of Nest's ConfigService; inject them with
 * `@Inject(databaseConfig.KEY)`.
 */
export const databaseConfig = registerAs('database', () => readDatabaseSettings(process.env));
