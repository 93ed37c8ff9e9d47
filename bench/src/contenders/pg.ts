import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import type { Entry, Row, Stamps, Totals } from '../model/entry.js';
import { only, pageSize } from './contender.js';
import type { Open } from './contender.js';
import { copyText } from './copy-text.js';

const columns = `user_id AS "userId", id, ts, account_id AS "accountId", symbol, type, qty, amount, strike, expiration,
  underlying_price AS "underlyingPrice", notes, meta, deleted_at AS "deletedAt", edited_by AS "editedBy",
  edit_reason AS "editReason", original_entry_id AS "originalEntryId", created_at AS "createdAt", updated_at AS "updatedAt"`;

const given = `user_id, id, ts, account_id, symbol, type, qty, amount, strike, expiration, underlying_price, notes, meta`;
const givenColumns = given.split(',').length;

const live = `SELECT ${columns} FROM journal WHERE user_id = $1 AND deleted_at IS NULL`;
const newestFirst = `ORDER BY ts DESC, id DESC`;

const statements = {
  newest: { name: 'newest', text: `${live} ${newestFirst} LIMIT ${pageSize}` },
  filtered: {
    name: 'filtered',
    text: `${live} AND symbol = $2 AND type = $3 AND ts BETWEEN $4 AND $5 ${newestFirst} LIMIT ${pageSize}`,
  },
  after: { name: 'after', text: `${live} AND (ts, id) < ($2, $3) ${newestFirst} LIMIT ${pageSize}` },
  get: { name: 'get', text: `${live} AND id = $2` },
  totals: {
    name: 'totals',
    text: `SELECT count(*)::integer AS count,
        coalesce(sum(amount) FILTER (WHERE amount > 0), 0::numeric(20,8)) AS inflow,
        coalesce(-sum(amount) FILTER (WHERE amount < 0), 0::numeric(20,8)) AS outflow,
        coalesce(sum(amount), 0::numeric(20,8)) AS net
      FROM journal WHERE user_id = $1 AND deleted_at IS NULL`,
  },
};

/** Written by hand for `pg`: named prepared statements, COPY, a cursor. The measure of all others. */
export const open: Open = (url, { poolSize }) => {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.DATE, String);
  const pool = new pg.Pool({ connectionString: url, max: poolSize, types });

  const insert = async (userId: string, entries: readonly Entry[]) => {
    const values = entries.flatMap((entry) => valuesOf(userId, entry));
    return (await pool.query<Stamps>({ ...insertStatement(entries.length), values })).rows;
  };

  return Promise.resolve({
    insert: async (userId, entry) => only(await insert(userId, [entry])),
    append: insert,
    newestPage: async (userId) => {
      return (await pool.query<Row>({ ...statements.newest, values: [userId] })).rows;
    },
    filteredPage: async (userId, { symbol, type, from, to }) => {
      const values = [userId, symbol, type, from, to];
      return (await pool.query<Row>({ ...statements.filtered, values })).rows;
    },
    pageAfter: (userId, { ts, id }) => {
      const values = [userId, ts, id];
      return Promise.resolve(async () => (await pool.query<Row>({ ...statements.after, values })).rows);
    },
    totals: async (userId) => {
      return only((await pool.query<Totals>({ ...statements.totals, values: [userId] })).rows);
    },
    get: async (userId, id) =>
      only((await pool.query<Row>({ ...statements.get, values: [userId, id] })).rows),
    load: async (userId, entries) => {
      const { from } = await import('pg-copy-streams');
      await withClient(pool, async (client) => {
        await pipeline(
          Readable.from(copyText(userId, entries)),
          client.query(from(`COPY journal (${given}) FROM STDIN`)),
        );
      });
    },
    export: async (userId, each) => {
      const { default: QueryStream } = await import('pg-query-stream');
      await withClient(pool, async (client) => {
        const rows = client.query(
          new QueryStream(`${live} ${newestFirst}`, [userId], { batchSize: 1000, types }),
        );
        for await (const row of rows) each(row as Row);
      });
    },
    close: () => pool.end(),
  });
};

const insertStatements = new Map<number, { name: string; text: string }>();

function insertStatement(rows: number): { name: string; text: string } {
  const known = insertStatements.get(rows);
  if (known !== undefined) return known;
  const row = (index: number) =>
    `(${Array.from({ length: givenColumns }, (_, column) => `$${index * givenColumns + column + 1}`).join(', ')})`;
  const statement = {
    name: `insert-${rows}`,
    text: `INSERT INTO journal (${given}) VALUES ${Array.from({ length: rows }, (_, index) => row(index)).join(', ')}
      RETURNING created_at AS "createdAt", updated_at AS "updatedAt"`,
  };
  insertStatements.set(rows, statement);
  return statement;
}

function valuesOf(userId: string, entry: Entry): unknown[] {
  return [
    userId,
    entry.id,
    entry.ts,
    entry.accountId,
    entry.symbol,
    entry.type,
    entry.qty,
    entry.amount,
    entry.strike,
    entry.expiration,
    entry.underlyingPrice,
    entry.notes,
    entry.meta,
  ];
}

/** Runs `work` on a client of its own, which is closed if that fails: a stream may have left it in the middle of an answer. */
async function withClient(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let failed = true;
  try {
    await work(client);
    failed = false;
  } finally {
    client.release(failed);
  }
}
