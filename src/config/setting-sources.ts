import { isRecord } from '../model/input-check.js';
import type { OptionProblem } from './invalid-options.error.js';

/** Environment variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface SettingSource {
  /** The path of the option, such as `pool.max`. */
  option: string;
  /** Converts the text of the variable to a value of the option; returns other text unchanged. */
  read: (text: string) => unknown;
}

const text = (option: string): SettingSource => ({ option, read: (given) => given });
const number = (option: string): SettingSource => ({
  option,
  read: (given) => (/^\d{1,10}$/.test(given) ? Number(given) : given),
});
const flag = (option: string): SettingSource => ({
  option,
  read: (given) => (given === 'true' || given === 'false' ? given === 'true' : given),
});

/** The option of each environment variable. */
export const settingSources: Readonly<Record<string, SettingSource>> = {
  DATABASE_URL: text('url'),
  DATABASE_AUTH_URL: text('authUrl'),
  DATABASE_MIGRATION_URL: text('migrationUrl'),
  DATABASE_TLS: text('tls.mode'),
  DATABASE_TLS_CA: text('tls.ca'),
  DATABASE_POOL_MIN: number('pool.min'),
  DATABASE_POOL_MAX: number('pool.max'),
  DATABASE_IDLE_TIMEOUT_MS: number('pool.idleTimeout'),
  DATABASE_CONNECTION_TIMEOUT_MS: number('pool.connectionTimeout'),
  DATABASE_STATEMENT_TIMEOUT_MS: number('statementTimeout'),
  DATABASE_LOCK_TIMEOUT_MS: number('lockTimeout'),
  DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS: number('idleInTransactionTimeout'),
  DATABASE_STATEMENT_LIMIT_MS: number('statementLimit'),
  DATABASE_KEEP_ALIVE_MS: number('keepAlive'),
  DATABASE_STREAM_TIMEOUT_MS: number('streamTimeout'),
  DATABASE_CLOSE_TIMEOUT_MS: number('closeTimeout'),
  DATABASE_CONNECT_RETRY_MS: number('connectRetryTime'),
  DATABASE_APPLICATION_NAME: text('applicationName'),
  DATABASE_QUERY_LOG: text('queryLog'),
  DATABASE_SLOW_QUERY_MS: number('slowQueryTime'),
  DATABASE_PREPARED_STATEMENTS: flag('preparedStatements'),
  DATABASE_FAST_PATH: flag('fastPath'),
  DATABASE_PRIVILEGE_CHECK: text('privilegeCheck'),
  DATABASE_SCHEMA_CHECK: text('schemaCheck'),
  DATABASE_RUN_MIGRATIONS: flag('runMigrations'),
  DATABASE_MIGRATION_WAIT_MS: number('migrationWaitTime'),
  DATABASE_MIGRATION_LOCK_TIMEOUT_MS: number('migrationLockTimeout'),
};

/** The variables that choose a database. A server of a command's own replaces all of them. */
export const connectionVariables = Object.entries(settingSources)
  .filter(([, { option }]) => /url$|^tls\./i.test(option))
  .map(([variable]) => variable);

const variables = new Map(Object.entries(settingSources).map(([variable, { option }]) => [option, variable]));

type Values = Record<string, unknown>;

/** The values of the options and, for the rest, of the environment; and where each comes from. */
export class SettingValues {
  /** By option, not validated. `tls` and `pool` are objects of values. */
  readonly values: Values = { tls: {}, pool: {} };
  readonly #sources = new Map<string, 'option' | 'variable'>();

  /** An option that is undefined, and a variable that is empty, count as not given. */
  constructor(environment: Environment, options: object) {
    for (const [variable, { option, read }] of Object.entries(settingSources)) {
      const given = environment[variable];
      if (given === undefined || given === '') continue;
      this.#sources.set(option, 'variable');
      const [name = '', inner] = option.split('.');
      if (inner === undefined) this.values[name] = read(given);
      else (this.values[name] as Values)[inner] = read(given);
    }
    for (const [name, value] of Object.entries(options) as [string, unknown][]) {
      const isGroup = name === 'tls' || name === 'pool';
      if (isGroup && isRecord(value)) this.#give(this.values[name] as Values, value, `${name}.`);
      else this.#give(this.values, { [name]: value });
    }
  }

  /** Copies given values. A name with a dot stays one name, so that it is refused as unknown. */
  #give(values: Values, given: object, prefix = ''): void {
    for (const [name, value] of Object.entries(given) as [string, unknown][]) {
      if (value === undefined) continue;
      this.#sources.set(prefix + name, 'option');
      values[name] = value;
    }
  }

  /** Whether an option has the value, not the environment. */
  isGiven(option: string): boolean {
    return this.#sources.get(option) === 'option';
  }

  problem(option: string, expected: string): OptionProblem {
    return { option, variable: this.isGiven(option) ? undefined : variables.get(option), expected };
  }

  /** The variable or option path that a message about `subject` calls `option`. */
  nameBeside(subject: string, option: string): string {
    const isOption = this.isGiven(option) || (!this.#sources.has(option) && this.isGiven(subject));
    return (isOption ? undefined : variables.get(option)) ?? option;
  }
}
