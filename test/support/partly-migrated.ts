import { JournalDataSource, migrationOptions, migrations } from '../../src/index.js';
import type { DatabaseSettings } from '../../src/index.js';
import { queryOf } from './query.js';
import type { Query } from './query.js';
import { asOwner } from './owner.js';

/** Applies the first `count` migrations of the package, as an earlier release would. */
export async function migrateUpTo(settings: DatabaseSettings, count: number): Promise<void> {
  await withMigrations(settings, count, (dataSource) => dataSource.runMigrations());
}

/** Reverts the last of the first `count` migrations. */
export async function revertLast(settings: DatabaseSettings, count: number): Promise<void> {
  await withMigrations(settings, count, (dataSource) => dataSource.undoLastMigration());
}

/** Runs `work` as the owner of the tables. */
export function withQuery<T>(settings: DatabaseSettings, work: (query: Query) => Promise<T>): Promise<T> {
  return asOwner(settings, (owner) => work(queryOf(owner)));
}

async function withMigrations<T>(
  settings: DatabaseSettings,
  count: number,
  work: (dataSource: JournalDataSource) => Promise<T>,
): Promise<T> {
  const options = { ...migrationOptions(settings), migrations: migrations.slice(0, count) };
  const dataSource = await new JournalDataSource(options).initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Runs a statement as `journal_user` in the scope of a user.
 *
 * @returns the rows, or the SQLSTATE of the error
 */
export async function asJournalUser(
  settings: DatabaseSettings,
  userId: string,
  sql: string,
): Promise<unknown> {
  return asRole(settings, 'journal_user', async (query) => {
    await query(`SELECT set_config('app.user_id', $1, true)`, [userId]);
    return query(sql);
  });
}

/**
 * Runs a statement as `journal_auth`.
 *
 * @returns the rows, or the SQLSTATE of the error
 */
export function asJournalAuth(settings: DatabaseSettings, sql: string): Promise<unknown> {
  return asRole(settings, 'journal_auth', (query) => query(sql));
}

async function asRole(
  settings: DatabaseSettings,
  role: string,
  work: (query: Query) => Promise<unknown>,
): Promise<unknown> {
  return asOwner(settings, (owner) =>
    owner
      .transaction(async (manager) => {
        await manager.query(`SET LOCAL ROLE ${role}`);
        return work((sql, parameters) => manager.query(sql, parameters));
      })
      .catch((error: unknown) => sqlStateOf(error)),
  );
}

export function sqlStateOf(error: unknown): string | undefined {
  return (error as { driverError?: { code?: string } }).driverError?.code;
}
