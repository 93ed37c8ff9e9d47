// @slow: exports and imports random journals
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EntryRecord, ExportFormat } from '../../../src/index.js';
import { AccountsRepository, JournalRepository, UserScope, UsersRepository } from '../../../src/index.js';
import { generateLegacyDatabase } from '../../../src/testing/browser/legacy-database.js';
import { ImportApplication } from '../../support/import-application.js';
import { legacyRows } from '../../support/legacy-arbitraries.js';
import { LegacyFolder } from '../../support/legacy-journals.js';
import { fullRecords } from '../../support/record-arbitraries.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const readable = ['sqlite', 'json', 'ndjson'] as const satisfies ExportFormat[];
let made = 0;

/**
 * Exports the journal, imports the file for its own user and for a new one, and compares every
 * column of every row.
 */
async function expectNothingLost(email: string): Promise<void> {
  const rows = await application.rowsOf(email);
  for (const format of readable) {
    made += 1;
    const file = files.path(`export-${made}`);
    const report = await application.export({ email, format, file });
    const before = await versionsOf(email);
    const same = await application.import(file, email, { createUser: false, timeZone: undefined });
    const after = await versionsOf(email);
    const other = application.newEmail();
    const fresh = await application.import(file, other, { timeZone: undefined });

    expect(report).toMatchObject({ email, format, entries: rows.length });
    expect(same.entries).toEqual({ read: rows.length, inserted: 0, unchanged: rows.length, rejected: 0 });
    expect(after).toEqual(before);
    // The rows of a browser file are in recording order.
    const comparable = format === 'sqlite' ? rows.map(withoutRecorded) : rows;
    const arrived = await application.rowsOf(other);
    expect(format === 'sqlite' ? arrived.map(withoutRecorded) : arrived).toEqual(comparable);
    expect(await idsInOrder(other)).toEqual(await idsInOrder(email));
    expect(await accountsOf(other)).toEqual(await accountsOf(email));
    for (const { format: read, changes, rejected, notImported, unreadColumns, missingColumns } of [
      same,
      fresh,
    ])
      // A copy with an unknown original has no link in either file.
      expect([
        read,
        changes.filter(({ kind }) => kind !== 'unmatched'),
        rejected,
        notImported,
        unreadColumns,
        missingColumns,
      ]).toEqual([format, ...[[], [], [], [], []]]);
  }
}

function withoutRecorded(row: string): object {
  return { ...(JSON.parse(row) as object), recorded: null };
}

/** The ids of the entries in their order. */
function idsInOrder(email: string) {
  return application.sql(
    `SELECT journal.id FROM journal JOIN users ON users.id = user_id WHERE email = $1
     ORDER BY ts, recorded NULLS FIRST, journal.id`,
    [email],
  );
}

/** The ids of the transactions that wrote the rows. */
function versionsOf(email: string) {
  return application.sql(
    `SELECT journal.id, journal.xmin::text FROM journal JOIN users ON users.id = user_id WHERE email = $1 ORDER BY 1`,
    [email],
  );
}

function accountsOf(email: string) {
  return application.sql(
    `SELECT accounts.id, name, closed_at FROM accounts JOIN users ON users.id = user_id WHERE email = $1 ORDER BY 1`,
    [email],
  );
}

function at(second: number): Date {
  return new Date(Date.UTC(2026, 0, 5, 15, 0, second));
}

/** The ids of entries of one instant, in their order for a user who imports an export of them. */
async function orderAfterImport(
  entries: readonly (Partial<EntryRecord> & { id: string })[],
  format: ExportFormat,
): Promise<unknown[]> {
  const email = application.newEmail();
  const { id } = await application.get(UsersRepository).create({ email });
  const fee = { ts: at(0), accountId: 'acct-1', type: 'fee', amount: '-1' } as const;
  await application.get(UserScope).run(id, async () => {
    await application.get(AccountsRepository).create({ id: 'acct-1', name: 'IRA' });
    await application.get(JournalRepository).load(entries.map((entry) => ({ ...fee, ...entry })));
  });
  made += 1;
  const file = files.path(`order-${made}`);
  await application.export({ email, format, file });
  const other = application.newEmail();
  const { changes } = await application.import(file, other);
  expect(changes).toEqual([]);
  return (await idsInOrder(other)).map((row) => row['id']);
}

describe('Import, export and a second import preserve every value', () => {
  it('of the journal of a real browser', async () => {
    const email = application.newEmail();
    await application.import(resolve('test', 'fixtures', 'options-tracker.db'), email);
    await expectNothingLost(email);
  });

  it.each([1, 2])('of a journal with the quirks of real files, seed %d', async (seed) => {
    const email = application.newEmail();
    const timeZone = ['America/Denver', 'Australia/Sydney', 'Europe/Berlin'][seed] ?? 'UTC';
    const file = await files.writeBytes(await generateLegacyDatabase({ seed, trades: 60, timeZone }));
    await application.import(file, email, { timeZone });
    await expectNothingLost(email);
  });

  it('of any legacy journal', async () => {
    await fc.assert(
      fc.asyncProperty(legacyRows, async (journal) => {
        const email = application.newEmail();
        await application.import(await files.write({ journal }), email);
        await expectNothingLost(email);
      }),
      { numRuns: 5 },
    );
  });

  it.each(readable)('of entries of one instant in recording order, as %s', async (format) => {
    const entries = [
      { id: 'c', recorded: '1', createdAt: at(1) },
      { id: 'b', recorded: '2', createdAt: at(9) },
      { id: 'a', recorded: '3', createdAt: at(3) },
      { id: 'd', recorded: null, createdAt: at(5) },
    ];
    expect(await orderAfterImport(entries, format)).toEqual(['d', 'c', 'b', 'a']);
  });

  // Version 0.1.0 recorded an amended entry anew.
  it.each(readable)('of an amended entry that was recorded after another entry, as %s', async (format) => {
    const entries = [
      { id: 'c', recorded: '1', createdAt: at(1), deletedAt: at(3), editReason: 'typo' },
      { id: 'b', recorded: '2', createdAt: at(2) },
      { id: 'a', recorded: '3', createdAt: at(3), originalEntryId: 'c' },
    ];
    expect(await orderAfterImport(entries, format)).toEqual(['c', 'b', 'a']);
  });

  it.each(readable)('of a closed account as %s, and do not change a stored account', async (format) => {
    const email = application.newEmail();
    const { id } = await application.get(UsersRepository).create({ email });
    const accounts = application.get(AccountsRepository);
    const at = new Date('2025-12-31T21:00:00.123Z');
    const asUser = <T>(work: () => Promise<T>) => application.get(UserScope).run(id, work);
    await asUser(async () => {
      for (const name of ['acct-1', '\ufeffacct-2']) await accounts.create({ id: name, name });
      await accounts.close('\ufeffacct-2', { at });
    });
    const file = files.path(`closed.${format}`);
    await application.export({ email, format, file });
    const other = application.newEmail();
    const { changes, notImported, unreadColumns } = await application.import(file, other);

    expect([changes, notImported, unreadColumns]).toEqual([[], [], []]);
    expect(await accountsOf(other)).toEqual([
      { id: 'acct-1', name: 'acct-1', closed_at: null },
      { id: '\ufeffacct-2', name: '\ufeffacct-2', closed_at: at },
    ]);

    await asUser(() => accounts.reopen('\ufeffacct-2'));
    const again = await application.import(file, email);
    const kept = { kind: 'kept', table: 'accounts', row: 2, id: '\ufeffacct-2', column: 'closed_at' };
    expect(again.changes).toEqual([{ ...kept, from: at.toISOString(), to: 'nothing' }]);
    expect(await accountsOf(email)).toContainEqual({
      id: '\ufeffacct-2',
      name: '\ufeffacct-2',
      closed_at: null,
    });
  });

  it('except an invalid closing time of an account, which is rejected', async () => {
    const closedAt = { closed_at: 'yesterday' };
    const file = await files.writeBytes(
      Buffer.from(JSON.stringify({ accounts: [{ id: 'acct-1', name: 'IRA', ...closedAt }], journal: [] })),
    );

    await expect(application.import(file, application.newEmail())).rejects.toMatchObject({
      code: 'IMPORT_REJECTED',
      rejected: [{ table: 'accounts', row: 1, column: 'closed_at', value: '"yesterday"' }],
    });
  });

  it('of any entries that the database can store', async () => {
    await fc.assert(
      fc.asyncProperty(fullRecords, async (records) => {
        const email = application.newEmail();
        const { id } = await application.get(UsersRepository).create({ email });
        await application.get(UserScope).run(id, async () => {
          await application.get(AccountsRepository).create({ id: 'acct-1', name: '=Café "☂", Ltd' });
          await application.get(AccountsRepository).create({ id: 'acct-2', name: 'IRA' });
          await application
            .get(AccountsRepository)
            .close('acct-2', { at: new Date('2025-12-31T21:00:00.123Z') });
          await application.get(JournalRepository).load(records);
        });
        expect(await application.rowsOf(email)).toHaveLength(records.length);
        await expectNothingLost(email);
      }),
      { numRuns: 12 },
    );
  });
});
