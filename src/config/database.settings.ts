import { z } from 'zod';
import { tlsModes } from './connection-url.js';
import type { TlsMode } from './connection-url.js';
import { InvalidEnvironmentError } from './invalid-environment.error.js';
import type { EnvironmentProblem } from './invalid-environment.error.js';
import {
  applicationName,
  certificate,
  connectionUrl,
  emptyAsUnset,
  milliseconds,
  millisecondsOrUnset,
  oneOf,
  whole,
  wholeOrUnset,
} from './variable-schemas.js';

/** Logged statements: none, failed and slow ones, or all. Parameters are never logged. */
export const queryLogLevels = ['off', 'errors', 'all'] as const;
export type QueryLogLevel = (typeof queryLogLevels)[number];

/** Effect of unsafe or missing privileges at start: an error, a logged warning, or no check. */
export const privilegeChecks = ['error', 'warn', 'off'] as const;
export type PrivilegeCheck = (typeof privilegeChecks)[number];

/** The settings of the persistence layer. All durations are in milliseconds. */
export interface DatabaseSettings {
  /** The URL of the application's login, without TLS parameters. */
  url: string;
  /**
   * The URL for sign-in, import and deletion. Its login is a member of `journal_user` and
   * `journal_auth`. Defaults to `url`.
   */
  authUrl?: string | undefined;
  /** The URL for migrations: the owner's login, not through a pooler in transaction mode. */
  migrationUrl: string;
  tls: { mode: TlsMode; ca: string | undefined };
  pool: {
    /** Connections that stay open when idle. */
    min: number;
    max: number;
    /** Time until an idle connection above `min` is closed; 0: never. */
    idleTimeout: number;
    /** Limit for connecting, and for waiting for a free connection. */
    connectionTimeout: number;
  };
  /** `statement_timeout` of the server; 0 keeps the setting of the role or the database. */
  statementTimeout: number;
  /** `lock_timeout` of the server; 0 keeps the setting of the role or the database. */
  lockTimeout: number;
  /** `idle_in_transaction_session_timeout`; 0 keeps the setting of the role or the database. */
  idleInTransactionTimeout: number;
  /**
   * Time until the client closes the connection of an unanswered statement; 0: never. Defaults to
   * `statementTimeout` + 5,000, or to 0 if `statementTimeout` is 0.
   */
  statementLimit?: number | undefined;
  /** Idle time until TCP keep-alive starts; 0 turns it off. */
  keepAlive: number;
  /** Time until a journal stream that is not read ends and frees its connection; 0: never. */
  streamTimeout: number;
  /** Time that closing the application waits for running statements. */
  closeTimeout: number;
  /** Total time for retries of the first connection; 0 for one attempt. */
  connectRetryTime: number;
  /**
   * `lock_timeout` of migrations. Keep it short: statements of the application queue behind a
   * migration that waits for a lock.
   */
  migrationLockTimeout: number;
  /** Time that migrations wait for a concurrent run and for blocking transactions. */
  migrationWaitTime: number;
  applicationName: string;
  queryLog: QueryLogLevel;
  /** Slower statements are logged unless `queryLog` is `off`. */
  slowQueryTime: number;
  /** False for poolers that do not support named prepared statements. */
  preparedStatements: boolean;
  /** Whether to use the fast transport. The plain transport returns the same results. */
  fastPath: boolean;
  privilegeCheck: PrivilegeCheck;
  /** Whether to apply pending migrations when the application starts. */
  runMigrations: boolean;
}

/** Environment variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const missingUrl =
  'is required; expected postgresql://user:password@host:5432/database ' +
  '(in this repository, `npm run demo`, `npm test` and the other npm scripts start a PostgreSQL of their own without it)';

const environmentSchema = z.object({
  DATABASE_URL: z.preprocess(emptyAsUnset, z.string({ error: missingUrl }).pipe(connectionUrl)),
  DATABASE_AUTH_URL: z.preprocess(emptyAsUnset, connectionUrl.optional()),
  DATABASE_MIGRATION_URL: z.preprocess(emptyAsUnset, connectionUrl.optional()),
  DATABASE_TLS: oneOf(tlsModes),
  DATABASE_TLS_CA: z.preprocess(emptyAsUnset, certificate.optional()),
  DATABASE_POOL_MIN: wholeOrUnset(0, 1000),
  DATABASE_POOL_MAX: whole(20, 1, 1000),
  DATABASE_IDLE_TIMEOUT_MS: milliseconds(30_000),
  DATABASE_CONNECTION_TIMEOUT_MS: milliseconds(5_000, 1),
  DATABASE_STATEMENT_TIMEOUT_MS: milliseconds(30_000),
  DATABASE_LOCK_TIMEOUT_MS: milliseconds(10_000),
  DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS: milliseconds(60_000),
  DATABASE_STATEMENT_LIMIT_MS: millisecondsOrUnset(),
  DATABASE_KEEP_ALIVE_MS: milliseconds(10_000),
  DATABASE_STREAM_TIMEOUT_MS: milliseconds(60_000),
  DATABASE_CLOSE_TIMEOUT_MS: milliseconds(10_000),
  DATABASE_CONNECT_RETRY_MS: milliseconds(30_000),
  DATABASE_APPLICATION_NAME: z.preprocess(emptyAsUnset, applicationName.default('trading-journal')),
  DATABASE_QUERY_LOG: oneOf(queryLogLevels),
  DATABASE_SLOW_QUERY_MS: milliseconds(1_000, 1),
  DATABASE_PREPARED_STATEMENTS: oneOf(['true', 'false']),
  DATABASE_FAST_PATH: oneOf(['true', 'false']),
  DATABASE_PRIVILEGE_CHECK: oneOf(privilegeChecks),
  DATABASE_RUN_MIGRATIONS: oneOf(['true', 'false']),
  DATABASE_MIGRATION_WAIT_MS: milliseconds(600_000),
  DATABASE_MIGRATION_LOCK_TIMEOUT_MS: milliseconds(5_000),
});

/** The names of the variables that are read. docs/reference/environment.md explains each. */
export const environmentVariables = Object.keys(environmentSchema.shape);

/**
 * Reads and validates the settings from environment variables. An empty variable counts as unset.
 *
 * @throws InvalidEnvironmentError with every invalid variable, and without any value
 * @example
 * const settings = readDatabaseSettings({ ...process.env, DATABASE_POOL_MAX: '5' });
 */
export function readDatabaseSettings(environment: Environment): DatabaseSettings {
  const parsed = environmentSchema.safeParse(environment);
  const problems = (parsed.error?.issues ?? []).map((issue) => ({
    variable: issue.path.join('.'),
    expected: issue.message,
  }));
  problems.push(...poolContradictions(environment), ...tlsContradictions(environment));
  if (!parsed.success || problems.length > 0) throw new InvalidEnvironmentError(problems);
  const values = parsed.data;
  return {
    url: values.DATABASE_URL.url,
    authUrl: values.DATABASE_AUTH_URL?.url,
    migrationUrl: (values.DATABASE_MIGRATION_URL ?? values.DATABASE_URL).url,
    tls: { mode: requestedTlsModes(values)[0] ?? 'disable', ca: values.DATABASE_TLS_CA },
    pool: {
      // A small DATABASE_POOL_MAX alone must not contradict the default minimum.
      min: values.DATABASE_POOL_MIN ?? Math.min(10, values.DATABASE_POOL_MAX),
      max: values.DATABASE_POOL_MAX,
      idleTimeout: values.DATABASE_IDLE_TIMEOUT_MS,
      connectionTimeout: values.DATABASE_CONNECTION_TIMEOUT_MS,
    },
    statementTimeout: values.DATABASE_STATEMENT_TIMEOUT_MS,
    lockTimeout: values.DATABASE_LOCK_TIMEOUT_MS,
    idleInTransactionTimeout: values.DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS,
    statementLimit: values.DATABASE_STATEMENT_LIMIT_MS,
    keepAlive: values.DATABASE_KEEP_ALIVE_MS,
    streamTimeout: values.DATABASE_STREAM_TIMEOUT_MS,
    closeTimeout: values.DATABASE_CLOSE_TIMEOUT_MS,
    connectRetryTime: values.DATABASE_CONNECT_RETRY_MS,
    migrationLockTimeout: values.DATABASE_MIGRATION_LOCK_TIMEOUT_MS,
    migrationWaitTime: values.DATABASE_MIGRATION_WAIT_MS,
    applicationName: values.DATABASE_APPLICATION_NAME,
    queryLog: values.DATABASE_QUERY_LOG ?? 'errors',
    slowQueryTime: values.DATABASE_SLOW_QUERY_MS,
    preparedStatements: values.DATABASE_PREPARED_STATEMENTS !== 'false',
    fastPath: values.DATABASE_FAST_PATH !== 'false',
    privilegeCheck: values.DATABASE_PRIVILEGE_CHECK ?? defaultPrivilegeCheck(environment),
    runMigrations: values.DATABASE_RUN_MIGRATIONS === 'true',
  };
}

function defaultPrivilegeCheck({ NODE_ENV }: Environment): PrivilegeCheck {
  return NODE_ENV === 'production' ? 'error' : 'warn';
}

// Contradictions are checked among the valid variables, so that one error lists all problems.

const poolVariables = environmentSchema.pick({ DATABASE_POOL_MIN: true, DATABASE_POOL_MAX: true });

function poolContradictions(environment: Environment): EnvironmentProblem[] {
  const { data } = poolVariables.safeParse(environment);
  if (data?.DATABASE_POOL_MIN === undefined || data.DATABASE_POOL_MIN <= data.DATABASE_POOL_MAX) return [];
  return [{ variable: 'DATABASE_POOL_MIN', expected: 'must not be greater than DATABASE_POOL_MAX' }];
}

const tlsVariables = environmentSchema.pick({
  DATABASE_URL: true,
  DATABASE_AUTH_URL: true,
  DATABASE_MIGRATION_URL: true,
  DATABASE_TLS: true,
  DATABASE_TLS_CA: true,
});

function requestedTlsModes(values: z.output<typeof tlsVariables>): TlsMode[] {
  const urls = [values.DATABASE_URL, values.DATABASE_AUTH_URL, values.DATABASE_MIGRATION_URL];
  const modes = [values.DATABASE_TLS, ...urls.map((url) => url?.tls)];
  return [...new Set(modes.filter((mode) => mode !== undefined))];
}

function tlsContradictions(environment: Environment): EnvironmentProblem[] {
  const { data } = tlsVariables.safeParse(environment);
  if (data === undefined) return [];
  const modes = requestedTlsModes(data);
  if (modes.length > 1) {
    const expected = `must agree with the sslmode in the URLs; they ask for ${modes.join(' and ')}`;
    return [{ variable: 'DATABASE_TLS', expected }];
  }
  if (data.DATABASE_TLS_CA !== undefined && modes[0] !== 'verify-full') {
    return [
      {
        variable: 'DATABASE_TLS_CA',
        expected: 'is used with DATABASE_TLS=verify-full only; set that, or unset this',
      },
    ];
  }
  return [];
}
