import type { DatabaseSettings } from '../../src/index.js';
import type { Query } from '../../src/schema/catalog/query.js';

/** What a case works with: a database of its own, as its owner. */
export interface CaseDatabase {
  settings: DatabaseSettings;
  query: Query;
}

/** A migration alone, with rows that were there before it. */
export interface MigrationCase {
  /** Puts rows in, at the schema of the migration before. */
  before(database: CaseDatabase): Promise<void>;
  afterUp(database: CaseDatabase): Promise<void>;
  afterDown(database: CaseDatabase): Promise<void>;
}

export const anna = '00000000-0000-4000-8000-00000000000a';
export const bob = '00000000-0000-4000-8000-00000000000b';

/** Two users with one account and three entries each, of which the second replaces the first. */
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

/** Every row of the three tables as text. */
export async function rowsOf(query: Query): Promise<unknown[]> {
  return query(`
    SELECT users::text AS row FROM users UNION ALL SELECT accounts::text FROM accounts
    UNION ALL SELECT journal::text FROM journal ORDER BY 1`);
}
