// @slow: provokes each error of an import
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AccountsRepository, UserScope, UsersRepository } from '../../../../src/index.js';
import { deferred } from '../../../support/deferred.js';
import { sectionTable } from '../../../support/document-tables.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';
import { waitingForLock } from '../../../support/waiting-for-lock.js';
import { whileOpen } from '../../../support/while-open.js';

const files = new LegacyFolder();
const application = new ImportApplication({ lockTimeout: 1000 });
const email = 'trader@example.com';
let userId: string;
let file: string;

beforeAll(async () => {
  userId = (await application.get(UsersRepository).create({ email })).id;
  file = await files.write({ journal: [legacyEntry('a')] });
});

const scope = () => application.get(UserScope);
const importing = (path = file, options = {}) => application.import(path, email, options);

/** Runs `statement`, imports, and then reverts the change with `undo`. */
async function changed(statement: string, undo: string): Promise<unknown> {
  await application.sql(statement);
  try {
    return await importing();
  } finally {
    await application.sql(undo);
  }
}

/** Calls of the service, by the code of the error that each throws. */
const provoked: Record<string, () => Promise<unknown>> = {
  LEGACY_FILE: async () => importing(await files.writeBytes('hello')),
  LOCAL_STORAGE: async () => importing(file, { localStorageFile: await files.writeBytes('hello') }),
  TIME_ZONE: async () => {
    const expiration = '2025-12-15T07:00:00.000Z';
    return importing(await files.write({ journal: [legacyEntry('a', { expiration })] }), {
      timeZone: undefined,
    });
  },
  IMPORT_REJECTED: async () =>
    importing(await files.write({ journal: [legacyEntry('a', { type: 'gift' })] })),
  INVALID_INPUT: () => application.import(file, 'nobody'),
  USER_NOT_FOUND: () => application.import(file, 'absent@example.com', { createUser: false }),
  IMPORT_BUSY: () =>
    whileOpen(application.owner, 'SELECT FROM users WHERE email = $1 FOR UPDATE', [email], () => importing()),
  ACCOUNT_CONFLICT: () =>
    whileOpen(
      application.owner,
      `INSERT INTO accounts (user_id, id, name) VALUES ($1, 'acct-1', 'Another')`,
      [userId],
      async (transaction) => {
        const result = importing();
        result.catch(() => undefined);
        await waitingForLock(application.url);
        await transaction.commitTransaction();
        return result;
      },
    ).finally(() => application.sql('DELETE FROM accounts')),
  IMPORT_INTERRUPTED: () => importing(file, { signal: AbortSignal.abort() }),
  IMPORT_FAILED: () =>
    changed(
      `ALTER TABLE journal ADD CONSTRAINT none CHECK (id <> 'a')`,
      'ALTER TABLE journal DROP CONSTRAINT none',
    ),
  COMMIT_OUTCOME_UNKNOWN: () =>
    changed(
      `CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION lose()`,
      'DROP FUNCTION lose CASCADE',
    ),
  VERIFICATION: () =>
    changed(
      `CREATE FUNCTION double() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN NEW.amount := NEW.amount * 2; RETURN NEW; END $$;
       CREATE TRIGGER double BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION double()`,
      'DROP FUNCTION double CASCADE',
    ),
  SCHEMA_MISSING: () =>
    changed('ALTER TABLE journal RENAME TO elsewhere', 'ALTER TABLE elsewhere RENAME TO journal'),
  USER_SCOPE_MISMATCH: async () => {
    const { id } = await application.get(UsersRepository).create({ email: application.newEmail() });
    return scope().run(id, () => scope().transaction(() => importing()));
  },
  TRANSACTION_NOT_JOINED: () =>
    scope().run(userId, async () => {
      const runner = scope().manager.dataSource.createQueryRunner();
      await runner.startTransaction();
      try {
        return await importing();
      } finally {
        await runner.rollbackTransaction();
        await runner.release();
      }
    }),
  UNIT_OF_WORK_ABORTED: () =>
    scope().run(userId, () =>
      scope().transaction(async (manager) => {
        await manager.query('SELECT 1 / 0').catch(() => undefined);
        return importing();
      }),
    ),
  UNIT_OF_WORK_ENDED: async () => {
    let late: Promise<unknown> | undefined;
    const ended = deferred();
    await scope().run(userId, () =>
      scope().transaction(async () => {
        late = ended.promise.then(() => importing());
        await application.get(AccountsRepository).list();
      }),
    );
    ended.resolve();
    return late;
  },
};

describe('the import', () => {
  it.each(Object.entries(provoked))('throws the code %s, and writes nothing', async (code, provoke) => {
    const before = await application.sql('SELECT * FROM journal');
    await expect(provoke()).rejects.toMatchObject({ code });
    expect(await application.sql('SELECT * FROM journal')).toEqual(before);
  });

  it('names the migrations if the database lacks a column of this release', async () => {
    const lacking = changed(
      'ALTER TABLE journal RENAME COLUMN ratio_to TO former',
      'ALTER TABLE journal RENAME COLUMN former TO ratio_to',
    );
    await expect(lacking).rejects.toThrow('run the pending migrations: `npx typeorm migration:run');
  });

  it('throws no code that the guide does not list', () => {
    const listed = sectionTable('docs/guides/import.md', 'Errors').map(([code]) => code?.replaceAll('`', ''));
    expect(listed).toEqual(expect.arrayContaining(Object.keys(provoked)));
  });
});
