import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { rowTypeParsers } from 'trading-journal-database/schema';
import type { JournalRow, KyselyTables, NewJournalRow } from 'trading-journal-database/schema';

/**
 * The journal by Kysely, for a program that goes without the module's DataSource and so sets the
 * scope itself.
 */
export class KyselyJournal {
  readonly #database: Kysely<KyselyTables>;

  constructor(connectionString: string) {
    const pool = new pg.Pool({ connectionString, types: rowTypeParsers });
    this.#database = new Kysely({ dialect: new PostgresDialect({ pool }) });
  }

  /** Appends an entry of the user, and returns it as it is stored. */
  append(entry: NewJournalRow): Promise<JournalRow> {
    return this.#database.transaction().execute(async (transaction) => {
      await sql`SELECT set_config('role', 'journal_user', true), set_config('app.user_id', ${entry.user_id}, true)`.execute(
        transaction,
      );
      return transaction.insertInto('journal').values(entry).returningAll().executeTakeFirstOrThrow();
    });
  }

  /** The options of the user that expire on a day, the newest first. */
  expiringOn(userId: string, day: string): Promise<Pick<JournalRow, 'id' | 'strike' | 'amount'>[]> {
    return this.#database.transaction().execute(async (transaction) => {
      await sql`SELECT set_config('role', 'journal_user', true), set_config('app.user_id', ${userId}, true)`.execute(
        transaction,
      );
      return transaction
        .selectFrom('journal')
        .select(['id', 'strike', 'amount'])
        .where('expiration', '=', day)
        .where('deleted_at', 'is', null)
        .orderBy('ts', 'desc')
        .execute();
    });
  }

  close(): Promise<void> {
    return this.#database.destroy();
  }
}
