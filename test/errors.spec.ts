import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as database from '../src/index.js';
import { documentedErrors } from '../tools/reference/errors-file.js';

const problem = {
  index: 0,
  id: 'put-1',
  property: 'qty',
  column: 'qty',
  value: '"-1"',
  reason: 'must not be negative',
};
const unsafe = {
  code: 'BYPASSRLS',
  subject: 'my_login',
  message: 'The login role my_login has BYPASSRLS.',
  remedy: 'ALTER ROLE my_login NOBYPASSRLS;',
} as const;
const errors: Record<string, database.JournalDatabaseError> = {
  DATABASE_CONNECTION: new database.DatabaseConnectionError('me@host:5432/journal', 'Start it.'),
  SCHEMA_MISSING: new database.SchemaMissingError(),
  SCHEMA_TOO_NEW: new database.SchemaTooNewError(['RenameNotesBreaksOlderReleases20281002120000']),
  MIGRATIONS_PENDING: new database.MigrationsPendingError(['AddNickname20281001120000']),
  MIGRATIONS_UNREADABLE: new database.MigrationsUnreadableError('"migrations"'),
  USER_SCOPE_MISSING: new database.UserScopeMissingError(),
  UNIT_OF_WORK_MISSING: new database.UnitOfWorkMissingError(),
  ROLE_REFUSED: new database.RoleRefusedError('journal_user', 'journal_app'),
  UNSAFE_PRIVILEGES: new database.UnsafePrivilegesError([unsafe]),
  ROLES_MISSING: new database.RolesMissingError('CREATE ROLE journal_user NOLOGIN;'),
  PREPARED_STATEMENTS_UNAVAILABLE: new database.PreparedStatementsUnavailableError(),
  UNIT_OF_WORK_ABORTED: new database.UnitOfWorkAbortedError({
    cause: new Error('duplicate key (first failure).'),
  }),
  UNIT_OF_WORK_DEFERRED: new database.UnitOfWorkDeferredError(),
  UNIT_OF_WORK_ENDED: new database.UnitOfWorkEndedError(),
  UNIT_OF_WORK_BLOCKED: new database.UnitOfWorkBlockedError(10_000),
  TRANSACTION_CONTROL: new database.TransactionControlError(),
  TRANSACTION_NOT_JOINED: new database.TransactionNotJoinedError(),
  TRANSACTION_OUTSIDE_SCOPE: new database.TransactionOutsideScopeError(),
  TRANSACTION_WITHIN_UNIT: new database.TransactionWithinUnitError(),
  REQUEST_WITHIN_UNIT: new database.RequestWithinUnitError(),
  SOFT_DELETE_REFUSED: new database.SoftDeleteRefusedError('soft-delete'),
  COPY_REFUSED: new database.CopyRefusedError(),
  QUERY_OBJECT_REFUSED: new database.QueryObjectRefusedError(),
  SIGN_IN_WITHIN_UNIT: new database.SignInWithinUnitError(),
  STREAM_ABANDONED: new database.StreamAbandonedError(60_000),
  CONNECTION_LOST: new database.ConnectionLostError('undone', { cause: new Error('read ECONNRESET') }),
  STATEMENT_TIMEOUT: new database.StatementTimeoutError(35_000, 'unknown'),
  DATABASE_READ_ONLY: new database.ReadOnlyServerError(),
  POOL_EXHAUSTED: new database.PoolExhaustedError(20, 5_000),
  POOL_CLOSED: new database.PoolClosedError(),
  COMMIT_OUTCOME_UNKNOWN: new database.CommitOutcomeUnknownError(),
  ISOLATION_LEVEL: new database.IsolationLevelError('SERIALIZABLE', 'READ COMMITTED'),
  MIGRATION_LOCK_TIMEOUT: new database.MigrationLockTimeoutError(600, { pid: 1234, text: 'process 1234' }),
  MIGRATION_THROUGH_POOLER: new database.MigrationThroughPoolerError('me@pooler:6432/journal'),
  MIGRATION_BLOCKED: new database.MigrationBlockedError(3, [{ pid: 1234, text: 'process 1234' }], {
    cause: new Error('canceling statement due to lock timeout'),
  }),
  TABLES_TAKEN: new database.TablesTakenError(['users']),
  CONCURRENTLY_IN_TRANSACTION: new database.ConcurrentlyInTransactionError('idx_sample'),
  MIGRATION_TIMESTAMP: new database.MigrationTimestampError(['AddAlerts1795858200000']),
  USER_COLUMN_MISSING: new database.UserColumnMissingError('alerts'),
  INDEX_CONFLICT: new database.IndexConflictError('idx_sample', 'USING btree (a)', 'USING btree (b)'),
  USER_SCOPE_MISMATCH: new database.UserScopeMismatchError(),
  INVALID_USER_ID: new database.InvalidUserIdError('anna'),
  USER_BUSY: new database.UserBusyError('anna'),
  USER_STILL_REFERENCED: new database.UserStillReferencedError('anna', ['app.invoices']),
  USER_NOT_FOUND: new database.UserNotFoundError('anna@example.com'),
  EMAIL_TAKEN: new database.EmailTakenError('anna@example.com'),
  INVALID_INPUT: new database.InvalidInputError('journal entry', [problem]),
  INVALID_CURSOR: new database.InvalidCursorError(),
  ACCOUNT_CONFLICT: new database.AccountConflictError('acct-1'),
  ACCOUNT_NOT_FOUND: new database.AccountNotFoundError('acct-1'),
  UNKNOWN_ACCOUNT: new database.UnknownAccountError(['acct-1']),
  ENTRY_NOT_FOUND: new database.EntryNotFoundError(['put-1']),
  ENTRY_ALREADY_AMENDED: new database.EntryAlreadyAmendedError(['put-1'], 'put-2'),
  ENTRY_REMOVED: new database.EntryRemovedError('put-1'),
  SEVERAL_SUCCESSORS: new database.SeveralSuccessorsError([
    { userId: 'some-user', originalEntryId: 'put-1', successors: ['put-2', 'put-3'] },
  ]),
  ENTRY_CONFLICT: new database.EntryConflictError([{ id: 'put-1', columns: ['qty'] }]),
};
const list = Object.entries(errors);

/** The errors that the sources of a folder declare, without the base class. */
function errorClassesOf(folder: string): string[] {
  const path = join('src', folder);
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((file) =>
    [...readFileSync(join(path, file), 'utf8').matchAll(/^export class (\w+Error) extends \w+Error /gm)].map(
      ([, name = '']) => name,
    ),
  );
}

describe('The errors of the database', () => {
  it.each(list)('have the code %s', (code, error) => {
    expect(error.code).toBe(code);
  });

  it.each(list)('with %s have a message of whole sentences', (_, error) => {
    expect(error.message).toMatch(/^["A-Z].{15,}[.`]$/s);
    expect(error).toBeInstanceOf(database.JournalDatabaseError);
    expect(String(error)).toBe(`${error.name}: ${error.message}`);
  });

  it('are all listed above, under the name of their class, and public', () => {
    const folders = [
      'model',
      'driver',
      'isolation',
      'users',
      'accounts',
      'journal',
      'migrations',
      'schema',
      'data-source',
    ];
    const classes = folders.flatMap(errorClassesOf);

    expect(list.map(([, error]) => error.name).sort()).toEqual(classes.sort());
    for (const name of classes) expect(database).toHaveProperty(name);
  });

  it('name the invalid thing', () => {
    const messages = list.map(([, { message }]) => message).join('\n');

    for (const blamed of [
      'me@host:5432/journal',
      '"anna"',
      'anna@example.com',
      'app.invoices',
      'acct-1',
      'me@pooler:6432/journal',
      'process 1234',
      'idx_sample',
      'RenameNotesBreaksOlderReleases20281002120000',
      'AddNickname20281001120000',
      '"migrations"',
      'put-1',
      'put-2',
      'put-3',
      'some-user',
      'qty must not',
      'my_login',
      'first failure',
      'read ECONNRESET',
      '35000 ms',
      'All 20 connections',
    ])
      expect(messages).toContain(blamed);
  });

  it('have messages whose statements also work for a login with the name of a keyword', () => {
    const { message } = new database.RoleRefusedError('journal_user', 'user');

    expect(message).toContain('GRANT journal_user TO "user"');
  });

  it('have messages with shortened lists, and properties with complete lists', () => {
    const problems = Array.from({ length: 7 }, (_, index) => ({ ...problem, index, id: `put-${index}` }));
    const invalid = new database.InvalidInputError('journal entry', problems);
    const conflict = new database.EntryConflictError(problems.map(({ id }) => ({ id, columns: ['qty'] })));

    for (const { message } of [invalid, conflict]) {
      expect(message).toContain('put-4');
      expect(message).not.toContain('put-5');
    }
    expect(invalid.message).toContain('and 2 more');
    expect(invalid.problems).toHaveLength(7);
    expect(conflict.conflicts).toHaveLength(7);
  });
});

describe('The table of error codes', () => {
  it('has exactly the codes of the classes', () => {
    const codes = documentedErrors().map(({ code }) => code);
    expect(codes).toEqual(Object.keys(database.httpStatuses).toSorted());
  });

  it('contains only classes that the root exports, except those of the commands and the embedded server', () => {
    const hidden = documentedErrors().filter(({ name }) => !(name in database));
    expect(hidden.map(({ name }) => name)).toEqual(['CommandRefusedError', 'EmbeddedPostgresError']);
  });

  it('gives each error its HTTP status, and no status to other errors', () => {
    expect(database.httpStatusOf(errors['ENTRY_CONFLICT'])).toBe(409);
    expect(database.httpStatusOf(errors['POOL_EXHAUSTED'])).toBe(503);
    expect(
      database.httpStatusOf(Object.assign(new Error('mine'), { code: 'ENTRY_CONFLICT' })),
    ).toBeUndefined();
  });

  it('has statuses for settings that are refused at start', () => {
    for (const refused of [new database.InvalidEnvironmentError([]), new database.InvalidOptionsError([])]) {
      expect(refused).toBeInstanceOf(database.JournalDatabaseError);
      expect(database.httpStatusOf(refused)).toBe(500);
    }
  });

  it.each([
    ['unsent', 503],
    ['undone', 503],
    ['unknown', 500],
  ] as const)('gives a lost connection with the outcome %s the status %i', (outcome, status) => {
    expect(database.httpStatusOf(new database.ConnectionLostError(outcome))).toBe(status);
    expect(database.httpStatusOf(new database.StatementTimeoutError(1_000, outcome))).toBe(status);
  });

  it('has a type for the code, so that a misspelt code does not compile', () => {
    const { code } = new database.PoolClosedError() as database.JournalDatabaseError;
    // @ts-expect-error: no error has this code.
    expect(code === 'POOL_CLOSE').toBe(false);
    expect(code satisfies database.ErrorCode).toBe('POOL_CLOSED');
  });
});
