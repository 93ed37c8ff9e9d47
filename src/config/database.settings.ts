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

/**
 * What is logged of the statements sent: nothing, the failed and slow ones, or all of them (never
 * their parameters).
 */
export const queryLogLevels = ['off', 'errors', 'all'] as const;
export type QueryLogLevel = (typeof queryLogLevels)[number];

/**
 * What becomes of privileges that are unsafe or missing: they keep the application from starting,
 * or are logged, or not looked at.
 */
export const privilegeChecks = ['error', 'warn', 'off'] as const;
export type PrivilegeCheck = (typeof privilegeChecks)[number];

/**
 * Everything that the persistence layer takes from its environment. All durations are milliseconds.
 */
export interface DatabaseSettings {
  /** Where the application connects to, without TLS parameters. */
  url: string;
  /**
   * Where sign-in, import and deletion connect to: as a login that is a member of `journal_auth`,
   * too. The same as `url` unless given.
   */
  authUrl?: string | undefined;
  /**
   * Where migrations connect to: as the owner of the tables, directly and not through a transaction
   * pooler.
   */
  migrationUrl: string;
  tls: { mode: TlsMode; ca: string | undefined };
  pool: {
    /** Connections that stay open when idle. */
    min: number;
    max: number;
    idleTimeout: number;
    connectionTimeout: number;
  };
  /**
   * Of the three time-outs on the server's side, 0 leaves each to the server: to what the role or
   * the database has set.
   */
  statementTimeout: number;
  lockTimeout: number;
  idleInTransactionTimeout: number;
  /**
   * How long the client waits for the answer to a statement before it closes the connection; 0 for
   * ever. Unless given, 5 seconds longer than `statementTimeout`, and for ever where that is 0.
   */
  statementLimit?: number | undefined;
  /** After how long without traffic TCP keep-alive begins; 0 turns it off. */
  keepAlive: number;
  /** After how long a journal stream that is not read gives its connection back; 0 never. */
  streamTimeout: number;
  /** How long closing the application waits for statements that are under way. */
  closeTimeout: number;
  /** For how long a first connection is tried again, in all; 0 tries once. */
  connectRetryTime: number;
  /**
   * The time-out of locks in migrations. Whoever needs the table after a migration that waits for
   * it, has to wait as well.
   */
  migrationLockTimeout: number;
  /**
   * For how long a run of the migrations waits for another run, and for transactions that hold what
   * it needs.
   */
  migrationWaitTime: number;
  applicationName: string;
  queryLog: QueryLogLevel;
  /** A statement that takes longer is logged at every level but `off`. */
  slowQueryTime: number;
  /**
   * Whether statements are prepared by name; `false` for poolers that do not keep prepared
   * statements.
   */
  preparedStatements: boolean;
  /**
   * Whether the package's own statements take the fast transport or the plain one; the results are
   * the same.
   */
  fastPath: boolean;
  /**
   * What the start of an application does about roles and privileges in the database that are
   * unsafe or missing.
   */
  privilegeCheck: PrivilegeCheck;
  /** Whether pending migrations are applied when the application starts. */
  runMigrations: boolean;
}

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

/** The environment variables that are read; docs/reference/environment.md explains each. */
export const environmentVariables = Object.keys(environmentSchema.shape);

/**
 * Reads and checks the settings from environment variables. An empty variable counts as unset.
 *
 * @throws InvalidEnvironmentError that lists every wrong variable, and repeats no value.
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
    tls: { mode: tlsWishes(values)[0] ?? 'disable', ca: values.DATABASE_TLS_CA },
    pool: {
      // Who sets only a small maximum means no contradiction.
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

// Contradictions are looked for among the variables that are right by themselves, so that one error
// can still list all.

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

function tlsWishes(values: z.output<typeof tlsVariables>): TlsMode[] {
  const urls = [values.DATABASE_URL, values.DATABASE_AUTH_URL, values.DATABASE_MIGRATION_URL];
  const wishes = [values.DATABASE_TLS, ...urls.map((url) => url?.tls)];
  return [...new Set(wishes.filter((wish) => wish !== undefined))];
}

function tlsContradictions(environment: Environment): EnvironmentProblem[] {
  const { data } = tlsVariables.safeParse(environment);
  if (data === undefined) return [];
  const wishes = tlsWishes(data);
  if (wishes.length > 1) {
    const expected = `must agree with the sslmode in the URLs; they ask for ${wishes.join(' and ')}`;
    return [{ variable: 'DATABASE_TLS', expected }];
  }
  if (data.DATABASE_TLS_CA !== undefined && wishes[0] !== 'verify-full') {
    return [
      {
        variable: 'DATABASE_TLS_CA',
        expected: 'is used with DATABASE_TLS=verify-full only; set that, or unset this',
      },
    ];
  }
  return [];
}
