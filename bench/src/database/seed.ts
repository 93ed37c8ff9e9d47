import type { Client } from 'pg';
import type { EntryRecord } from 'trading-journal-database';
import { accounts, journalOf } from './journals.js';
import type { Size } from './size.js';
import { totalsNumber, userIdOf, userIdSql } from './user-ids.js';

/**
 * Fills a migrated, empty database, as a superuser. Deterministic for a size: a sample journal for
 * each user. The rows of all users are inserted in the order of time, as in production.
 */
export async function seed(client: Client, size: Size): Promise<void> {
  await client.query('BEGIN');
  // Skips the foreign key checks, three lookups for each row: the generated rows are valid.
  await client.query('SET LOCAL session_replication_role = replica');
  await client.query(`SET LOCAL work_mem = '256MB'`);
  await client.query(`SET LOCAL maintenance_work_mem = '256MB'`);
  await client.query(usersSql(size));
  await client.query(accountsSql, [JSON.stringify(accounts)]);
  await client.query(arrivingSql);
  for (let n = 0; n <= size.users; n += 1) {
    for (const records of batches(journalOf(n, size)))
      await client.query(arriveSql, [userIdOf(n), JSON.stringify(records)]);
  }
  await withoutIndexes(client, () => client.query(journalSql));
  await client.query('COMMIT');
  // The commit is asynchronous. VACUUM marks pages as all-visible only after the commit has been
  // flushed.
  await client.query('CHECKPOINT');
  await client.query('VACUUM (ANALYZE) users, accounts, journal');
}

/**
 * Identifies the content of a seeded database: the SQL, and the journals of two users, which change
 * with the generator.
 */
export function seedText(size: Size): string {
  const { entries, users, heavy } = size;
  const samples = [totalsNumber, totalsNumber + 1].map((n) => [...journalOf(n, size)]);
  const values = JSON.stringify({ entries, users, heavy, accounts, samples });
  return [usersSql(size), accountsSql, arrivingSql, arriveSql, journalSql, values].join('\n');
}

/**
 * Drops the indexes during `fill`: building an index once is cheaper than updating it for each row.
 */
async function withoutIndexes(client: Client, fill: () => Promise<unknown>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(`
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index WHERE indrelid = 'journal'::regclass AND NOT indisprimary`);
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  await fill();
  for (const { definition } of rows) await client.query(definition);
}

const maxInBatch = 1_000;

function* batches(records: Iterable<EntryRecord>): Generator<EntryRecord[], void> {
  let batch: EntryRecord[] = [];
  for (const record of records) {
    batch.push(record);
    if (batch.length < maxInBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function usersSql({ users }: Size): string {
  return `INSERT INTO users (id, email)
    SELECT ${userIdSql('n')}, 'trader-' || n || '@example.com' FROM generate_series(0, ${users}) n`;
}

const accountsSql = `INSERT INTO accounts (user_id, id, name)
  SELECT users.id, account.id, account.name FROM users, json_to_recordset($1) AS account(id text, name text)`;

/** Holds the journals until they are sorted by time. */
const arrivingSql = `CREATE TEMPORARY TABLE arriving (LIKE journal) ON COMMIT DROP`;

const arriveSql = `INSERT INTO arriving (user_id, id, ts, account_id, symbol, type, qty, amount, strike, expiration,
    underlying_price, notes, meta, deleted_at, edited_by, edit_reason, original_entry_id, created_at, updated_at)
  SELECT $1, id, ts, "accountId", symbol, type, qty, amount, strike, expiration,
    "underlyingPrice", notes, meta, "deletedAt", "editedBy", "editReason", "originalEntryId", "createdAt", "updatedAt"
  FROM json_to_recordset($2) AS record(id text, ts timestamptz, "accountId" text, symbol text, type text, qty numeric,
    amount numeric, strike numeric, expiration date, "underlyingPrice" numeric, notes text, meta jsonb, "deletedAt" timestamptz,
    "editedBy" text, "editReason" text, "originalEntryId" text, "createdAt" timestamptz, "updatedAt" timestamptz)`;

const journalSql = `INSERT INTO journal SELECT * FROM arriving ORDER BY ts, user_id, id COLLATE "C"`;
