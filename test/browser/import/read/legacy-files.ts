import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { FileProblem } from '../../../../src/browser/import/read/file-problem.js';
import type { LegacyRow } from '../../../../src/browser/import/read/legacy-source.js';
import { openLegacyFile } from '../../../../src/browser/import/read/open-legacy-file.js';
import { legacyDatabase } from '../../../../src/testing/browser/legacy-database-builder.js';
import type { LegacyDatabaseWriter } from '../../../../src/testing/browser/legacy-database-builder.js';
import { legacySchema } from '../../../../src/browser/format/legacy-schema.js';

/** A directory for files, deleted after the tests of the file. */
export function temporaryFiles(): {
  path(name: string): string;
  write(name: string, data: string | Uint8Array | Iterable<string>): Promise<string>;
} {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'legacy-'));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const path = (name: string) => join(directory, name);
  return {
    path,
    async write(name, data) {
      await writeFile(path(name), data);
      return path(name);
    },
  };
}

/** A database with the newest legacy schema and what `build` adds. */
export async function journalDatabase(
  build: (db: LegacyDatabaseWriter) => void = () => undefined,
): Promise<Buffer> {
  const bytes = await legacyDatabase((db) => {
    for (const statement of legacySchema) db.run(statement);
    build(db);
  });
  return Buffer.from(bytes);
}

/** A row with the fewest columns that the journal accepts. */
export const shortEntry = {
  id: 'e-1',
  ts: '2025-01-02T07:00:00.000Z',
  account_id: 'acct-1',
  type: 'fee',
  amount: -1,
};

/** The problem for which the file is refused. */
export async function refusal(path: string): Promise<string> {
  const error: unknown = await openLegacyFile(path).then(
    (source) => source.close(),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FileProblem)) throw new Error(`not refused: ${path}`, { cause: error });
  expect(error.message).toMatch(/^(is|has|does|may|cannot|needs|was) .*[^.]$/);
  // Applications show the message to the user who uploaded the file.
  expect(error.message).not.toContain(path);
  return error.message;
}

/** All rows of a file, and its other properties. */
export async function readAll(path: string) {
  const source = await openLegacyFile(path);
  const { format, journalColumns, journalCount, notImported } = source;
  const accounts: LegacyRow[] = [...source.accounts()];
  const journal: LegacyRow[] = [...source.journal()];
  source.close();
  return { format, journalColumns, journalCount, notImported, accounts, journal };
}
