import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { seed } from '../../bench/src/database/seed.js';
import { sizes } from '../../bench/src/database/size.js';
import { heavyUser, loadUser, totalsUser } from '../../bench/src/database/user-ids.js';
import { createTestDatabase } from '../../src/testing/test-database.js';
import type { TestDatabase } from '../../src/testing/test-database.js';
import { onServer } from '../../src/testing/on-server.js';

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

it('gives each user as many entries as the size says', async () => {
  const counts = await column(`
    SELECT users.id || ' ' || count(journal.id) FROM users LEFT JOIN journal ON user_id = users.id
    WHERE users.id = ANY('{${[heavyUser, loadUser, totalsUser].join()}}') GROUP BY users.id ORDER BY users.id`);
  expect(counts).toEqual([`${loadUser} 0`, `${heavyUser} ${heavy}`, `${totalsUser} 1000`]);
  expect(await column(`SELECT count(*)::text FROM journal`)).toEqual([String(entries)]);
  // One more user is there to be loaded.
  expect(await column(`SELECT count(*)::text FROM users`)).toEqual([String(users + 1)]);
});

it('keeps the schema as the migrations made it', async () => {
  expect(await column(schema)).toEqual(schemaBefore);
});

it('holds to the foreign keys, which it does not let PostgreSQL check', async () => {
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

it('has no two entries of a user at the same instant', async () => {
  expect(await column(`SELECT user_id::text FROM journal GROUP BY user_id, ts HAVING count(*) > 1`)).toEqual(
    [],
  );
});

async function column(sql: string): Promise<string[]> {
  const { rows } = await onServer(database.url, (client) =>
    client.query<[string]>({ text: sql, rowMode: 'array' }),
  );
  return rows.map(([value]) => value);
}
