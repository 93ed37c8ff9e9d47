// @slow: exports journals, and imports them after changes
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { Database, SqlValue } from 'sql.js';
import { AccountsRepository, JournalRepository, UserScope, UsersRepository } from '../../../src/index.js';
import type { EntryRecord } from '../../../src/index.js';
import { loadSqlite } from '../../../src/browser/format/sqlite-engine.js';
import { ImportApplication } from '../../support/import-application.js';
import { LegacyFolder } from '../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
let made = 0;

/** A user whose journal has these entries. */
async function journalOf(entries: readonly Partial<EntryRecord>[]) {
  const email = application.newEmail();
  const { id } = await application.get(UsersRepository).create({ email });
  const asUser = <T>(work: (journal: JournalRepository) => Promise<T>) =>
    application.get(UserScope).run(id, () => work(application.get(JournalRepository)));
  const common = { ts: new Date('2026-01-05T15:00:00Z'), accountId: 'acct-1', symbol: 'AAPL' };
  await asUser(async (journal) => {
    await application.get(AccountsRepository).create({ id: 'acct-1', name: 'IRA' });
    const fee = { ...common, type: 'fee', amount: '-1' } as const;
    await journal.load(entries.map((entry) => ({ ...fee, id: '', ...entry })));
  });
  return { email, asUser };
}

async function exported(email: string, format: 'sqlite' | 'json' | 'ndjson'): Promise<string> {
  made += 1;
  const file = files.path(`export-${made}`);
  await application.export({ email, format, file });
  return file;
}

/** Exports as SQLite, and edits a row as the browser application does. */
async function editedInBrowser(email: string, id: string, cells: Record<string, SqlValue>): Promise<string> {
  const { Database } = await loadSqlite();
  const database = new Database(await readFile(await exported(email, 'sqlite')));
  edit(database, id, cells);
  const bytes = database.export();
  database.close();
  return files.writeBytes(bytes);
}

function edit(database: Database, id: string, cells: Record<string, SqlValue>): void {
  const at = '2030-01-01T10:00:00.500Z';
  const mark = `UPDATE journal SET deleted_at = ?, updated_at = ?, edit_reason = 'Edited by user' WHERE id = ?`;
  database.run(mark, [at, at, id]);
  database.run(
    `INSERT INTO journal (id, ts, account_id, symbol, type, amount, meta, created_at, updated_at)
     SELECT 'copy', ts, account_id, symbol, type, amount, meta, '2030-01-01 10:00:00', '2030-01-01 10:00:00'
     FROM journal WHERE id = ?`,
    [id],
  );
  for (const [column, value] of Object.entries(cells))
    database.run(`UPDATE journal SET ${column} = ? WHERE id = 'copy'`, [value]);
}

async function linksOf(email: string): Promise<Record<string, unknown>> {
  const rows = await application.journalOf(email);
  return Object.fromEntries(rows.map((row) => [row['id'] as string, row['original_entry_id']]));
}

describe('an edit in the browser of an entry of an SQLite export', () => {
  it('is linked to the entry, also if the entry was amended on the server before', async () => {
    const { email, asUser } = await journalOf([{ id: 'first' }]);
    await asUser((journal) => journal.amend('first', { amount: '-2' }, { id: 'amended', reason: 'typo' }));
    const file = await editedInBrowser(email, 'amended', { amount: -3 });

    const { entryChanges } = await application.import(file, email);

    expect(entryChanges).toMatchObject([{ action: 'replaced', id: 'amended', file: { id: 'copy' } }]);
    expect(await linksOf(email)).toEqual({ first: null, amended: 'first', copy: 'amended' });
  });

  it('is left out with the entry if the server has amended the entry since', async () => {
    const { email, asUser } = await journalOf([{ id: 'first' }]);
    await asUser((journal) => journal.amend('first', { amount: '-2' }, { id: 'amended', reason: 'typo' }));
    const file = await editedInBrowser(email, 'amended', { amount: -3 });
    await asUser((journal) => journal.amend('amended', { amount: '-4' }, { id: 'later', reason: 'typo' }));

    const { rejected } = await application.import(file, email, { skipInvalid: true });

    expect(rejected.map(({ id }) => id)).toEqual(['amended', 'copy']);
    expect(await asUser((journal) => journal.totals())).toMatchObject({ count: 1, net: '-4.00000000' });
  });
});

describe('an edit in the browser of a type that it does not know', () => {
  it('is linked to the entry, and has the type of the SQLite export', async () => {
    const { email } = await journalOf([
      { id: 'split', type: 'split', ratioTo: 2, ratioFrom: 1, amount: '0' },
      { id: 'tax', type: 'withheld_tax' },
    ]);
    await application.import(await editedInBrowser(email, 'split', { notes: 'x' }), email);

    expect(await linksOf(email)).toEqual({ split: null, tax: null, copy: 'split' });
    expect(await application.journalOf(email)).toMatchObject([
      { id: 'copy', type: 'correction' },
      { id: 'split', type: 'split' },
      { id: 'tax' },
    ]);
  });
});

describe('an entry that was appended in the second in which another one was removed', () => {
  it.each(['sqlite', 'json', 'ndjson'] as const)(
    'gets no link to it by an import of an export as %s',
    async (format) => {
      const at = (milliseconds: number) => new Date(Date.UTC(2026, 0, 6, 9, 0, 0, milliseconds));
      const removed = { deletedAt: at(100), updatedAt: at(100), editReason: 'twice' };
      const { email } = await journalOf([
        { id: 'removed', createdAt: at(0), ...removed },
        { id: 'appended', createdAt: at(130) },
      ]);
      const other = application.newEmail();
      await application.import(await exported(email, format), other);
      expect(await linksOf(other)).toEqual({ removed: null, appended: null });
    },
  );
});

describe('a later export of a journal that another user has imported before', () => {
  it.each(['sqlite', 'json', 'ndjson'] as const)(
    'restores an entry that was removed before the earlier export, as %s',
    async (format) => {
      const at = new Date('2026-01-06T09:00:00Z');
      const { email, asUser } = await journalOf([
        { id: 'removed', createdAt: at, deletedAt: at, updatedAt: at, editReason: 'twice' },
      ]);
      const other = application.newEmail();
      await application.import(await exported(email, format), other);
      await asUser((journal) => journal.restore('removed', { id: 'restored' }));

      const { entries } = await application.import(await exported(email, format), other);

      expect(entries).toEqual({ read: 2, inserted: 1, unchanged: 1, rejected: 0 });
      expect(await linksOf(other)).toEqual({ removed: null, restored: 'removed' });
    },
  );

  it('appends an amended entry that was removed and restored in between', async () => {
    const { email, asUser } = await journalOf([{ id: 'first' }]);
    const other = application.newEmail();
    await application.import(await exported(email, 'ndjson'), other);
    await asUser(async (journal) => {
      await journal.amend('first', { amount: '-2' }, { id: 'amended', reason: 'typo' });
      await journal.remove('amended', { reason: 'twice' });
      await journal.restore('amended', { id: 'restored' });
    });
    // An edit in the browser would be created less than a second after the removal.
    await application.sql(
      `UPDATE journal SET created_at = created_at + interval '1 minute' WHERE id = 'restored'`,
    );

    await application.import(await exported(email, 'ndjson'), other);

    expect(await linksOf(other)).toEqual({ first: null, amended: 'first', restored: 'amended' });
  });
});
