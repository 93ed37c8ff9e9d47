// @slow: interrupts deletions in many ways
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  AccountsRepository,
  JournalRepository,
  UserDeletionService,
  UserScope,
  UsersRepository,
} from '../../../src/index.js';
import { generateJournal, makeEntry, sampleAccounts } from '../../../src/testing/index.js';
import { ImportApplication } from '../../support/import-application.js';
import { LegacyFolder } from '../../support/legacy-journals.js';
import { waitingForLock } from '../../support/waiting-for-lock.js';
import { whileOpen } from '../../support/while-open.js';

const files = new LegacyFolder();
// No lock time-out, so that waits for locks end for other reasons.
const application = new ImportApplication({ statementTimeout: 1_000, lockTimeout: 0 });
const service = () => application.get(UserDeletionService);

let email: string;
let userId: string;
let file: string;
const asUser = <T>(work: () => Promise<T>) => application.get(UserScope).run(userId, work);

beforeEach(async () => {
  email = application.newEmail();
  file = files.path(`${email}.ndjson`);
  ({ id: userId } = await application.get(UsersRepository).create({ email }));
  await asUser(async () => {
    for (const account of sampleAccounts) await application.get(AccountsRepository).create(account);
    await application.get(JournalRepository).load(generateJournal({ entries: 20 }));
  });
});

const exporting = () => ({ email, export: { file, format: 'ndjson' } }) as const;
const saysExported = () => expect.stringContaining(`The export was written to ${file}, and stays there.`);
const rowsLeft = async () =>
  (
    await application.sql(
      `SELECT (SELECT count(*) FROM users WHERE id = $1)::integer AS users,
       (SELECT count(*) FROM accounts WHERE user_id = $1)::integer AS accounts,
       (SELECT count(*) FROM journal WHERE user_id = $1)::integer AS journal`,
      [userId],
    )
  )[0];
const everything = { users: 1, accounts: 2, journal: 20 };

/** Runs `work` while another transaction writes an entry of the user. */
const whileWritten = (work: () => Promise<void>) =>
  whileOpen(
    application.owner,
    `INSERT INTO journal (user_id, id, ts, account_id, type, amount) VALUES ($1, 'begun', now(), 'acct-1', 'fee', -1)`,
    [userId],
    work,
  );

/** Runs `work` with further objects in the database, such as a table and a function. */
async function having(sql: readonly string[], work: () => Promise<void>): Promise<void> {
  for (const statement of sql) await application.sql(statement);
  try {
    await work();
  } finally {
    await application.sql('DROP TRIGGER IF EXISTS own ON users');
    await application.sql('DROP FUNCTION IF EXISTS own CASCADE');
    await application.sql('DROP TABLE IF EXISTS notes');
  }
}

const notes = (policy: string) => [
  'CREATE TABLE notes (user_id uuid REFERENCES users ON DELETE CASCADE)',
  'ALTER TABLE notes ENABLE ROW LEVEL SECURITY',
  `CREATE POLICY own ON notes TO journal_user USING (${policy})`,
  'GRANT SELECT ON notes TO journal_user',
];
const onDeletion = (body: string) => [
  `CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN OLD; END $$`,
  'CREATE TRIGGER own BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION own()',
];

describe('An interrupted deletion', () => {
  const interrupted = {
    code: 'DELETION_INTERRUPTED',
    message: expect.stringContaining('nothing was deleted'),
  };

  it('ends before its start', async () => {
    const signal = AbortSignal.abort();

    await expect(service().delete({ email, signal })).rejects.toMatchObject(interrupted);
    await expect(service().delete({ ...exporting(), signal })).rejects.toMatchObject(interrupted);
    expect(await rowsLeft()).toEqual(everything);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('stops waiting for the writes of another transaction', () =>
    whileWritten(async () => {
      const controller = new AbortController();
      const deleting = service().delete({ ...exporting(), signal: controller.signal });
      await Promise.all([
        // The other transaction is still open.
        expect(deleting).rejects.toMatchObject(interrupted),
        waitingForLock(application.url).then(() => controller.abort()),
      ]);

      expect(await rowsLeft()).toEqual(everything);
    }));

  it('leaves no partial export', async () => {
    await asUser(() => application.get(JournalRepository).load(manyEntries()));
    const before = await readdir(dirname(file));
    const controller = new AbortController();
    const request = { ...exporting(), signal: controller.signal };
    const deleting = service().delete(request, () => controller.abort());

    await expect(deleting).rejects.toMatchObject(interrupted);
    expect(await rowsLeft()).toEqual({ ...everything, journal: 2_520 });
    expect(await readdir(dirname(file))).toEqual(before);
  });

  it('names the file of a completed export', () =>
    having([...notes('true'), `INSERT INTO notes VALUES ('${userId}')`], async () => {
      await whileOpen(application.owner, 'SELECT FROM notes FOR UPDATE', [], async () => {
        const controller = new AbortController();
        const deleting = service().delete({ ...exporting(), signal: controller.signal });
        await Promise.all([
          expect(deleting).rejects.toMatchObject({ ...interrupted, message: saysExported() }),
          waitingForLock(application.url).then(() => controller.abort()),
        ]);
      });

      expect(await rowsLeft()).toEqual(everything);
      expect(await readFile(file, 'utf8')).toContain(email);
    }));

  function* manyEntries() {
    for (let n = 0; n < 2_500; n += 1)
      yield makeEntry({ id: `entry-${n}`, ts: new Date(Date.UTC(2020, 0, 1, 0, n)) });
  }
});

describe('A deletion', () => {
  it('is not limited by the statement time-out', () =>
    having(
      [
        ...notes(`pg_sleep(1.2) IS NOT NULL AND user_id::text = current_setting('app.user_id')`),
        `INSERT INTO notes VALUES ('${userId}')`,
        ...onDeletion('PERFORM pg_sleep(1.2);'),
      ],
      async () => {
        const slow = asUser(() => application.get(UserScope).manager.query('SELECT FROM notes'));
        await expect(slow).rejects.toThrow('statement timeout');
        await service().inspect(email);
        await service().delete({ email });

        expect(await rowsLeft()).toEqual({ users: 0, accounts: 0, journal: 0 });
      },
    ));

  it.each(['pg_cancel_backend', 'pg_terminate_backend'])(
    'that fails changes nothing and reports the error: %s',
    (end) =>
      whileWritten(async () => {
        const deleting = service().delete({ email });
        await Promise.all([
          expect(deleting).rejects.toMatchObject({
            code: 'DELETION_FAILED',
            message: expect.stringMatching(/^The database did not delete .* nothing was deleted\./),
          }),
          waitingForLock(application.url).then((pid) => application.sql(`SELECT ${end}($1)`, [pid])),
        ]);

        expect(await rowsLeft()).toEqual(everything);
      }),
  );

  it.each([
    ['DELETION_FAILED', onDeletion(`RAISE EXCEPTION 'not today';`), /not today/],
    [
      'USER_DATA_LEFT',
      ['CREATE TABLE notes (user_id uuid)', 'GRANT SELECT ON notes TO journal_user'],
      /notes/,
    ],
  ])('that fails names the file of a completed export: %s', (code, sql, message) =>
    having(sql, async () => {
      if (code === 'USER_DATA_LEFT') await application.sql('INSERT INTO notes VALUES ($1)', [userId]);
      const deleting = service().delete(exporting());

      await expect(deleting).rejects.toMatchObject({ code, message: saysExported() });
      await expect(deleting).rejects.toThrow(message);
      expect(await rowsLeft()).toEqual(everything);
      expect(await readFile(file, 'utf8')).toContain(email);
    }),
  );
});

describe('A deletion whose COMMIT is refused', () => {
  it('names the table of a deferred foreign key', () =>
    // Without a privilege to read the table, the deletion meets its rows at COMMIT only.
    having(
      [
        'CREATE TABLE notes (user_id uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED)',
        `INSERT INTO notes VALUES ('${userId}')`,
      ],
      async () => {
        const refused = { code: 'USER_STILL_REFERENCED', tables: ['public.notes'] };

        await expect(application.get(UsersRepository).delete(userId)).rejects.toMatchObject(refused);
        await expect(service().delete(exporting())).rejects.toMatchObject({
          ...refused,
          user: email,
          message: saysExported(),
        });
        expect(await rowsLeft()).toEqual(everything);
      },
    ));

  it('reports the error of the database', () =>
    having(
      [
        `CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$`,
        `CREATE CONSTRAINT TRIGGER own AFTER DELETE ON users DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION own()`,
      ],
      async () => {
        await expect(service().delete({ email })).rejects.toMatchObject({
          code: 'DELETION_FAILED',
          message: expect.stringContaining('(not today); nothing was deleted'),
        });
        expect(await rowsLeft()).toEqual(everything);
      },
    ));
});

it('A committed deletion is not reported as failed if the remaining data cannot be read', () =>
  having(
    [
      // A transaction that only reads has no transaction id.
      `CREATE FUNCTION own() RETURNS boolean LANGUAGE plpgsql STABLE COST 0.001 AS $$ BEGIN
         IF pg_current_xact_id_if_assigned() IS NULL THEN RAISE EXCEPTION 'not now'; END IF;
         RETURN true;
       END $$`,
      ...notes('own()'),
    ],
    async () => {
      const other = await application.get(UsersRepository).create({ email: application.newEmail() });
      await application.sql('INSERT INTO notes VALUES ($1)', [other.id]);
      const deleting = service().delete(exporting());

      await expect(deleting).rejects.toMatchObject({ code: 'DELETION_UNVERIFIED', message: saysExported() });
      await expect(deleting).rejects.toThrow(`${email} was deleted, with all accounts and entries, but`);
      await expect(deleting).rejects.toThrow(
        `(not now). Search the tables that hold rows of users for the id ${userId}`,
      );
      expect(await rowsLeft()).toEqual({ users: 0, accounts: 0, journal: 0 });
    },
  ));

describe('In the scope of another user', () => {
  const scope = () => application.get(UserScope);
  const other = async () =>
    (await application.get(UsersRepository).create({ email: application.newEmail() })).id;

  it('the user with the given address is exported and deleted', async () => {
    const report = await scope().run(await other(), async () => {
      const exported = await application.export({ email, file: `${file}.csv`, format: 'csv' });
      expect(exported).toMatchObject({ email, accounts: 2, entries: 20 });
      expect((await service().inspect(email)).userId).toBe(userId);
      return service().delete(exporting());
    });

    expect(report.exported?.entries).toBe(20);
    expect(await rowsLeft()).toEqual({ users: 0, accounts: 0, journal: 0 });
  });

  it('a unit of work of another user rejects inspection, deletion and export', async () => {
    const within = async (work: () => Promise<unknown>) => {
      const id = await other();
      return scope().run(id, () => scope().transaction(work));
    };
    for (const work of [
      () => service().inspect(email),
      () => service().delete(exporting()),
      () => application.export({ email, file, format: 'csv' }),
    ])
      await expect(within(work)).rejects.toMatchObject({ code: 'USER_SCOPE_MISMATCH' });
    expect(await rowsLeft()).toEqual(everything);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });
});

it('A unit of work of the same user rejects inspection and deletion, and stays usable', async () => {
  const scope = application.get(UserScope);
  const setting = () => scope.manager.query<object[]>('SHOW statement_timeout');
  const code = 'USER_SCOPE_MISMATCH';
  await asUser(() =>
    scope.transaction(async () => {
      const before = await setting();
      const inspecting = service().inspect(email);
      await expect(inspecting).rejects.toMatchObject({ code, message: outside('inspect', 'read') });
      const deleting = service().delete(exporting());
      await expect(deleting).rejects.toMatchObject({ code, message: outside('delete', 'deleted') });
      expect(await setting()).toEqual(before);
    }),
  );

  expect(await rowsLeft()).toEqual(everything);
  await expect(readFile(file)).rejects.toThrow('ENOENT');

  function outside(method: string, done: string): string {
    return `Call UserDeletionService.${method} outside a unit of work; nothing was ${done}.`;
  }
});
