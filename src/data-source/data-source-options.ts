import { getMetadataArgsStorage } from 'typeorm';
import type { EntitySubscriberInterface, NamingStrategyInterface } from 'typeorm';
import type { DatabaseSettings } from '../config/database.settings.js';
import { Account } from '../model/account.entity.js';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { LegacyCostBasis, LegacyWeeklyPremium } from '../browser/figures/legacy-views.entity.js';
import { User } from '../model/user.entity.js';
import { migrations } from '../migrations/index.js';
import { refuseShortTimestamps, type MigrationClass } from './migration-names.js';
import { QueryLogger } from './query-logger.js';
import type { JournalDataSourceOptions, PostgresOptions } from '../isolation/isolated.data-source.js';
import { limitMargin } from '../driver/connection.js';
import { unscopedPool } from '../driver/migration-connections.js';
import type { OptionProblem } from '../config/invalid-options.error.js';

/** An entity class of the application. */
export type EntityClass = new (...args: never[]) => object;
/** A class of the application with `@EventSubscriber()`. TypeORM creates one instance. */
export type SubscriberClass = new () => EntitySubscriberInterface;

/** What the application adds to the DataSource. */
export interface ApplicationSchema {
  entities?: readonly EntityClass[];
  migrations?: readonly MigrationClass[];
  /**
   * Called for statements of TypeORM's repositories. Statements of `JournalRepository` bypass
   * subscribers.
   */
  subscribers?: readonly SubscriberClass[];
  /**
   * Names the tables and columns of the application's entities that have no explicit name. Explicit
   * names are used unchanged, so the package's entities keep theirs.
   */
  namingStrategy?: NamingStrategyInterface;
}

/** The entities of this package: tables and views. */
export const entities = [User, Account, JournalEntry, LegacyWeeklyPremium, LegacyCostBasis] as const;

/**
 * Converts settings to the DataSource options of a running application.
 *
 * @example
 * const dataSource = new JournalDataSource(dataSourceOptions(readDatabaseSettings(process.env)));
 *
 * @throws MigrationTimestampError if the name of a migration ends in 13 digits
 */
export function dataSourceOptions(
  settings: DatabaseSettings,
  application: ApplicationSchema = {},
): JournalDataSourceOptions {
  refuseShortTimestamps(application.migrations ?? []);
  return {
    type: 'postgres',
    url: settings.url,
    ssl: tlsOptions(settings.tls),
    applicationName: settings.applicationName,
    entities: [...new Set([...entities, ...(application.entities ?? [])])],
    migrations: [...new Set([...migrations, ...(application.migrations ?? [])])],
    subscribers: [...new Set(application.subscribers)],
    ...(application.namingStrategy && { namingStrategy: keepExplicitNames(application.namingStrategy) }),
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    // TypeORM then writes gen_random_uuid(), which PostgreSQL has without an extension.
    uuidExtension: 'pgcrypto',
    logger: new QueryLogger(settings.queryLog),
    logging: true,
    ...(settings.queryLog === 'off' ? {} : { maxQueryExecutionTime: settings.slowQueryTime }),
    poolSize: settings.pool.max,
    connectTimeoutMS: settings.pool.connectionTimeout,
    extra: {
      min: settings.pool.min,
      idleTimeoutMillis: settings.pool.idleTimeout,
      statement_timeout: settings.statementTimeout,
      lock_timeout: settings.lockTimeout,
      idle_in_transaction_session_timeout: settings.idleInTransactionTimeout,
      ...keepAlive(settings.keepAlive),
    },
    connectRetryTime: settings.connectRetryTime,
    isScoped: true,
    privilegeCheck: settings.privilegeCheck,
    schemaCheck: settings.schemaCheck,
    authUrl: settings.authUrl ?? settings.url,
    fastPath: settings.fastPath,
    preparedStatements: settings.preparedStatements,
    migrationWaitTime: settings.migrationWaitTime,
    statementLimit: settings.statementLimit ?? defaultStatementLimit(settings),
    nestedTimeout: settings.lockTimeout || defaultNestedTimeout,
    closeTimeout: settings.closeTimeout,
    streamTimeout: settings.streamTimeout,
  };
}

const defaultNestedTimeout = 10_000;

function defaultStatementLimit({ statementTimeout }: DatabaseSettings): number {
  return statementTimeout === 0 ? 0 : statementTimeout + limitMargin;
}

function keepAlive(delay: number): object {
  return delay === 0 ? {} : { keepAlive: true, keepAliveInitialDelayMillis: delay };
}

/**
 * Converts settings to DataSource options for migrations: the login of DATABASE_MIGRATION_URL, no
 * user scope, no statement timeout (an index build may take long), and a short lock timeout
 * (statements of the application queue behind a waiting lock).
 */
export function migrationOptions(
  settings: DatabaseSettings,
  application: ApplicationSchema = {},
): JournalDataSourceOptions {
  const pool = { ...settings.pool, min: 0, max: 2 };
  const { migrationUrl: url, migrationLockTimeout: lockTimeout } = settings;
  const options = dataSourceOptions({ ...settings, url, lockTimeout, pool }, application);
  return {
    ...options,
    isScoped: false,
    extra: { ...(options.extra as object), ...withoutLimit, ...keepAlive(30_000), ...unscopedPool },
  };
}

// Strings: pg omits the number 0, and a timeout set for the role or the database would apply.
const withoutLimit = { statement_timeout: '0', idle_in_transaction_session_timeout: '0' };

function tlsOptions({ mode, ca }: DatabaseSettings['tls']): PostgresOptions['ssl'] {
  switch (mode) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-full':
      return { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
  }
}

type Rule = readonly [isValid: (value: unknown) => boolean, expected: string];

const classes: Rule = [
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'function'),
  'must be an array of classes',
];

const rules: Readonly<Record<keyof ApplicationSchema, Rule>> = {
  entities: classes,
  migrations: classes,
  subscribers: [isSubscribers, 'must be an array of classes with the decorator @EventSubscriber()'],
  namingStrategy: [
    (value) => typeof (value as ApplicationSchema['namingStrategy'])?.columnName === 'function',
    'must be an instance of a naming strategy, such as new SnakeNamingStrategy()',
  ],
};

/** The members of `ApplicationSchema`. */
export const schemaOptions = Object.keys(rules) as (keyof ApplicationSchema)[];

// TypeORM ignores a class without the decorator.
function isSubscribers(value: unknown): boolean {
  const decorated = new Set<unknown>(getMetadataArgsStorage().entitySubscribers.map(({ target }) => target));
  return Array.isArray(value) && value.every((item) => decorated.has(item));
}

/** Lists the invalid members of an application's schema. Undefined members are valid. */
export function schemaProblems(application: ApplicationSchema): OptionProblem[] {
  return Object.entries(rules).flatMap(([option, [isValid, expected]]) => {
    const value = application[option as keyof ApplicationSchema];
    return value === undefined || isValid(value) ? [] : { option, expected };
  });
}

/**
 * The strategy, except that an explicit name of a table or a column is used unchanged. The entities
 * of this package name everything explicitly: their SQL and migrations rely on the names.
 */
function keepExplicitNames(strategy: NamingStrategyInterface): NamingStrategyInterface {
  const kept: Partial<NamingStrategyInterface> = {
    tableName: (target, name) => name ?? strategy.tableName(target, name),
    // A column of an embedded entity needs the prefixes, which only the strategy knows.
    columnName: (property, name, prefixes) =>
      name && prefixes.length === 0 ? name : strategy.columnName(property, name, prefixes),
  };
  return new Proxy(strategy, {
    get(target, key) {
      const own = kept[key as keyof typeof kept];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key);
      // Bound to the strategy, which may have private members.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
