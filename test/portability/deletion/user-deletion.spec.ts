// @slow: exports and deletes journals
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  AccountsRepository,
  ExportFileError,
  JournalRepository,
  UserDataLeftError,
  UserDeletionService,
  UserNotFoundError,
  UserScope,
  UsersRepository,
  UserStillReferencedError,
} from '../../../src/index.js';
import type { EntryRecord } from '../../../src/index.js';
import { generateJournal, makeEntry, sampleAccounts } from '../../../src/testing/index.js';
import { ImportApplication } from '../../support/import-application.js';
import { LegacyFolder } from '../../support/legacy-journals.js';
import { waitingForLock } from '../../support/waiting-for-lock.js';
import { whileOpen } from '../../support/while-open.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const service = () => application.get(UserDeletionService);
const journal = () => application.get(JournalRepository);

let email: string;
let userId: string;
let made = 0;
const asUser = <T>(work: () => Promise<T>) => application.get(UserScope).run(userId, work);

async function newUser(records: Iterable<EntryRecord>): Promise<void> {
  email = application.newEmail();
  ({ id: userId } = await application.get(UsersRepository).create({ email }));
  await asUser(async () => {
    for (const account of sampleAccounts) await application.get(AccountsRepository).create(account);
    await journal().load(records);
  });
}

function newFile(): string {
  made += 1;
  return files.path(`before-deletion-${made}.json`);
}

const exporting = (file: string) => ({ email, export: { file, format: 'json' } }) as const;
const rowsLeft = async () => {
  const [row] = await application.sql(
    `SELECT (SELECT count(*) FROM users WHERE id = $1)::integer AS users,
       (SELECT count(*) FROM accounts WHERE user_id = $1)::integer AS accounts,
       (SELECT count(*) FROM journal WHERE user_id = $1)::integer AS journal`,
    [userId],
  );
  return row;
};
const everything = { users: 1, accounts: 2, journal: 60 };
const nothing = { users: 0, accounts: 0, journal: 0 };

beforeEach(() => newUser(generateJournal({ entries: 60 })));

describe('The deletion of a user', () => {
  it('deletes all data of the user, reports that no data is left, and changes no data of other users', async () => {
    const other = { email, userId };
    const kept = await application.rowsOf(email);
    await newUser(generateJournal({ entries: 60 }));
    const holdings = await service().inspect(email.toUpperCase());
    const report = await service().delete({ email });

    expect(holdings).toEqual({
      userId,
      email,
      tables: [
        { table: 'accounts', column: 'user_id', consequence: 'deleted', rows: 2 },
        { table: 'journal', column: 'user_id', consequence: 'deleted', rows: 60 },
      ],
    });
    expect(report).toEqual({
      ...holdings,
      exported: null,
      left: [
        { table: 'users', column: 'id', consequence: 'deleted', rows: 0 },
        { table: 'accounts', column: 'user_id', consequence: 'deleted', rows: 0 },
        { table: 'journal', column: 'user_id', consequence: 'deleted', rows: 0 },
      ],
    });
    expect(await rowsLeft()).toEqual(nothing);
    expect(await application.rowsOf(other.email)).toEqual(kept);
  });

  it('first writes a complete export, which another user can import', async () => {
    const rows = await application.rowsOf(email);
    const file = newFile();
    const report = await service().delete(exporting(file));
    const other = application.newEmail();
    await application.import(file, other);

    expect(report.exported).toMatchObject({ entries: 60, accounts: 2, asOf: null });
    expect(await rowsLeft()).toEqual(nothing);
    expect(await application.rowsOf(other)).toEqual(rows);
  });

  it('deletes nothing if the export fails', async () => {
    const file = await files.writeBytes('another file');

    await expect(service().delete(exporting(file))).rejects.toThrow(ExportFileError);
    expect(await rowsLeft()).toEqual(everything);
    expect(await readFile(file, 'utf8')).toBe('another file');
  });

  it('deletes nothing if the request has an unknown member', async () => {
    const { export: before, ...request } = exporting(newFile());
    const misspelt = { ...request, exports: before };
    await expect(service().delete(misspelt)).rejects.toThrow('exports is not an allowed property');
    expect(await rowsLeft()).toEqual(everything);
  });

  it('is refused for an unknown user', async () => {
    await expect(service().inspect('nobody@example.com')).rejects.toThrow(UserNotFoundError);
    await expect(service().delete({ email: 'nobody@example.com' })).rejects.toThrow(UserNotFoundError);
  });
});

describe('A concurrent write during the export and deletion of a user', () => {
  it('waits, and is rejected because the user no longer exists: no write is lost silently', async () => {
    await asUser(() => journal().load(manyEntries()));
    const live = await asUser(() => journal().append(makeEntry()));
    const file = newFile();
    let written: Promise<PromiseSettledResult<unknown>[]> | undefined;
    const report = await service().delete(exporting(file), () => {
      written ??= Promise.allSettled([
        asUser(() => journal().append(makeEntry({ id: 'late' }))),
        asUser(() => journal().remove(live.id, { reason: 'late' })),
        asUser(() => application.get(AccountsRepository).create({ id: 'late', name: 'late' })),
      ]);
    });
    const outcomes = (await written) ?? [];

    expect(outcomes.map((outcome) => outcome.status === 'rejected' && codeOf(outcome.reason))).toEqual([
      'USER_NOT_FOUND',
      'ENTRY_NOT_FOUND',
      'USER_NOT_FOUND',
    ]);
    expect(report.exported?.entries).toBe(60 + 2_500 + 1);
    expect(await readFile(file, 'utf8')).not.toContain('"late"');
    expect(await rowsLeft()).toEqual(nothing);
  });

  it('is in the export if it began before', async () => {
    const file = newFile();
    const written = `INSERT INTO journal (user_id, id, ts, account_id, type, amount) VALUES ($1, 'begun', now(), 'acct-1', 'fee', -1)`;
    await whileOpen(application.owner, written, [userId], async (transaction) => {
      const deleting = service().delete(exporting(file));
      await waitingForLock(application.url);
      await transaction.commitTransaction();
      await deleting;
    });

    expect(await readFile(file, 'utf8')).toContain('"begun"');
    expect(await rowsLeft()).toEqual(nothing);
  });

  function* manyEntries() {
    for (let n = 0; n < 2_500; n += 1)
      yield makeEntry({ id: `entry-${n}`, ts: new Date(Date.UTC(2020, 0, 1, 0, n)) });
  }
});

describe('Tables of the application that reference the user', () => {
  const policy = `ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON notes TO journal_user
    USING (user_id::text = current_setting('app.user_id')); GRANT SELECT ON notes TO journal_user`;
  const withTable = async (
    columns: string,
    work: () => Promise<void>,
    grants = `ALTER TABLE notes ${policy}`,
  ) => {
    await application.sql(`CREATE TABLE notes (${columns}, note text)`);
    for (const statement of grants.split(';')) if (statement.trim()) await application.sql(statement);
    await application.sql(`INSERT INTO notes VALUES ($1, 'hello')`, [userId]);
    try {
      await work();
    } finally {
      await application.sql('DROP TABLE notes');
    }
  };

  it('lose the rows of the user if their foreign key cascades', () =>
    withTable('user_id uuid REFERENCES users ON DELETE CASCADE', async () => {
      const report = await service().delete({ email });
      const notes = { table: 'notes', column: 'user_id', consequence: 'deleted' };

      expect(report.tables).toContainEqual({ ...notes, rows: 1 });
      expect(report.left).toContainEqual({ ...notes, rows: 0 });
      expect(await application.sql('SELECT * FROM notes')).toEqual([]);
    }));

  it('keep their rows without the user id if their foreign key sets null', () =>
    withTable('user_id uuid REFERENCES users ON DELETE SET NULL', async () => {
      expect((await service().delete({ email })).tables).toContainEqual(
        expect.objectContaining({ table: 'notes', consequence: 'unlinked', rows: 1 }),
      );
      expect(await application.sql('SELECT * FROM notes')).toEqual([{ user_id: null, note: 'hello' }]);
    }));

  it.each([
    ['a foreign key that restricts', 'user_id uuid REFERENCES users', UserStillReferencedError, /notes/],
    ['no foreign key', 'user_id uuid', UserDataLeftError, /notes \(1 rows\)/],
    ['no foreign key, and a text', 'user_id text', UserDataLeftError, /notes \(1 rows\)/],
  ])('prevent the deletion, and are named: %s', (_, columns, error, message) =>
    withTable(columns, async () => {
      const file = newFile();
      await expect(service().delete({ email })).rejects.toThrow(error);
      await expect(service().delete({ email })).rejects.toThrow(message);
      expect(await rowsLeft()).toEqual(everything);
      if (error === UserStillReferencedError) {
        await expect(service().delete(exporting(file))).rejects.toThrow(error);
        await expect(readFile(file)).rejects.toThrow('ENOENT');
      }
    }),
  );

  it('are found with another column name, and without privileges for the application', () =>
    withTable(
      'owner uuid REFERENCES users',
      async () => {
        expect((await service().inspect(email)).tables).toContainEqual({
          table: 'notes',
          column: 'owner',
          consequence: 'refused',
          rows: null,
        });
        await expect(service().delete({ email })).rejects.toThrow(/public\.notes/);
        await expect(application.get(UsersRepository).delete(userId)).rejects.toThrow(
          UserStillReferencedError,
        );
        expect(await rowsLeft()).toEqual(everything);
      },
      '',
    ));
});

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
