import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { legacySchema } from '../../../../src/browser/format/legacy-schema.js';
import {
  expirationsKey,
  knownKeys,
} from '../../../../src/browser/import/local-storage/read-local-storage.js';

const plan = () => readFile('docs/reference/migration-plan.md', 'utf8');

/** The code spans in the first cell of each table row. */
async function listedNames(): Promise<string[]> {
  const cells = (await plan()).split('\n').flatMap((line) => /^\| ([^|]*) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** The tables and views of the browser application's database. */
function relations(): string[] {
  const statements = legacySchema;
  return statements.flatMap((text) => /^CREATE (?:TABLE|VIEW) (\w+)/.exec(text)?.[1] ?? []);
}

describe('the migration plan', () => {
  it.each([expirationsKey, ...knownKeys.keys()])(
    'explains what happens to %s in localStorage',
    async (key) => {
      expect(await listedNames()).toContain(key);
    },
  );

  it.each(relations().filter((name) => name !== 'journal' && name !== 'accounts'))(
    'explains what happens to the table or view %s',
    async (name) => {
      expect(await listedNames()).toContain(name);
    },
  );

  it.each(['journal', 'accounts'])('has a section about %s', async (name) => {
    expect(await plan()).toMatch(new RegExp(`^### \`${name}\``, 'm'));
  });
});
