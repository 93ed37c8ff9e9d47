import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { environmentVariables, readDatabaseSettings } from '../../src/config/database.settings.js';
import { settingSources } from '../../src/config/setting-sources.js';
import { InvalidEnvironmentError } from '../../src/config/invalid-environment.error.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const DATABASE_URL = 'postgresql://app@db/journal';

/** The variables of .env.example, without their comment signs. */
const example = parseEnv(read('.env.example').replaceAll(/^# (?=DATABASE_\w+=)/gm, ''));

/** The rows of the table of variables: name, option, default, range, meaning. */
const table = [
  ...read('docs/reference/environment.md').matchAll(/^\| `(DATABASE_\w+)` +\|(.*)\|(.*)\|(.*)\|.*\|$/gm),
].map(([, name = '', option = '', fallback = '', range = '']) => ({
  name,
  option: option.trim(),
  fallback: fallback.trim(),
  range: range.trim(),
}));

/** The code span at the start of the text, if there is one. */
const codeOf = (text: string) => /^`([^`]+)`/.exec(text)?.[1];

describe('the documentation of the settings', () => {
  it('explains exactly the existing variables, in the order of the code', () => {
    expect(table.map(({ name }) => name)).toEqual(environmentVariables);
  });

  it('has the option of every variable', () => {
    for (const { name, option } of table) expect(option).toBe(`\`${settingSources[name]?.option}\``);
  });

  it('has the defaults of the code', () => {
    const defaults = Object.fromEntries(table.map(({ name, fallback }) => [name, codeOf(fallback)]));
    expect(Object.values(defaults).filter(Boolean)).toHaveLength(environmentVariables.length - 5);
    expect(readDatabaseSettings({ ...defaults, DATABASE_URL })).toEqual(
      readDatabaseSettings({ DATABASE_URL }),
    );
  });

  it('has the ranges of the code', () => {
    const ranges = table.flatMap(({ name, range }) => {
      const [, least, most] = /^(\d+) to (\d+)(?: ms|,|$)/.exec(range) ?? [];
      return least !== undefined && most !== undefined ? [{ name, least, most }] : [];
    });
    expect(ranges).toHaveLength(15);
    for (const { name, least, most } of ranges) {
      let expected = '';
      try {
        readDatabaseSettings({ DATABASE_URL, [name]: 'nonsense' });
      } catch (error) {
        expected = error instanceof InvalidEnvironmentError ? (error.problems[0]?.expected ?? '') : '';
      }
      expect(`${name} ${expected}`).toBe(`${name} must be a whole number from ${least} to ${most}`);
    }
  });

  it('has the permitted words of each variable', () => {
    const choices = table
      .map(({ name, range }) => ({ name, words: range.split(', ').map((word) => codeOf(word)) }))
      .filter(({ words }) => !words.includes(undefined));
    expect(choices).toHaveLength(7);
    for (const { name, words } of choices) {
      expect(() => readDatabaseSettings({ DATABASE_URL, [name]: 'nonsense' })).toThrow(
        `${name} must be one of ${words.join(', ')}`,
      );
    }
  });
});

describe('.env.example', () => {
  it('has exactly the existing variables', () => {
    expect(Object.keys(example).sort()).toEqual([...environmentVariables].sort());
  });

  it('sets only a sample URL', () => {
    expect(Object.keys(parseEnv(read('.env.example')))).toEqual(['DATABASE_URL']);
  });

  it('has the defaults of the code', () => {
    const { DATABASE_URL } = example;
    expect(readDatabaseSettings(example)).toEqual(readDatabaseSettings({ DATABASE_URL }));
    const withoutDefault = Object.entries(example).filter(([, value]) => value === '');
    expect(withoutDefault.map(([name]) => name)).toEqual([
      'DATABASE_AUTH_URL',
      'DATABASE_MIGRATION_URL',
      'DATABASE_STATEMENT_LIMIT_MS',
      'DATABASE_TLS_CA',
    ]);
  });
});
