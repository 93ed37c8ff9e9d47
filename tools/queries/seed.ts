import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { migrationOptions } from '../../src/data-source/data-source-options.js';
import { JournalDataSource } from '../../src/data-source/journal.data-source.js';

/** The user whose queries are documented, with 20,000 entries. Other users have fewer or none. */
export const trader = '00000000-0000-7000-8000-000000000001';
const others = ['00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000003'];

/**
 * Inserts users and journals deterministically. All rows fit into the sample of ANALYZE, so that
 * the planner's statistics are deterministic too.
 */
export async function seed(settings: DatabaseSettings): Promise<void> {
  const owner = await new JournalDataSource(migrationOptions(settings)).initialize();
  try {
    // A snapshot of autovacuum would keep VACUUM from marking pages all-visible.
    for (const table of ['users', 'accounts', 'journal'])
      await owner.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    await owner.query(
      `INSERT INTO users (id, email)
       SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'trader-' || n || '@example.com'
       FROM generate_series(1, 1000) n`,
    );
    await owner.query(
      `INSERT INTO accounts (user_id, id, name) SELECT users.id, 'acct-' || n, 'Account ' || n FROM users, generate_series(1, 3) n`,
    );
    await owner.query(
      `INSERT INTO journal (user_id, id, ts, account_id, symbol, type, qty, amount, strike, expiration, deleted_at)
       SELECT owner, 'entry-' || n, '2020-01-01'::timestamptz + n * interval '2 hours', 'acct-' || 1 + n % 3, 'S' || n % 40,
         CASE n % 25 WHEN 0 THEN 'dividend' WHEN 1 THEN 'fee' ELSE 'sell_to_open' END, 1, n, 100,
         '2020-02-01'::date + n / 12, CASE n % 10 WHEN 0 THEN '2026-01-01'::timestamptz END
       FROM unnest($1::uuid[], $2::int[]) AS t(owner, most), generate_series(1, most) n`,
      [
        [trader, ...others],
        [20_000, 8_000, 20],
      ],
    );
    // VACUUM marks a page all-visible only if the commit of its rows is flushed, and servers of
    // tests flush late. ANALYZE commits, so it follows VACUUM: plans would depend on the time.
    await owner.query('CHECKPOINT');
    await owner.query('VACUUM users, accounts, journal');
    await owner.query('ANALYZE users, accounts, journal');
  } finally {
    await owner.destroy();
  }
}
