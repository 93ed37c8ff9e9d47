import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { legacyDatabase } from '../../src/testing/browser/legacy-database-builder.js';
import type { LegacyValue } from '../../src/testing/browser/legacy-database-builder.js';
import { legacySchema } from '../../src/browser/format/legacy-schema.js';

/** A row under the legacy column names. */
export type LegacyCells = Record<string, LegacyValue>;

/** The content of a legacy file. */
interface LegacyJournal {
  accounts?: readonly LegacyCells[];
  journal: readonly LegacyCells[];
  /** Whether the file has the audit columns; true by default. */
  audit?: boolean;
}

export const legacyForms = ['sqlite', 'base64', 'json'] as const;
export type LegacyForm = (typeof legacyForms)[number];

/** A valid row; `cells` overrides columns. */
export function legacyEntry(id: string, cells: LegacyCells = {}): LegacyCells {
  return {
    id,
    ts: '2025-03-04T15:30:00.000Z',
    account_id: 'acct-1',
    symbol: 'AAPL',
    type: 'fee',
    qty: null,
    amount: -0.65,
    strike: null,
    expiration: null,
    underlying_price: null,
    notes: null,
    meta: '{}',
    ...cells,
  };
}

/** The schema of the first version: without audit columns and `ticker_min_strikes`. */
export const firstSchema = legacySchema
  .filter((statement) => !/ticker_min_strikes|\(deleted_at\)/.test(statement))
  .map((statement) => statement.replace(/ {2}deleted_at [^]* CURRENT_TIMESTAMP,\n/, ''));

/** The bytes of a journal in one of its three forms. */
export async function legacyBytes(journal: LegacyJournal, form: LegacyForm): Promise<Uint8Array> {
  const { accounts = [{ id: 'acct-1', name: 'Primary' }], audit = true } = journal;
  // Without explicit values SQLite would insert the current time.
  const stamps: LegacyCells = audit
    ? { created_at: '2025-03-04 15:30:01', updated_at: '2025-03-04 15:30:01' }
    : {};
  const entries = journal.journal.map((entry) => ({ ...stamps, ...entry }));
  if (form === 'json') return Buffer.from(JSON.stringify({ accounts, journal: entries }));
  const bytes = await legacyDatabase((db) => {
    for (const statement of audit ? legacySchema : firstSchema) db.run(statement);
    db.run('BEGIN');
    for (const account of accounts) db.insert('accounts', account);
    for (const entry of entries) db.insert('journal', entry);
    db.run('COMMIT');
  });
  return form === 'sqlite' ? bytes : Buffer.from(Buffer.from(bytes).toString('base64'));
}

/** A folder of legacy files. It is deleted after the tests of the file. */
export class LegacyFolder {
  #path = '';
  #files = 0;

  constructor() {
    beforeAll(async () => {
      this.#path = await mkdtemp(join(tmpdir(), 'legacy-journal-'));
    });
    afterAll(() => rm(this.#path, { recursive: true, force: true }));
  }

  async write(journal: LegacyJournal, form: LegacyForm = 'sqlite'): Promise<string> {
    return this.writeBytes(await legacyBytes(journal, form));
  }

  async writeBytes(bytes: Uint8Array | string, name = 'journal'): Promise<string> {
    this.#files += 1;
    const file = join(this.#path, `${name}-${this.#files}`);
    await writeFile(file, bytes);
    return file;
  }

  /** A path in the folder where no file exists. */
  path(name: string): string {
    return join(this.#path, name);
  }
}
