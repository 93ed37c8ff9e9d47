import { describe, expect, it } from '@jest/globals';
import { readDatabaseSettings } from '../../src/config/database.settings.js';
import type { Environment } from '../../src/config/database.settings.js';
import { InvalidEnvironmentError } from '../../src/config/invalid-environment.error.js';
import { ca } from '../support/tls-server.js';

const url = (sslmode?: string) =>
  `postgresql://app:secret@db/journal${sslmode === undefined ? '' : `?sslmode=${sslmode}`}`;

function problemsOf(environment: Environment) {
  try {
    readDatabaseSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof InvalidEnvironmentError) return error.problems;
    throw error;
  }
}

const variablesOf = (environment: Environment) => problemsOf(environment).map(({ variable }) => variable);

describe('a contradiction between variables is reported for', () => {
  it('a minimum pool size above the maximum', () => {
    const pool = { DATABASE_URL: url(), DATABASE_POOL_MIN: '6', DATABASE_POOL_MAX: '5' };
    expect(problemsOf(pool)).toEqual([
      { variable: 'DATABASE_POOL_MIN', expected: 'must not be greater than DATABASE_POOL_MAX' },
    ]);
    expect(variablesOf({ DATABASE_URL: url(), DATABASE_POOL_MIN: '21' })).toEqual(['DATABASE_POOL_MIN']);
    expect(problemsOf({ ...pool, DATABASE_POOL_MIN: '5' })).toEqual([]);
  });

  it('an sslmode that differs from DATABASE_TLS, in any URL, or between two URLs', () => {
    const disagreement = 'must agree with the sslmode in the URLs; they ask for disable and require';
    const expected = [{ variable: 'DATABASE_TLS', expected: disagreement }];
    expect(problemsOf({ DATABASE_URL: url('require'), DATABASE_TLS: 'disable' })).toEqual(expected);
    for (const other of ['DATABASE_MIGRATION_URL', 'DATABASE_AUTH_URL']) {
      expect(problemsOf({ DATABASE_URL: url(), [other]: url('require'), DATABASE_TLS: 'disable' })).toEqual(
        expected,
      );
      expect(problemsOf({ DATABASE_URL: url('disable'), [other]: url('require') })).toEqual(expected);
    }
  });

  it('no sslmode that agrees with DATABASE_TLS', () => {
    const environment = { DATABASE_URL: url('no-verify'), DATABASE_TLS: 'require' };
    expect(readDatabaseSettings(environment).tls.mode).toBe('require');
  });

  it('a CA that TLS does not use', () => {
    const expected = 'needs DATABASE_TLS=verify-full; set it, or unset DATABASE_TLS_CA';
    for (const DATABASE_TLS of [undefined, 'disable', 'require']) {
      expect(problemsOf({ DATABASE_URL: url(), DATABASE_TLS, DATABASE_TLS_CA: ca })).toEqual([
        { variable: 'DATABASE_TLS_CA', expected },
      ]);
    }
    expect(problemsOf({ DATABASE_URL: url('verify-full'), DATABASE_TLS_CA: ca })).toEqual([]);
  });

  it('all contradictions together with invalid variables', () => {
    const environment = {
      DATABASE_URL: url('require'),
      DATABASE_TLS: 'verify-full',
      DATABASE_POOL_MIN: '6',
      DATABASE_POOL_MAX: '5',
      DATABASE_QUERY_LOG: 'loud',
    };
    expect(variablesOf(environment).sort()).toEqual([
      'DATABASE_POOL_MIN',
      'DATABASE_QUERY_LOG',
      'DATABASE_TLS',
    ]);
  });
});
