import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as root from 'trading-journal-database';
import { maxProblems, maxSums, maxTextLength } from '../../../src/browser/import/check/check-file.js';
import {
  maxLocalStorageSize,
  maxItems,
} from '../../../src/browser/import/local-storage/read-local-storage.js';
import { maxBase64Size, maxLegacyFileSize } from '../../../src/browser/import/read/open-legacy-file.js';
import { maxLineLength } from '../../../src/browser/import/read/lines.js';
import { defaultLimits } from '../../../src/browser/import/reader/reader-process.js';
import { httpStatuses } from '../../../src/model/error-codes.js';
import { sectionTable } from '../../support/document-tables.js';

const repository = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, repository), 'utf8');

function sources(folder: string): string[] {
  const names = readdirSync(new URL(folder, repository), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => read(`${folder}/${name}`));
}

const service = read('src/browser/import/journal-import.service.ts');
const [, documentation = ''] = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s+async import\(/.exec(service) ?? [];

/** The error classes that the documentation of `import` lists under `@throws`. */
const thrown = new Set(documentation.slice(documentation.indexOf('@throws')).match(/\b[A-Z]\w+Error\b/g));

/** The codes of the package's errors by class name. */
const codes = new Map(
  sources('src').flatMap((source) =>
    [
      ...source.matchAll(/class (\w+Error) extends \w+ \{\s+(?:override )?readonly code\b[^=]*= '(\w+)'/g),
    ].map(([, name = '', code = '']) => [name, code] as const),
  ),
);

const rows = sectionTable('docs/guides/import.md', 'Errors').map(
  ([code = '', status = '']) => [code.replaceAll('`', ''), Number(status)] as const,
);

describe('the guide to imports in an application', () => {
  it('lists exactly the error codes that the service throws', () => {
    expect(thrown.size).toBeGreaterThan(10);
    const listed = rows.map(([code]) => code);
    expect(listed.sort()).toEqual([...thrown].map((name) => codes.get(name)).sort());
  });

  it('has the HTTP status of each code', () => {
    const statuses = Object.entries(httpStatuses);
    for (const row of rows) expect(statuses).toContainEqual(row);
  });

  it('is based on documentation of the service that names each error of the importer', () => {
    const made = sources('src/browser/import').flatMap((source) =>
      [...source.matchAll(/new (\w+Error)\(/g)].map(([, name = '']) => name),
    );
    const unnamed = made.filter((name) => codes.has(name) && !thrown.has(name));
    expect(unnamed).toEqual([]);
    for (const name of thrown) expect(root).toHaveProperty(name);
  });

  it('states the limits of the importer', () => {
    const mebibytes = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
    const limits = sectionTable('docs/guides/import.md', 'Limits');
    const values = limits.map(([, value]) => value?.replace(/, or .*|; Node.*|; NDJSON.*|; deleted.*/, ''));
    expect(values).toEqual([
      `${defaultLimits.seconds}`,
      `${defaultLimits.mebibytes} MiB`,
      `${mebibytes(maxLegacyFileSize)}; base64 text ${mebibytes(maxBase64Size)}`,
      mebibytes(maxLineLength),
      `${maxProblems}`,
      `${maxSums}`,
      `${maxTextLength} UTF-16 code units`,
      mebibytes(maxLocalStorageSize),
      `${maxItems}`,
    ]);
  });
});
