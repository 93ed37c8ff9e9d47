// Reads the newest entry without TypeORM: `node build/read-rows.js`.
import { createRequire } from 'node:module';
import { rowTypeParsers } from 'trading-journal-database/schema';
import type { JournalRow, KyselyTables, RowTypeParsers } from 'trading-journal-database/schema';

/** Declares pg without types, as in an application without @types/pg. */
interface Client {
  connect(): Promise<void>;
  query(sql: string): Promise<{ rows: JournalRow[] }>;
  end(): Promise<void>;
}
const { Client } = createRequire(import.meta.url)('pg') as {
  Client: new (options: { connectionString: string | undefined; types: RowTypeParsers }) => Client;
};

type Columns = keyof KyselyTables['journal'];
const columns: Columns[] = ['id', 'amount', 'expiration'];

const client = new Client({ connectionString: process.env['DATABASE_URL'], types: rowTypeParsers });
await client.connect();
const { rows } = await client.query(
  `SELECT ${columns.join(', ')} FROM journal WHERE expiration IS NOT NULL ORDER BY ts DESC LIMIT 1`,
);
await client.end();
console.log(JSON.stringify(rows));
