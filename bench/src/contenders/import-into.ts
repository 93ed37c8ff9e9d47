import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { plain, text } from './copy-text.js';

const asTheyAre = `created_at, updated_at, deleted_at, account_id, symbol, type, qty, amount, strike, underlying_price, notes, meta,
  edited_by, edit_reason, original_entry_id`;

/** The columns that an import sets. */
export const imported = `user_id, id, ts, day, expiration, ${asTheyAre}`;

const linesAtOnce = 500;

type Cell = string | number | null;
type FileRow = [id: string, ts: string, expiration: string | null, ...asTheyAre: Cell[]];

/**
 * Reads a database of the browser application and sends it by COPY in the open transaction. Suits
 * only files that are known to be valid: checks nothing, and takes dates as in a zone west of
 * Greenwich, where midnight is on the same date in UTC.
 */
export async function importInto(
  table: string,
  client: pg.PoolClient,
  userId: string,
  path: string,
): Promise<void> {
  const [{ default: Sqlite }, { from }] = await Promise.all([import('libsql'), import('pg-copy-streams')]);
  const database = new Sqlite(path, { readonly: true });
  try {
    // SQLite's own timestamps have no zone.
    await client.query(`SET LOCAL TIME ZONE 'UTC'`);
    const accounts = database.prepare('SELECT id, name FROM accounts').raw().all() as [string, string][];
    for (const account of accounts) {
      await client.query(
        'INSERT INTO accounts (user_id, id, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [userId, ...account],
      );
    }
    const select = `SELECT id, ts, expiration, ${asTheyAre} FROM journal ORDER BY rowid`;
    const rows = database.prepare(select).raw().iterate() as Iterable<FileRow>;
    await pipeline(
      Readable.from(copyLines(userId, rows)),
      client.query(from(`COPY ${table} (${imported}) FROM STDIN`)),
    );
  } finally {
    database.close();
  }
}

function* copyLines(userId: string, rows: Iterable<FileRow>): Generator<string> {
  let lines = '';
  let count = 0;
  for (const [id, ts, expiration, ...rest] of rows) {
    const values = rest.map((value) => (typeof value === 'string' ? text(value) : plain(value)));
    const [day, expirationDay] = [ts, expiration].map((instant) => plain(instant && instant.slice(0, 10)));
    lines += `${userId}\t${text(id)}\t${ts}\t${day}\t${expirationDay}\t${values.join('\t')}\n`;
    if ((count += 1) % linesAtOnce > 0) continue;
    yield lines;
    lines = '';
  }
  yield lines;
}
