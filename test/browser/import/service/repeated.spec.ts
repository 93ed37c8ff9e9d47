// @slow: imports several files, each twice
import { describe, expect, it } from '@jest/globals';
import { ImportRejectedError } from '../../../../src/browser/import/import-errors.js';
import { UserScope } from '../../../../src/isolation/user-scope.js';
import { JournalRepository } from '../../../../src/journal/journal.repository.js';
import { UsersRepository } from '../../../../src/users/users.repository.js';
import { failureOf } from '../../../support/failure.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';
import type { LegacyCells } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();

async function importedBefore() {
  const email = application.newEmail();
  const journal = [legacyEntry('a'), legacyEntry('b'), legacyEntry('c')];
  await application.import(await files.write({ journal }), email);
  return { email, journal, before: await application.snapshot() };
}

describe('a file with additional entries', () => {
  it('adds the new entries, and keeps the others', async () => {
    const { email, journal, before } = await importedBefore();
    const file = await files.write({
      accounts: [
        { id: 'acct-1', name: 'Primary' },
        { id: 'acct-2', name: 'IRA' },
      ],
      journal: [legacyEntry('new', { account_id: 'acct-2', original_entry_id: 'b' }), ...journal],
    });
    const report = await application.import(file, email);
    expect(report.entries).toEqual({ read: 4, inserted: 1, unchanged: 3, rejected: 0 });
    expect(report.accounts.created).toEqual([{ id: 'acct-2', name: 'IRA', source: 'file' }]);
    const after = await application.snapshot();
    expect(after.journal).toEqual(expect.arrayContaining(before.journal));
    expect(after.journal).toHaveLength(before.journal.length + 1);
  });
});

describe('a link to a stored entry', () => {
  it('is kept, also if the file no longer holds that entry', async () => {
    const { email } = await importedBefore();
    const edit = legacyEntry('edit', { original_entry_id: 'b' });
    const report = await application.import(await files.write({ journal: [edit] }), email);
    expect(report.changes.filter(({ kind }) => kind === 'unlinked')).toEqual([]);
    expect(
      await application.import(await files.write({ journal: [legacyEntry('b'), edit] }), email),
    ).toMatchObject({
      entries: { inserted: 0, unchanged: 2 },
    });
  });
});

describe('a link to an unknown entry', () => {
  it('is kept in meta, and repeated imports with or without the original change nothing', async () => {
    const { email } = await importedBefore();
    const edit = legacyEntry('edit', { original_entry_id: 'gone' });
    const report = await application.import(await files.write({ journal: [edit] }), email);
    expect(report.changes).toMatchObject([
      { kind: 'unlinked', from: 'gone', to: 'meta.legacyOriginalEntryId' },
    ]);
    for (const journal of [[edit], [legacyEntry('gone'), edit]])
      expect(await application.import(await files.write({ journal }), email)).toMatchObject({
        entries: { unchanged: 1, rejected: 0 },
      });
  });
});

describe('an entry that was amended in the database since its import', () => {
  it.each([
    ['live', null],
    ['deleted', '2025-06-01 00:00:00'],
  ])(
    'gets no second successor, %s, from a file; the row follows the last entry of the chain',
    async (_, at) => {
      const { email, journal, before } = await importedBefore();
      await application.sql(
        `INSERT INTO journal (user_id, id, ts, account_id, type, amount, original_entry_id)
       SELECT user_id, 'amendment', ts, account_id, type, -1, 'b' FROM journal JOIN users ON users.id = user_id
       WHERE email = $1 AND journal.id = 'b'`,
        [email],
      );
      const rows = [
        ...journal,
        legacyEntry('edit', { original_entry_id: 'b', deleted_at: at }),
        legacyEntry('edit of the edit', { original_entry_id: 'edit' }),
      ];
      const report = await application.import(await files.write({ journal: rows }), email);
      expect(report.entries).toEqual({ read: 5, inserted: 2, unchanged: 3, rejected: 0 });
      const links = await application.sql(
        `SELECT journal.id, original_entry_id FROM journal JOIN users ON users.id = user_id
       WHERE email = $1 AND original_entry_id IS NOT NULL ORDER BY 1`,
        [email],
      );
      expect(links).toEqual([
        { id: 'amendment', original_entry_id: 'b' },
        { id: 'edit', original_entry_id: 'amendment' },
        { id: 'edit of the edit', original_entry_id: 'edit' },
      ]);
      expect(await application.import(await files.write({ journal: rows }), email)).toMatchObject({
        entries: { inserted: 0, unchanged: 5 },
      });
      expect((await application.snapshot()).journal).toHaveLength(before.journal.length + 3);
    },
  );
});

describe('a row that differs from its stored entry', () => {
  const changed = {
    amount: -9.5,
    notes: 'changed',
    symbol: null,
    meta: '{"leg":"put"}',
    deleted_at: '2025-06-01T00:00:00.000Z',
  };

  it('is reported column by column with the value in the file, and the import is refused', async () => {
    const { email, journal, before } = await importedBefore();
    const rows = journal.map((row) => (row['id'] === 'b' ? { ...row, ...changed } : row));
    const file = await files.write({ journal: [...rows, legacyEntry('new')] });
    const refusal = await failureOf(application.import(file, email));
    expect(refusal).toBeInstanceOf(ImportRejectedError);
    const { rejected } = refusal as ImportRejectedError;
    expect(rejected.map(({ table, row, id }) => [table, row, id])).toEqual(
      Array(4).fill(['journal', 2, 'b']),
    );
    expect(Object.fromEntries(rejected.map(({ column, value }) => [column, value]))).toEqual({
      symbol: 'null',
      amount: '"-9.50000000"',
      notes: '"changed"',
      meta: '{"leg":"put"}',
    });
    expect(rejected[0]?.reason).toMatch(/was left as it is/);
    expect(await application.snapshot()).toEqual(before);
  });

  it('is skipped with skipInvalid, and never overwritten', async () => {
    const { email, journal, before } = await importedBefore();
    const rows = journal.map((row) => (row['id'] === 'b' ? { ...row, ...changed } : row));
    const file = await files.write({ journal: [...rows, legacyEntry('new')] });
    const report = await application.import(file, email, { skipInvalid: true });
    expect(report.entries).toEqual({ read: 4, inserted: 1, unchanged: 2, rejected: 1 });
    expect(report.verification.total.fileCount).toBe(3);
    expect((await application.snapshot()).journal).toEqual(expect.arrayContaining(before.journal));
  });

  it.each<LegacyCells>([
    { ts: '2025-03-04T15:30:00.001Z' },
    { type: 'dividend' },
    { qty: 0 },
    { strike: 0.00000001 },
    { expiration: '2025-12-15' },
    { underlying_price: 1 },
  ])('is recognised by each column of its content: %j', async (cells) => {
    const { email, journal, before } = await importedBefore();
    const file = await files.write({ journal: [journal[0] ?? {}, legacyEntry('b', cells)] });
    await expect(application.import(file, email)).rejects.toMatchObject({
      rejected: expect.arrayContaining([expect.objectContaining({ id: 'b', column: Object.keys(cells)[0] })]),
    });
    expect(await application.snapshot()).toEqual(before);
  });

  it.each<LegacyCells>([
    { edited_by: 'someone' },
    { edit_reason: 'some reason' },
    { original_entry_id: 'a' },
    { created_at: '2001-01-01 00:00:00' },
    { updated_at: '2001-01-01 00:00:00' },
  ])('changes nothing if only its history differs: %j', async (cells) => {
    const { email, journal, before } = await importedBefore();
    const file = await files.write({ journal: [journal[0] ?? {}, legacyEntry('b', cells)] });
    expect((await application.import(file, email)).entries).toMatchObject({ unchanged: 2 });
    expect(await application.snapshot()).toEqual(before);
  });
});

describe('an account that has another name in the file', () => {
  it('keeps its stored name, which the report states, and its entries are imported', async () => {
    const { email, journal, before } = await importedBefore();
    const accounts = [{ id: 'acct-1', name: 'Renamed' }];
    const file = await files.write({ accounts, journal: [...journal, legacyEntry('new')] });
    const report = await application.import(file, email);
    expect(report).toMatchObject({
      entries: { inserted: 1, unchanged: 3 },
      accounts: { read: 1, created: [], rejected: 0 },
      rejected: [],
    });
    expect(report.changes).toContainEqual({
      kind: 'kept',
      table: 'accounts',
      row: 1,
      id: 'acct-1',
      column: 'name',
      from: 'Renamed',
      to: 'Primary',
    });
    expect((await application.snapshot()).accounts).toEqual(before.accounts);
  });
});

/** What the browser application writes when a row is deleted or edited. */
const deletion = (at: string, reason: string) => ({ deleted_at: at, edit_reason: reason, updated_at: at });
const created = (at: string) => ({ created_at: at, updated_at: at });

/** Does on the server what the outcome of a conflict says. */
async function resolve(journal: JournalRepository, outcome: string): Promise<void> {
  const reason = 'as the report says';
  const [, removed] = /remove the entry (\S+) on/.exec(outcome) ?? [];
  const [, restored] = /restore the entry ([^\s,]+)/.exec(outcome) ?? [];
  const [, amended] = /amend the entry (\S+) on/.exec(outcome) ?? [];
  if (removed) await journal.remove(removed, { reason });
  const { id = amended } = restored ? await journal.restore(restored) : {};
  if (id && outcome.includes('amend ')) await journal.amend(id, { amount: '-9', notes: null }, { reason });
}

describe('a conflict', () => {
  const edit = [
    legacyEntry('a', deletion('2025-06-08T10:00:00.500Z', 'Edited by user')),
    legacyEntry('edit', { amount: -9, ...created('2025-06-08 10:00:00') }),
  ];
  const other = [legacyEntry('a', { amount: -9 })];
  const reason = 'on the server';
  const amend = (id: string, journal: JournalRepository) => journal.amend(id, { notes: reason }, { reason });
  const twice = async (id: string, journal: JournalRepository) => {
    const { id: first } = await amend(id, journal);
    await journal.amend(first, { amount: '-3' }, { reason });
  };
  const remove = (id: string, journal: JournalRepository) => journal.remove(id, { reason });

  it.each([
    ['an edited row and an entry that was amended twice', edit, twice],
    ['an edited row and an entry that was removed', edit, remove],
    ['other content and an entry that was amended', other, amend],
    ['other content and an entry that was removed', other, remove],
  ])('of %s is resolved by what the report says', async (_, journal, change) => {
    const { email } = await importedBefore();
    const user = await application.get(UsersRepository).findByEmail(email);
    const onServer = (work: (journal: JournalRepository) => Promise<unknown>) =>
      application.get(UserScope).run(user?.id ?? '', () => work(application.get(JournalRepository)));
    await onServer((repository) => change('a', repository));
    const file = await files.write({ journal });
    const refusal = await failureOf(application.import(file, email));
    const [conflict] = (refusal as ImportRejectedError).conflicts;
    await onServer((repository) => resolve(repository, conflict?.outcome ?? ''));
    await application.import(file, email);
    const live = await onServer(async (repository) => (await repository.page({})).entries);
    expect(live).toContainEqual(expect.objectContaining({ amount: '-9.00000000', notes: null }));
    expect(live).toHaveLength(3);
  });
});

describe('an older file after a newer one', () => {
  it('changes nothing, and the report says that an import replaced and removed the entries', async () => {
    const { email, journal } = await importedBefore();
    const [a, b, c] = journal as [LegacyCells, LegacyCells, LegacyCells];
    const older = [{ ...a, ...deletion('2025-06-01T10:00:00.000Z', 'Deleted by user') }, b, c];
    const newer = [
      { ...a, ...deletion('2025-06-08T10:00:00.500Z', 'Edited by user') },
      { ...b, ...deletion('2025-06-08T11:00:00.000Z', 'Deleted by user') },
      c,
      legacyEntry('edit', { notes: 'edited', ...created('2025-06-08 10:00:00') }),
    ];
    await application.import(await files.write({ journal: newer }), email);
    const before = await application.rowsOf(email);
    const report = await application.import(await files.write({ journal: older }), email);
    expect(report.entries).toEqual({ read: 3, inserted: 0, unchanged: 3, rejected: 0 });
    expect(report.entryChanges.map(({ action, id, outcome }) => [action, id, outcome])).toEqual([
      ['kept', 'a', 'The entry was amended by an earlier import, and edit stays in its place.'],
      ['kept', 'b', 'The entry was removed by an earlier import, and stays removed.'],
    ]);
    expect(await application.rowsOf(email)).toEqual(before);
  });
});

describe('an edit of a row whose content the server took over', () => {
  it('replaces the amended entry, and the report has the values of this entry', async () => {
    const { email } = await importedBefore();
    const user = await application.get(UsersRepository).findByEmail(email);
    const amended = await application.get(UserScope).run(user?.id ?? '', () => {
      const changes = { symbol: 'MSFT', amount: '-7' } as const;
      return application.get(JournalRepository).amend('a', changes, { reason: 'as in the file' });
    });
    const row = legacyEntry('a', { symbol: 'MSFT', amount: -7 });
    const edited = [
      { ...row, ...deletion('2090-06-08T10:00:00.500Z', 'Edited by user') },
      { ...row, id: 'edit', amount: -8, ...created('2090-06-08 10:00:00') },
    ];
    const report = await application.import(await files.write({ journal: edited }), email);
    expect(report).toMatchObject({
      entries: { inserted: 1, rejected: 0 },
      entryChanges: [
        {
          action: 'replaced',
          stored: { id: amended.id, amount: '-7.00000000', deleted_at: null },
          file: { id: 'edit', amount: '-8.00000000', deleted_at: '2090-06-08T10:00:00.500Z' },
        },
      ],
    });
    expect(report.entryChanges[0]?.stored).not.toHaveProperty('symbol');
  });
});
