import { ConfigService, registerAs } from '@nestjs/config';
import { environmentVariables, readDatabaseSettings } from './database.settings.js';
import type { Environment } from './setting-sources.js';

/**
 * The settings as the namespace `database` of Nest's ConfigModule.
 *
 * @example
 * constructor(@Inject(databaseConfig.KEY) settings: DatabaseSettings) {}
 */
export const databaseConfig = registerAs('database', () => readDatabaseSettings(process.env));

/**
 * The variables as ConfigService has them: from `load`, from `validate`, else from `process.env`.
 * `validate` may have converted numbers and flags.
 */
export function environmentOf(config = new ConfigService()): Environment {
  const names = [...environmentVariables, 'NODE_ENV'];
  return Object.fromEntries(names.map((name) => [name, config.get<Value>(name)?.toString()]));
}

type Value = string | number | boolean | undefined;
