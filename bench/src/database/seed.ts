import type { Client } from 'pg';
import { totalsEntries } from './size.js';
import type { Size } from './size.js';
import { userIdSql } from './user-ids.js';

/**
 * Fills a migrated, empty database, as a superuser. The same size gives the same rows on every machine: of each user over four years,
 * one in fifty replaced by a successor, the first hundredth in an account that is used no more, those of all users in the order of time, as they arrive in life.
 */
export async function seed(client: Client, size: Size): Promise<void> {
  await client.query('BEGIN');
  // The rows are right by construction, and each would be looked up three times for its foreign keys.
  await client.query('SET LOCAL session_replication_role = replica');
  await client.query(`SET LOCAL work_mem = '256MB'`);
  await client.query(`SET LOCAL maintenance_work_mem = '256MB'`);
  await client.query(usersSql(size));
  await client.query(accountsSql);
  await withoutIndexes(client, () => client.query(journalSql(size)));
  await client.query('COMMIT');
  await client.query('VACUUM (ANALYZE) users, accounts, journal');
}

/** The text of what is seeded, by which a seeded database is known again. */
export function seedText(size: Size): string {
  return [usersSql(size), accountsSql, journalSql(size)].join('\n');
}

/** Building an index once costs less than keeping it up to date for each row. */
async function withoutIndexes(client: Client, fill: () => Promise<unknown>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(`
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index WHERE indrelid = 'journal'::regclass AND NOT indisprimary`);
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  await fill();
  for (const { definition } of rows) await client.query(definition);
}

function usersSql({ users }: Size): string {
  return `INSERT INTO users (id, email)
    SELECT ${userIdSql('n')}, 'trader-' || n || '@example.com' FROM generate_series(0, ${users}) n`;
}

const accountsSql = `INSERT INTO accounts (user_id, id, name)
  SELECT id, account, account FROM users, unnest(ARRAY['acct-1', 'acct-2', 'acct-3']) account`;

// In the shape of a UUIDv7: the instant, and then what makes it the only one.
const idSql = (ms: string, k: string) =>
  `regexp_replace(lpad(to_hex(${ms}), 12, '0'), '(.{8})(.{4})', '\\1-\\2') || '-7' || lpad(to_hex(n % 4096), 3, '0')
     || '-8000-' || lpad(to_hex(${k}), 12, '0')`;

/** Every user's entries go from the begin of 2022 to the end of 2025, none at the same instant as another of the same user. */
const msSql = (k: string) => `(1640995200000 + (126230400000 * ${k}) / share + n % 1000)`;

function journalSql({ entries, users, heavy }: Size): string {
  const ordinary = users - 2;
  const rest = entries - heavy - totalsEntries;
  return `INSERT INTO journal (user_id, id, ts, account_id, symbol, type, qty, amount, strike, expiration,
      underlying_price, notes, meta, deleted_at, edited_by, edit_reason, original_entry_id, created_at, updated_at)
    SELECT ${userIdSql('n')}, ${idSql('ms', 'k')}, ts, 
      CASE WHEN k < share / 100 THEN 'acct-3' WHEN b % 5 = 0 THEN 'acct-2' ELSE 'acct-1' END,
      CASE WHEN type IN ('fee', 'transfer') THEN NULL
        ELSE (ARRAY['SPY','AAPL','MSFT','NVDA','AMZN','GOOG','META','TSLA','BRK.B','JPM','XOM','KO','PEP','WMT','COST','AMD','INTC','DIS','BA','F'])[1 + b % 20]
      END,
      type,
      CASE WHEN is_leg THEN 1 + b % 10 WHEN type = 'assignment_shares' THEN 100 END,
      CASE WHEN type = 'expiration' THEN 0 ELSE (a % 200000 - 80000) / 100.0 + (b % 10) / 1000000.0 END,
      CASE WHEN is_leg THEN 50 + (a % 900) / 2.0 END,
      CASE WHEN is_leg THEN ts::date + 30 END,
      CASE WHEN is_leg THEN 50 + (b % 90000) / 200.0 END,
      CASE WHEN b % 5 = 0 THEN 'note ' || a END,
      CASE WHEN is_leg THEN '{"leg": "put", "template": "tmplSellPut"}'::jsonb ELSE '{}' END,
      CASE WHEN is_replaced THEN ts + interval '1 day' END,
      CASE WHEN is_replaced THEN 'trader' END,
      CASE WHEN is_replaced THEN 'wrong price' END,
      CASE WHEN n <> 2 AND k % 50 = 18 THEN ${idSql(msSql('(k - 1)'), 'k - 1')} END,
      ts, ts
    FROM (
      SELECT *, (ARRAY['sell_to_open','buy_to_close','fee','sell_to_open','expiration','fee','dividend','transfer',
          'sell_to_open','fee','assignment_shares','option_premium'])[1 + a % 12] AS type,
        (ARRAY[true,true,false,true,true,false,false,false,true,false,false,true])[1 + a % 12] AS is_leg,
        n <> 2 AND k % 50 = 17 AS is_replaced,
        to_timestamp(ms / 1000.0) AS ts
      FROM (
        SELECT n, k, share, ${msSql('k')} AS ms,
          ('x' || substr(md5(n || ':' || k), 1, 7))::bit(28)::integer AS a,
          ('x' || substr(md5(n || ':' || k), 8, 7))::bit(28)::integer AS b
        FROM (
          SELECT 1 AS n, k, ${heavy}::bigint AS share FROM generate_series(0, ${heavy - 1}) k
          UNION ALL SELECT 2, k, ${totalsEntries} FROM generate_series(0, ${totalsEntries - 1}) k
          UNION ALL SELECT 3 + i % ${ordinary}, i / ${ordinary}, ${Math.ceil(rest / ordinary)}
            FROM generate_series(0, ${rest - 1}) i
        ) placed
      ) timed
    ) typed
    ORDER BY ts`;
}
