// @slow: seeds the journals of many users
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accounts, formerAccount, journalOf, rareSymbol } from '../../bench/src/database/journals.js';
import { seed, seedText } from '../../bench/src/database/seed.js';
import { sizes } from '../../bench/src/database/size.js';
import { heavyUser, loadUser, totalsUser, userIdOf } from '../../bench/src/database/user-ids.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { onServer } from '../../src/testing/server/on-server.js';

const { entries, users, heavy } = sizes.tiny;
const schema = `
  SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = 'journal'::regclass
  UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'journal'::regclass
  ORDER BY 1`;

let database: TestDatabase;
let schemaBefore: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  schemaBefore = await column(schema);
  await onServer(database.url, (client) => seed(client, sizes.tiny));
});

afterAll(() => database.drop());

it('gives each user the number of entries that the size states', async () => {
  const counts = await column(`
    SELECT users.id || ' ' || count(journal.id) FROM users LEFT JOIN journal ON user_id = users.id
    WHERE users.id = ANY('{${[heavyUser, loadUser, totalsUser].join()}}') GROUP BY users.id ORDER BY users.id`);
  expect(counts).toEqual([`${loadUser} 0`, `${heavyUser} ${heavy}`, `${totalsUser} 1000`]);
  expect(await column(`SELECT count(*)::text FROM journal`)).toEqual([String(entries)]);
  // The additional user is the target of bulk loads.
  expect(await column(`SELECT count(*)::text FROM users`)).toEqual([String(users + 1)]);
});

it('does not change the schema of the migrations', async () => {
  expect(await column(schema)).toEqual(schemaBefore);
});

it('satisfies the foreign keys, although PostgreSQL skips their check', async () => {
  const orphans = await column(`
    SELECT journal.id FROM journal
    LEFT JOIN accounts ON accounts.user_id = journal.user_id AND accounts.id = account_id
    LEFT JOIN journal original ON original.user_id = journal.user_id AND original.id = journal.original_entry_id
    WHERE accounts.id IS NULL OR journal.original_entry_id IS NOT NULL AND original.deleted_at IS NULL`);
  expect(orphans).toEqual([]);
  expect(
    await column(`SELECT (count(*) > 50)::text FROM journal WHERE original_entry_id IS NOT NULL`),
  ).toEqual(['true']);
});

it('contains complete sample journals with their history', async () => {
  const entry = `id, to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), account_id, symbol, type, amount::float8,
    qty::float8, strike::float8, expiration::text, underlying_price::float8, notes, deleted_at IS NOT NULL, edit_reason,
    original_entry_id, extract(epoch FROM updated_at - ts)::float8, meta`;
  for (const [n, user] of [heavyUser, totalsUser, userIdOf(3)].entries()) {
    const rows = await column(`
      SELECT json_build_array(${entry}) FROM journal WHERE user_id = '${user}' ORDER BY id COLLATE "C"`);
    const records = [...journalOf(n + 1, sizes.tiny)].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(rows).toEqual(
      records.map(({ id, ts, accountId, symbol, type, meta, ...record }) => [
        ...[id, ts.toISOString(), accountId, symbol ?? null, type, Number(record.amount)],
        ...[double(record.qty), double(record.strike), record.expiration ?? null],
        ...[double(record.underlyingPrice), record.notes ?? null, Boolean(record.deletedAt)],
        ...[record.editReason ?? null, record.originalEntryId ?? null],
        ...[((record.updatedAt?.getTime() ?? 0) - ts.getTime()) / 1000, meta],
      ]),
    );
  }
});

it('gives one user live entries only', () => {
  const records = [...journalOf(2, sizes.tiny)];

  expect(records.filter(({ deletedAt, originalEntryId }) => deletedAt ?? originalEntryId)).toEqual([]);
  expect(new Set(records.map(({ id }) => id)).size).toBe(1000);
});

it.each([
  [1, sizes.small],
  [2, sizes.tiny],
])('references only existing entries of user %d', (n, size) => {
  const records = [...journalOf(n, size)];
  const ids = new Set(records.map(({ id }) => id));
  const links = records
    .flatMap(({ meta, originalEntryId }) => [meta?.['rolledTo'], meta?.['rolledFrom'], originalEntryId])
    .filter(Boolean);

  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((id) => !ids.has(String(id)))).toEqual([]);
});

it('inserts the rows of all users in the order of time', async () => {
  const placed = `SELECT user_id, ts, lag(ts) OVER (ORDER BY ctid) AS before, row_number() OVER (ORDER BY ctid DESC) AS last FROM journal`;
  // A short row can still fit on the previous page.
  expect(
    await column(`SELECT (count(*) FILTER (WHERE ts < before) < 40)::text FROM (${placed}) placed`),
  ).toEqual(['true']);
  expect(
    await column(`SELECT count(DISTINCT user_id)::text FROM (${placed}) placed WHERE last <= 200`),
  ).toEqual([String(users)]);
});

it('gives each user an account that only the first hundredth of the entries uses', async () => {
  const former = `account_id = '${formerAccount.id}'`;
  expect(await column(`SELECT DISTINCT count(*)::text FROM accounts GROUP BY user_id`)).toEqual([
    String(accounts.length),
  ]);
  expect(
    await column(`
      SELECT user_id::text FROM journal GROUP BY user_id
      HAVING NOT count(*) FILTER (WHERE ${former}) BETWEEN count(*) / 100 AND count(*) / 90
        OR max(ts) FILTER (WHERE ${former}) > min(ts) FILTER (WHERE NOT ${former})
        OR count(*) FILTER (WHERE symbol = '${rareSymbol}') = 0
        OR count(*) FILTER (WHERE symbol = '${rareSymbol}' AND NOT ${former}) > 0`),
  ).toEqual([]);
});

it('is identified by a text that differs between journals', () => {
  expect(seedText(sizes.tiny)).toBe(seedText({ ...sizes.tiny, turn: 1 }));
  expect(seedText(sizes.tiny)).toContain([...journalOf(2, sizes.tiny)].at(-1)?.id);
  expect(seedText({ ...sizes.tiny, heavy: 1_201 })).not.toBe(seedText(sizes.tiny));
});

function double(decimal: string | null | undefined): number | null {
  return decimal ? Number(decimal) : null;
}

async function column<T = string>(sql: string): Promise<T[]> {
  const { rows } = await onServer(database.url, (client) =>
    client.query<[T]>({ text: sql, rowMode: 'array' }),
  );
  return rows.map(([value]) => value);
}
