import { describe, expect, it } from '@jest/globals';
import { environmentVariables, readDatabaseSettings } from '../../src/config/database.settings.js';
import { ca, caFile } from '../support/tls-server.js';

const DATABASE_URL = 'postgresql://app:secret@db.example.com:6432/journal';

describe('the database settings', () => {
  it('require only a URL', () => {
    expect(readDatabaseSettings({ DATABASE_URL })).toEqual({
      url: DATABASE_URL,
      migrationUrl: DATABASE_URL,
      tls: { mode: 'disable', ca: undefined },
      pool: { min: 10, max: 20, idleTimeout: 30_000, connectionTimeout: 5_000 },
      statementTimeout: 30_000,
      lockTimeout: 10_000,
      idleInTransactionTimeout: 60_000,
      keepAlive: 10_000,
      streamTimeout: 60_000,
      closeTimeout: 10_000,
      connectRetryTime: 30_000,
      migrationLockTimeout: 5_000,
      migrationWaitTime: 600_000,
      applicationName: 'trading-journal',
      queryLog: 'errors',
      slowQueryTime: 1_000,
      preparedStatements: true,
      fastPath: true,
      privilegeCheck: 'warn',
      schemaCheck: 'warn',
      runMigrations: false,
    });
  });

  it('read every variable', () => {
    const environment = {
      DATABASE_URL,
      DATABASE_AUTH_URL: 'postgres://sign_in@db.example.com/journal',
      DATABASE_MIGRATION_URL: 'postgres://owner@other/journal',
      DATABASE_TLS: 'verify-full',
      DATABASE_TLS_CA: caFile,
      DATABASE_POOL_MIN: '1',
      DATABASE_POOL_MAX: '2',
      DATABASE_IDLE_TIMEOUT_MS: '3',
      DATABASE_CONNECTION_TIMEOUT_MS: '4',
      DATABASE_STATEMENT_TIMEOUT_MS: '5',
      DATABASE_LOCK_TIMEOUT_MS: '6',
      DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS: '7',
      DATABASE_CONNECT_RETRY_MS: '8',
      DATABASE_APPLICATION_NAME: 'journal web',
      DATABASE_QUERY_LOG: 'all',
      DATABASE_SLOW_QUERY_MS: '9',
      DATABASE_PREPARED_STATEMENTS: 'false',
      DATABASE_FAST_PATH: 'false',
      DATABASE_PRIVILEGE_CHECK: 'off',
      DATABASE_SCHEMA_CHECK: 'error',
      DATABASE_RUN_MIGRATIONS: 'true',
      DATABASE_MIGRATION_WAIT_MS: '10',
      DATABASE_MIGRATION_LOCK_TIMEOUT_MS: '11',
      DATABASE_STATEMENT_LIMIT_MS: '12',
      DATABASE_KEEP_ALIVE_MS: '13',
      DATABASE_STREAM_TIMEOUT_MS: '14',
      DATABASE_CLOSE_TIMEOUT_MS: '15',
    };
    expect(Object.keys(environment).sort()).toEqual([...environmentVariables].sort());
    expect(readDatabaseSettings(environment)).toEqual({
      url: DATABASE_URL,
      authUrl: 'postgres://sign_in@db.example.com/journal',
      migrationUrl: 'postgres://owner@other/journal',
      tls: { mode: 'verify-full', ca },
      pool: { min: 1, max: 2, idleTimeout: 3, connectionTimeout: 4 },
      statementTimeout: 5,
      lockTimeout: 6,
      idleInTransactionTimeout: 7,
      statementLimit: 12,
      keepAlive: 13,
      streamTimeout: 14,
      closeTimeout: 15,
      connectRetryTime: 8,
      migrationLockTimeout: 11,
      migrationWaitTime: 10,
      applicationName: 'journal web',
      queryLog: 'all',
      slowQueryTime: 9,
      preparedStatements: false,
      fastPath: false,
      privilegeCheck: 'off',
      schemaCheck: 'error',
      runMigrations: true,
    });
  });

  it('treat an empty variable as unset', () => {
    const empty = Object.fromEntries(environmentVariables.map((name) => [name, '']));
    expect(readDatabaseSettings({ ...empty, DATABASE_URL })).toEqual(readDatabaseSettings({ DATABASE_URL }));
  });

  it.each([
    ['production', undefined, 'error'],
    ['production', '', 'error'],
    ['production', 'warn', 'warn'],
    ['production', 'off', 'off'],
    ['development', undefined, 'warn'],
    [undefined, undefined, 'warn'],
    [undefined, 'error', 'error'],
  ])(
    'with NODE_ENV %s and DATABASE_PRIVILEGE_CHECK %s set the privilege check to %s',
    (NODE_ENV, given, expected) => {
      const environment = { DATABASE_URL, NODE_ENV, DATABASE_PRIVILEGE_CHECK: given };
      expect(readDatabaseSettings(environment).privilegeCheck).toBe(expected);
    },
  );

  it.each([
    ['production', undefined, 'error'],
    ['production', 'warn', 'warn'],
    ['development', undefined, 'warn'],
    [undefined, undefined, 'warn'],
    [undefined, 'error', 'error'],
  ])(
    'with NODE_ENV %s and DATABASE_SCHEMA_CHECK %s set the schema check to %s',
    (NODE_ENV, given, expected) => {
      const environment = { DATABASE_URL, NODE_ENV, DATABASE_SCHEMA_CHECK: given };
      expect(readDatabaseSettings(environment).schemaCheck).toBe(expected);
    },
  );

  it('limit the default minimum pool size to the maximum pool size', () => {
    const { pool } = readDatabaseSettings({ DATABASE_URL, DATABASE_POOL_MAX: '4' });
    expect(pool).toMatchObject({ min: 4, max: 4 });
  });

  it.each([
    ['file', caFile],
    ['PEM', ca],
    ['PEM on one line', ca.replaceAll('\n', '\\n')],
  ])('accept the CA as a %s', (_form, DATABASE_TLS_CA) => {
    const { tls } = readDatabaseSettings({ DATABASE_URL, DATABASE_TLS: 'verify-full', DATABASE_TLS_CA });
    expect(tls).toEqual({ mode: 'verify-full', ca });
  });
});
