import { z } from 'zod';
import { databaseName, tlsModes, type ConnectionUrl, type TlsMode } from './connection-url.js';
import { oneOf } from '../model/input-check.js';
import { InvalidEnvironmentError } from './invalid-environment.error.js';
import { InvalidOptionsError, type OptionProblem } from './invalid-options.error.js';
import { applicationName, certificate, connectionUrl, flag, milliseconds, whole } from './setting-rules.js';
import { settingSources, SettingValues, type Environment } from './setting-sources.js';

export type { Environment } from './setting-sources.js';

/** Logged statements: none, failed and slow ones, or all. Parameters are never logged. */
export const queryLogLevels = ['off', 'errors', 'all'] as const;
export type QueryLogLevel = (typeof queryLogLevels)[number];

/** Effect of unsafe or missing privileges at start: an error, a logged warning, or no check. */
export const privilegeChecks = ['error', 'warn', 'off'] as const;
export type PrivilegeCheck = (typeof privilegeChecks)[number];

/** Effect of pending or unreadable migrations at start: an error, or a logged warning. */
export const schemaChecks = ['error', 'warn'] as const;
export type SchemaCheck = (typeof schemaChecks)[number];

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
  schemaCheck: SchemaCheck;
  /** Whether to apply pending migrations when the application starts. */
  runMigrations: boolean;
}

/**
 * Any of the settings. An omitted member, or one that is undefined, has the value of its
 * environment variable, or else its default.
 *
 * - `tls.ca` also takes the path of a PEM file
 * - URLs may have an `sslmode`
 */
export type DatabaseOptions = Partial<Omit<DatabaseSettings, 'tls' | 'pool'>> & {
  tls?: Partial<DatabaseSettings['tls']>;
  pool?: Partial<DatabaseSettings['pool']>;
};

const missingUrl =
  'is required; expected postgresql://user:password@host:5432/database ' +
  '(for development without a server, `npx journal-db run COMMAND` starts an embedded PostgreSQL for the command, ' +
  'except with NODE_ENV=production). An application reads .env only by loadEnvFile() or a global ConfigModule';
const orMissing = {
  error: ({ input }: { input?: unknown }) => (input === undefined ? missingUrl : 'must be text'),
};
const group = { error: 'must be an object' };

const tlsSchema = z.strictObject({ mode: oneOf(tlsModes).optional(), ca: certificate.optional() }, group);
const poolSchema = z.strictObject(
  {
    min: whole(0, 1000).optional(),
    max: whole(1, 1000).default(20),
    idleTimeout: milliseconds().default(30_000),
    connectionTimeout: milliseconds(1).default(5_000),
  },
  group,
);

/** One set of rules for options and variables. In the order of the variables, for messages. */
const settingsSchema = z.strictObject({
  url: z.string(orMissing).pipe(connectionUrl),
  authUrl: connectionUrl.optional(),
  migrationUrl: connectionUrl.optional(),
  tls: tlsSchema,
  pool: poolSchema,
  statementTimeout: milliseconds().default(30_000),
  lockTimeout: milliseconds().default(10_000),
  idleInTransactionTimeout: milliseconds().default(60_000),
  statementLimit: milliseconds().optional(),
  keepAlive: milliseconds().default(10_000),
  streamTimeout: milliseconds().default(60_000),
  closeTimeout: milliseconds().default(10_000),
  connectRetryTime: milliseconds().default(30_000),
  applicationName: applicationName.default('trading-journal'),
  queryLog: oneOf(queryLogLevels).default('errors'),
  slowQueryTime: milliseconds(1).default(1_000),
  preparedStatements: flag.default(true),
  fastPath: flag.default(true),
  privilegeCheck: oneOf(privilegeChecks).optional(),
  schemaCheck: oneOf(schemaChecks).optional(),
  runMigrations: flag.default(false),
  migrationWaitTime: milliseconds().default(600_000),
  migrationLockTimeout: milliseconds().default(5_000),
});

/** The names of the variables that are read. docs/reference/environment.md explains each. */
export const environmentVariables = Object.keys(settingSources);

/**
 * Reads and validates the settings. An option wins over its environment variable. An empty variable
 * counts as unset.
 *
 * @throws InvalidEnvironmentError with every invalid variable, and without any value
 * @throws InvalidOptionsError if an option is invalid: with every invalid option and variable
 * @example
 * const settings = readDatabaseSettings(process.env, { url, pool: { max: 5 } });
 */
export function readDatabaseSettings(
  environment: Environment,
  options: DatabaseOptions = {},
): DatabaseSettings {
  const given = new SettingValues(environment, options);
  const parsed = settingsSchema.safeParse(given.values);
  const problems: OptionProblem[] = (parsed.error?.issues ?? []).flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return given.problem(path, issue.message);
    return issue.keys.map((key) => given.problem([...issue.path, key].join('.'), 'is not an option'));
  });
  problems.push(...poolContradictions(given), ...urlContradictions(given), ...tlsContradictions(given));
  if (!parsed.success || problems.length > 0) throw failureOf(problems);
  const { url, authUrl, migrationUrl, tls, pool, ...others } = parsed.data;
  const defaultCheck = environment['NODE_ENV'] === 'production' ? 'error' : 'warn';
  return {
    ...others,
    url: url.url,
    authUrl: authUrl?.url,
    migrationUrl: (migrationUrl ?? url).url,
    tls: { mode: requestedTlsModes(parsed.data)[0] ?? 'disable', ca: tls.ca },
    // A small maximum alone must not contradict the default minimum.
    pool: { ...pool, min: pool.min ?? Math.min(10, pool.max) },
    privilegeCheck: others.privilegeCheck ?? defaultCheck,
    schemaCheck: others.schemaCheck ?? defaultCheck,
  };
}

/**
 * The settings of an application: `options`, and the environment for the rest. Complete settings,
 * such as those of `readDatabaseSettings`, are validated and used without the environment: there
 * `authUrl: undefined` means `url`, whatever `DATABASE_AUTH_URL` is.
 *
 * @throws InvalidEnvironmentError, InvalidOptionsError
 */
export function settingsFrom(options: DatabaseOptions, environment: Environment): DatabaseSettings {
  return readDatabaseSettings(isComplete(options) ? {} : environment, options);
}

/** Settings whose absence has a meaning of its own in complete settings. */
const optionalSettings = new Set(['authUrl', 'statementLimit', 'tls.ca']);

function isComplete(options: DatabaseOptions): boolean {
  const given = new SettingValues({}, options);
  return Object.values(settingSources).every(
    ({ option }) => optionalSettings.has(option) || given.isGiven(option),
  );
}

function failureOf(problems: readonly OptionProblem[]): Error {
  const variables = problems.flatMap(({ variable, expected }) =>
    variable === undefined ? [] : { variable, expected },
  );
  return variables.length === problems.length
    ? new InvalidEnvironmentError(variables)
    : new InvalidOptionsError(problems);
}

// Contradictions are checked among the valid values, so that one error lists all problems.

const poolBounds = z.object({ min: poolSchema.shape.min, max: poolSchema.shape.max });

function poolContradictions(given: SettingValues): OptionProblem[] {
  const { data } = poolBounds.safeParse(given.values['pool']);
  if (data?.min === undefined || data.min <= data.max) return [];
  return [given.problem('pool.min', `must not be greater than ${given.nameBeside('pool.min', 'pool.max')}`)];
}

const { url, authUrl, migrationUrl, tls } = settingsSchema.shape;
const urls = z.object({ url, authUrl, migrationUrl });
const encryption = urls.extend({ tls });

/** The environment may hold the URLs of another database than the one that `url` names. */
function urlContradictions(given: SettingValues): OptionProblem[] {
  if (!given.isGiven('url')) return [];
  const { data } = urls.safeParse(given.values);
  return (['authUrl', 'migrationUrl'] as const).flatMap((option) => {
    const other = data?.[option];
    if (other === undefined || given.isGiven(option)) return [];
    if (databaseName(new URL(other.url)) === databaseName(new URL(data?.url.url ?? ''))) return [];
    return given.problem(
      option,
      `names another database than the option url; unset it, or give ${option}, too`,
    );
  });
}

function requestedTlsModes(values: z.output<typeof encryption>): TlsMode[] {
  const urls: (ConnectionUrl | undefined)[] = [values.url, values.authUrl, values.migrationUrl];
  const modes = [values.tls.mode, ...urls.map((url) => url?.tls)];
  return [...new Set(modes.filter((mode) => mode !== undefined))];
}

function tlsContradictions(given: SettingValues): OptionProblem[] {
  const { data } = encryption.safeParse(given.values);
  if (data === undefined) return [];
  const modes = requestedTlsModes(data);
  if (modes.length > 1) {
    const expected = `must agree with the sslmode in the URLs; they ask for ${modes.join(' and ')}`;
    return [given.problem('tls.mode', expected)];
  }
  if (data.tls.ca !== undefined && modes[0] !== 'verify-full') {
    const mode = given.nameBeside('tls.ca', 'tls.mode');
    const name = given.nameBeside('tls.ca', 'tls.ca');
    return [given.problem('tls.ca', `needs ${mode}=verify-full; set it, or unset ${name}`)];
  }
  return [];
}
