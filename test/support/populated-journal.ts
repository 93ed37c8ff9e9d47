import type { Query } from './query.js';

/** Number of users. */
export const users = 5;
/** Entries of each user with the extreme values of every type. */
export const extremes = 3;

/**
 * Inserts rows that a database of the first release can contain: live and deleted entries, chains
 * of up to three replacements, and the extreme values of every type.
 *
 * @param entries number of entries of each user, without the extreme values
 */
export async function populate(query: Query, entries: number): Promise<void> {
  await query(
    `INSERT INTO users (id, email, password_hash, subscription_tier, created_at, updated_at)
     SELECT gen_random_uuid(), 'trader-' || i || '@example.com', CASE WHEN i % 2 = 0 THEN md5(i::text) END,
       (ARRAY['free', 'basic', 'premium'])[1 + i % 3], '2020-01-01T00:00:00.001Z'::timestamptz + i * interval '1 day', now()
     FROM generate_series(1, $1::int) i`,
    [users],
  );
  await query(`INSERT INTO accounts (user_id, id, name) SELECT id, account, name FROM users,
    (VALUES ('acct-1', ''), ('אבג', E'\\u202E"IRA" — Roth ☂\\n'), (repeat('x', 200), repeat('é', 10000))) AS own(account, name)`);
  await query(
    `INSERT INTO journal (user_id, id, ts, account_id, symbol, type, qty, amount, strike, expiration, underlying_price, notes, meta,
       deleted_at, edited_by, edit_reason, original_entry_id, created_at, updated_at)
     SELECT users.id, 'e-' || i, '2024-01-02T14:30:00.123Z'::timestamptz + (i % 700) * interval '1 hour', 'acct-1',
       (ARRAY['AAPL', 'BRK.B', NULL, 'é'])[1 + i % 4], (ARRAY['sell_to_open', 'buy_to_close', 'fee', 'dividend', 'transfer'])[1 + i % 5],
       CASE WHEN i % 3 > 0 THEN (i % 50) / 8.0 END, (i - $1 / 2) * 1.00000001, CASE WHEN i % 3 > 0 THEN i + 0.5 END,
       CASE WHEN i % 3 > 0 THEN date '2024-01-05' + i % 365 END, CASE WHEN i % 7 = 0 THEN i / 3.0 END,
       CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'note ' || i END, jsonb_build_object('n', i, 'leg', CASE WHEN i % 2 = 0 THEN 'put' END),
       CASE WHEN i % 4 > 0 AND i < $1 OR i % 11 = 0 THEN timestamptz '2025-06-01' + i * interval '1 second' END,
       CASE WHEN i % 4 > 0 THEN 'trader' END, CASE WHEN i % 8 = 1 THEN 'typo' END,
       CASE WHEN i % 4 > 1 THEN 'e-' || i - 1 END, timestamptz '2024-06-01' + i * interval '1 millisecond', now()
     FROM users, generate_series(1, $1::int) i ORDER BY users.id, i`,
    [entries],
  );
  await query(`
    INSERT INTO journal (user_id, id, ts, account_id, symbol, type, qty, amount, strike, expiration, underlying_price, notes, meta)
    SELECT users.id, odd.id, ts::timestamptz, account, symbol, 'correction', qty, amount, qty, expiration::date, qty, notes, meta::jsonb
    FROM users, (VALUES
      (repeat('i', 200), '4713-01-01T00:00:00Z BC', repeat('x', 200), repeat('S', 200), 999999999999.99999999, -999999999999.99999999, '4713-01-01 BC', E'\\r\\n\\t\\\\ "''', '{"ключ": [1e300, 0.10, null, "\\u00e9"]}'),
      ('☂', '294276-12-31T23:59:59.999Z', 'אבג', ' ', 0.00000001, 0.00000001, '5874897-12-31', repeat('n', 100000), '{}'),
      ('E''--', '1883-11-18T12:03:58Z', 'acct-1', '$', 0, 0, '2024-02-29', NULL, '{"": {"": {}}}')
    ) AS odd(id, ts, account, symbol, qty, amount, expiration, notes, meta)`);
}

/** The values of each column as text, by `table.column`, in primary key order. */
export async function valuesOf(query: Query): Promise<Map<string, (string | null)[]>> {
  const values = new Map<string, (string | null)[]>();
  for (const [table, key] of Object.entries({ users: 'id', accounts: 'user_id, id', journal: 'user_id, id' }))
    for (const column of await columnsOf(query, table)) {
      const rows = await query<{ value: string | null }>(
        `SELECT ${column}::text AS value FROM ${table} ORDER BY ${key}`,
      );
      values.set(
        `${table}.${column}`,
        rows.map(({ value }) => value),
      );
    }
  return values;
}

async function columnsOf(query: Query, table: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  return rows.map(({ name }) => name);
}
