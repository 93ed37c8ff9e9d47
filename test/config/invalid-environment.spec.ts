import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { environmentVariables, readDatabaseSettings } from '../../src/config/database.settings.js';
import type { Environment } from '../../src/config/database.settings.js';
import { InvalidEnvironmentError } from '../../src/config/invalid-environment.error.js';
import { thrownBy } from '../support/failure.js';
import { ca } from '../support/tls-server.js';

const DATABASE_URL = 'postgresql://app:secret@db/journal';

const refusalOf = (environment: Environment) =>
  thrownBy(InvalidEnvironmentError, () => readDatabaseSettings(environment));

const wholeFrom = (least: number, most: number) => `must be a whole number from ${least} to ${most}`;
const day = 86_400_000;

/** The expected message for an invalid value of each variable. */
const expectations: Record<string, string> = {
  DATABASE_URL: 'is not a URL',
  DATABASE_AUTH_URL: 'is not a URL',
  DATABASE_MIGRATION_URL: 'is not a URL',
  DATABASE_TLS: 'must be one of disable, require, verify-full',
  DATABASE_TLS_CA: 'must be a PEM certificate or the path of a readable file that holds one (ENOENT)',
  DATABASE_POOL_MIN: wholeFrom(0, 1000),
  DATABASE_POOL_MAX: wholeFrom(1, 1000),
  DATABASE_IDLE_TIMEOUT_MS: wholeFrom(0, day),
  DATABASE_CONNECTION_TIMEOUT_MS: wholeFrom(1, day),
  DATABASE_STATEMENT_TIMEOUT_MS: wholeFrom(0, day),
  DATABASE_LOCK_TIMEOUT_MS: wholeFrom(0, day),
  DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS: wholeFrom(0, day),
  DATABASE_STATEMENT_LIMIT_MS: wholeFrom(0, day),
  DATABASE_KEEP_ALIVE_MS: wholeFrom(0, day),
  DATABASE_STREAM_TIMEOUT_MS: wholeFrom(0, day),
  DATABASE_CLOSE_TIMEOUT_MS: wholeFrom(0, day),
  DATABASE_CONNECT_RETRY_MS: wholeFrom(0, day),
  DATABASE_APPLICATION_NAME: 'must be 1 to 63 printable ASCII characters',
  DATABASE_QUERY_LOG: 'must be one of off, errors, all',
  DATABASE_SLOW_QUERY_MS: wholeFrom(1, day),
  DATABASE_PREPARED_STATEMENTS: 'must be one of true, false',
  DATABASE_FAST_PATH: 'must be one of true, false',
  DATABASE_PRIVILEGE_CHECK: 'must be one of error, warn, off',
  DATABASE_SCHEMA_CHECK: 'must be one of error, warn',
  DATABASE_RUN_MIGRATIONS: 'must be one of true, false',
  DATABASE_MIGRATION_WAIT_MS: wholeFrom(0, day),
  DATABASE_MIGRATION_LOCK_TIMEOUT_MS: wholeFrom(0, day),
};

/** The password in random surroundings. No error may contain it. */
const secret = 'hunter2';
const anySecret = fc
  .tuple(fc.string(), fc.string())
  .map(([before, after]) => `${before}${secret}${after}`)
  .filter((text) => !text.includes('\0'));

describe('an unusable environment', () => {
  it('causes one error that lists every invalid variable once, with the expected value', () => {
    const nonsense = Object.fromEntries(environmentVariables.map((name) => [name, '\u00e4 nonsense']));
    const error = refusalOf(nonsense);
    expect(error.problems.map(({ variable }) => variable)).toEqual(environmentVariables);
    for (const { variable, expected } of error.problems) {
      expect(expected).toContain(expectations[variable] ?? 'an expectation of this test');
      expect(error.message).toContain(`\n  ${variable} ${expected}`);
    }
    expect(error.code).toBe('INVALID_ENVIRONMENT');
  });

  it('causes an error that lists only invalid variables', () => {
    fc.assert(
      fc.property(fc.subarray(environmentVariables, { minLength: 1 }), (wrong) => {
        const nonsense = Object.fromEntries(wrong.map((name) => [name, '\u00e4 nonsense']));
        const { problems } = refusalOf({ DATABASE_URL, ...nonsense });
        expect(problems.map(({ variable }) => variable).sort()).toEqual([...wrong].sort());
      }),
    );
  });

  it('causes an error that shows the form of a missing URL, and the command that needs none', () => {
    for (const environment of [{}, { DATABASE_URL: '' }]) {
      const { problems } = refusalOf(environment);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject({ variable: 'DATABASE_URL' });
      expect(problems[0]?.expected).toMatch(/^is required; expected postgresql:\/\/.*journal-db run/);
      expect(problems[0]?.expected).toMatch(
        /except with NODE_ENV=production.*loadEnvFile\(\) or a global ConfigModule$/,
      );
    }
  });

  it("causes an error without any variable's value", () => {
    fc.assert(
      fc.property(anySecret, fc.constantFrom(...environmentVariables), (value, variable) => {
        fc.pre(variable !== 'DATABASE_APPLICATION_NAME' || !/^[\x20-\x7e]{1,63}$/.test(value));
        const error = refusalOf({ DATABASE_URL, [variable]: value });
        expect(shown(error)).not.toContain(secret);
      }),
    );
  });

  it('causes an error without a password from any part of the URL', () => {
    const url = fc.oneof(
      anySecret.map((password) => `postgresql://app:${password}@db/journal`),
      anySecret.map((password) => `postgresql://app:${password}@db:notaport/journal`),
      anySecret.map((password) => `postgresql://app:${encodeURIComponent(password.toWellFormed())}@db`),
      anySecret.map((password) => `postgresql://db/journal?sslmode=${password}`),
      anySecret.map((password) => `postgresql://db/journal?password=${password}`),
    );
    fc.assert(
      fc.property(url, (DATABASE_URL) => {
        // Another variable is invalid, so that a random valid URL also causes an error.
        const error = refusalOf({
          DATABASE_URL,
          DATABASE_AUTH_URL: DATABASE_URL,
          DATABASE_MIGRATION_URL: DATABASE_URL,
          DATABASE_POOL_MAX: 'x',
        });
        expect(shown(error)).not.toContain(secret);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['-1', '1.5', '1e3', ' 5', '5\n', '0x10', '1_000', '1001', '99999999999', 'Infinity'])(
    'has the number of connections %j',
    (value) => {
      const { problems } = refusalOf({ DATABASE_URL, DATABASE_POOL_MAX: value });
      expect(problems).toEqual([{ variable: 'DATABASE_POOL_MAX', expected: wholeFrom(1, 1000) }]);
    },
  );

  it.each(['TRUE', '1', 'yes', ' true'])('has the flag %j', (value) => {
    const { problems } = refusalOf({ DATABASE_URL, DATABASE_RUN_MIGRATIONS: value });
    expect(problems).toEqual([
      { variable: 'DATABASE_RUN_MIGRATIONS', expected: 'must be one of true, false' },
    ]);
  });

  it.each([
    ['a PEM that is cut off', ca.slice(0, 200)],
    ['a key', ca.replaceAll('CERTIFICATE', 'PRIVATE KEY')],
    ['a file that holds no certificate', 'package.json'],
    ['a folder', 'src'],
  ])('has the CA %s', (_what, DATABASE_TLS_CA) => {
    const { problems } = refusalOf({ DATABASE_URL, DATABASE_TLS: 'verify-full', DATABASE_TLS_CA });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.expected).toMatch(/^must be a PEM certificate or the path .*\([A-Z0-9_]+\)$/);
  });
});

function shown(error: InvalidEnvironmentError): string {
  return [
    error.message,
    error.stack,
    JSON.stringify(error),
    inspect(error, { depth: 10, showHidden: true }),
  ].join('\n');
}
