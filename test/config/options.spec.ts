import { describe, expect, it } from '@jest/globals';
import {
  environmentVariables,
  readDatabaseSettings,
  settingsFrom,
} from '../../src/config/database.settings.js';
import type { DatabaseOptions, Environment } from '../../src/config/database.settings.js';
import { InvalidEnvironmentError } from '../../src/config/invalid-environment.error.js';
import { InvalidOptionsError } from '../../src/config/invalid-options.error.js';
import { settingSources } from '../../src/config/setting-sources.js';
import { thrownBy } from '../support/failure.js';
import { ca, caFile } from '../support/tls-server.js';

const url = 'postgresql://app:hunter2@db/journal';
const DATABASE_URL = 'postgresql://env:hunter2@env/journal';

const refusalOf = (options: object, environment: Environment = {}) =>
  thrownBy(InvalidOptionsError, () => readDatabaseSettings(environment, options));

const problemsOf = (options: object, environment?: Environment) =>
  refusalOf(options, environment).problems.map(
    ({ option, variable, expected }) => `${variable ?? option} ${expected}`,
  );

/** The object whose member `path`, such as `pool.max`, has the value. */
function optionsWith(path: string, value: unknown): Record<string, unknown> {
  const [name = '', inner] = path.split('.');
  return { [name]: inner === undefined ? value : { [inner]: value } };
}

/** A valid value of each option, in the form of the variable and in the form of the option. */
const samples: Record<string, [text: string, value: unknown]> = {
  url: [url, url],
  authUrl: [url, url],
  migrationUrl: [url, url],
  'tls.mode': ['require', 'require'],
  'tls.ca': [caFile, caFile],
  applicationName: ['journal web', 'journal web'],
  queryLog: ['all', 'all'],
  privilegeCheck: ['off', 'off'],
  schemaCheck: ['error', 'error'],
  preparedStatements: ['false', false],
  fastPath: ['false', false],
  runMigrations: ['true', true],
};
const sampleOf = (option: string) => samples[option] ?? ['7', 7];

describe('Options', () => {
  it.each(Object.entries(settingSources))('have the effect of %s', (variable, { option }) => {
    const [text, value] = sampleOf(option);
    const mode = option === 'tls.ca' ? { DATABASE_TLS: 'verify-full' } : {};
    const base = { DATABASE_URL, ...mode };

    const byOption = readDatabaseSettings(base, optionsWith(option, value));
    expect(byOption).toEqual(readDatabaseSettings({ ...base, [variable]: text }));
    expect(byOption).not.toEqual(readDatabaseSettings({ DATABASE_URL }));
  });

  it.each(Object.entries(settingSources))('override %s', (variable, { option }) => {
    const [, value] = sampleOf(option);
    const mode = option === 'tls.ca' ? { DATABASE_TLS: 'verify-full' } : {};

    const environment = { DATABASE_URL, ...mode, [variable]: 'an invalid text ä' };
    expect(readDatabaseSettings(environment, optionsWith(option, value))).toEqual(
      readDatabaseSettings({ DATABASE_URL, ...mode }, optionsWith(option, value)),
    );
  });

  it.each(Object.entries(settingSources))('are refused by the rule for %s', (variable, { option }) => {
    for (const wrong of [{}, [], null, -1, 1.5, NaN, 'ä nonsense', '']) {
      const [problem, ...others] = refusalOf(optionsWith(option, wrong), { DATABASE_URL }).problems;
      expect(others).toEqual([]);
      expect(problem).toMatchObject({ option, variable: undefined });
    }
    const { problems } = refusalOf(optionsWith(option, 'ä nonsense'), { DATABASE_URL });
    let ofVariable: unknown;
    try {
      readDatabaseSettings({ DATABASE_URL, [variable]: 'ä nonsense' });
    } catch (error) {
      ofVariable = (error as InvalidEnvironmentError).problems[0]?.expected;
    }
    expect(problems[0]?.expected).toBe(ofVariable);
  });

  it('do not accept numbers or flags as text', () => {
    expect(problemsOf({ url, pool: { max: '5' }, fastPath: 'false' })).toEqual([
      'pool.max must be a whole number from 1 to 1000',
      'fastPath must be one of true, false',
    ]);
  });

  it('may be undefined, which selects the environment variable', () => {
    const undefinedOptions = {
      ...Object.fromEntries(Object.values(settingSources).map(({ option }) => [option, undefined])),
      pool: { min: undefined, max: undefined },
      tls: undefined,
      'tls.mode': undefined,
    };
    const environment = { DATABASE_URL, DATABASE_POOL_MAX: '5' };
    expect(readDatabaseSettings(environment, undefinedOptions)).toEqual(readDatabaseSettings(environment));
  });

  it('with unknown names, also in a group, are refused in one error together with invalid variables', () => {
    const options = { url, name: 'second', host: 'db', pool: { size: 5, max: 0 }, tls: 'require' };
    const refusal = refusalOf(options, { DATABASE_QUERY_LOG: 'loud' });

    expect(refusal.problems.map(({ option, variable }) => variable ?? option).sort()).toEqual([
      'DATABASE_QUERY_LOG',
      'host',
      'name',
      'pool.max',
      'pool.size',
      'tls',
    ]);
    expect(refusal.code).toBe('INVALID_OPTIONS');
    expect(refusal.message).toContain('\n  pool.size is not an option');
    expect(refusal.message).toContain('\n  tls must be an object');
  });

  it('with a dot in their name are refused, whether or not an option has this path', () => {
    const dotted = { url, 'a.b': 1, 'pool.max': 5, pool: { 'max.size': 1 } };
    expect(problemsOf(dotted, { DATABASE_POOL_MAX: '7' })).toEqual([
      'pool.max.size is not an option',
      'a.b is not an option',
      'pool.max is not an option',
    ]);
  });

  it('cause no InvalidOptionsError for an invalid variable', () => {
    const read = () => readDatabaseSettings({ DATABASE_QUERY_LOG: 'loud' }, { url });
    expect(read).toThrow(InvalidEnvironmentError);
    expect(read).toThrow('DATABASE_QUERY_LOG must be');
  });

  it('never appear with their values in an error', () => {
    const secrets = {
      url: 'mysql://app:hunter2@db/journal',
      authUrl: { hunter2: 'hunter2' },
      tls: { ca: 'hunter2' },
      applicationName: 'hunter2 ä',
    };
    const refusal = refusalOf(secrets);
    expect(refusal.problems).toHaveLength(4);
    expect(`${refusal.stack}${JSON.stringify(refusal)}`).not.toContain('hunter2');
  });

  it('are named in contradictions between options, or between an option and a variable', () => {
    const min = { url, pool: { min: 6 } };
    expect(problemsOf({ url, pool: { min: 21 } })).toEqual(['pool.min must not be greater than pool.max']);
    expect(problemsOf({ url, pool: { min: 6, max: 5 } })).toEqual([
      'pool.min must not be greater than pool.max',
    ]);
    expect(problemsOf(min, { DATABASE_POOL_MAX: '5' })).toEqual([
      'pool.min must not be greater than DATABASE_POOL_MAX',
    ]);
    expect(problemsOf({ url, tls: { ca } })).toEqual([
      'tls.ca needs tls.mode=verify-full; set it, or unset tls.ca',
    ]);
    expect(problemsOf({ url, tls: { ca } }, { DATABASE_TLS: 'require' })).toEqual([
      'tls.ca needs DATABASE_TLS=verify-full; set it, or unset tls.ca',
    ]);
    expect(problemsOf({ url: `${url}?sslmode=require`, tls: { mode: 'disable' } })).toEqual([
      'tls.mode must agree with the sslmode in the URLs; they ask for disable and require',
    ]);
  });

  it.each([
    ['authUrl', 'DATABASE_AUTH_URL'],
    ['migrationUrl', 'DATABASE_MIGRATION_URL'],
  ])('with a url exclude a variable for %s that names another database', (option, variable) => {
    const other = { [variable]: 'postgresql://owner@db/other' };
    const read = () => readDatabaseSettings(other, { url });

    expect(read).toThrow(
      `${variable} names another database than the option url; unset it, or give ${option}, too`,
    );
    expect(readDatabaseSettings(other, { url, [option]: 'postgresql://owner@db/other' })).toMatchObject({
      [option]: 'postgresql://owner@db/other',
    });
    const direct = 'postgresql://owner@direct:6432/journal';
    expect(readDatabaseSettings({ [variable]: direct }, { url })).toMatchObject({ [option]: direct });
  });
});

describe('Complete settings', () => {
  const complete = readDatabaseSettings({ DATABASE_URL });
  const hostile = Object.fromEntries(environmentVariables.map((name) => [name, 'an invalid text ä']));

  it('replace the environment, which is not read', () => {
    expect(settingsFrom(complete, { ...hostile, NODE_ENV: 'production' })).toEqual(complete);
    const tls = { mode: 'verify-full', ca } as const;
    expect(settingsFrom({ ...complete, tls }, hostile)).toEqual({ ...complete, tls });
  });

  it('are validated by the rules for options', () => {
    const settings = { ...complete, pool: { ...complete.pool, max: 0 } };
    expect(() => settingsFrom(settings, {})).toThrow('pool.max must be a whole number from 1 to 1000');
  });

  it.each(
    Object.values(settingSources).filter(
      ({ option }) => !['authUrl', 'statementLimit', 'tls.ca'].includes(option),
    ),
  )('require $option: without it the environment supplies the rest', ({ option }) => {
    const [name = '', inner] = option.split('.');
    const group = complete[name as 'pool'];
    const lacking: DatabaseOptions = {
      ...complete,
      [name]: inner === undefined ? undefined : { ...group, [inner]: undefined },
    };

    expect(() => settingsFrom(lacking, hostile)).toThrow(InvalidEnvironmentError);
  });
});
