import type { DatabaseSettings } from '../../src/index.js';
import type { Query } from './query.js';

/** A test database, accessed as its owner. */
export interface CaseDatabase {
  settings: DatabaseSettings;
  query: Query;
}

/** A test of one migration with existing rows. */
export interface MigrationCase {
  /** Inserts rows into the schema of the previous migration. */
  before(database: CaseDatabase): Promise<void>;
  afterUp(database: CaseDatabase): Promise<void>;
  afterDown(database: CaseDatabase): Promise<void>;
}

export const anna = '00000000-0000-4000-8000-00000000000a';
export const bob = '00000000-0000-4000-8000-00000000000b';

/** Adds two users with one account and three entries each. The second entry replaces the first. */
export async function addTwoUsers(query: Query): Promise<void> {
  await query(`INSERT INTO users (id, email) VALUES ($1, 'anna@example.com'), ($2, 'bob@example.com')`, [
    anna,
    bob,
  ]);
  await query(`INSERT INTO accounts (user_id, id, name) SELECT id, 'acct-1', 'Taxable' FROM users`);
  await query(`
    INSERT INTO journal (user_id, id, ts, account_id, type, amount, notes, meta, deleted_at, original_entry_id)
    SELECT users.id, entry.id, '2026-01-05T15:30:00.123Z', 'acct-1', 'fee', amount, notes, meta::jsonb, deleted_at::timestamptz, original
    FROM users, (VALUES
      ('e-1', -1.30, NULL, '{}', '2026-01-06T00:00:00Z', NULL),
      ('e-2', -0.00000001, '', '{"leg": "put"}', NULL, 'e-1'),
      ('e-3', 999999999999.99999999, E'it''s \\\\ "☂"\\n', '{"a": {"b": null}}', NULL, NULL)
    ) AS entry(id, amount, notes, meta, deleted_at, original)
    ORDER BY users.id, entry.id`);
}

/** All rows of the three tables as text. */
export async function rowsOf(query: Query): Promise<unknown[]> {
  return query(`
    SELECT users::text AS row FROM users UNION ALL SELECT accounts::text FROM accounts
    UNION ALL SELECT journal::text FROM journal ORDER BY 1`);
}
