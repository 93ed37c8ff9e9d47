import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import type { Entry, Row, Stamps, Totals } from '../model/entry.js';
import { only, pageSize } from './contender.js';
import type { Contender, Context, Open } from './contender.js';
import { copyText } from './copy-text.js';
import { importInto } from './import-into.js';

const columns = `user_id AS "userId", id, ts, account_id AS "accountId", symbol, type, qty, amount, strike, expiration,
  underlying_price AS "underlyingPrice", notes, meta, deleted_at AS "deletedAt", edited_by AS "editedBy",
  edit_reason AS "editReason", original_entry_id AS "originalEntryId", created_at AS "createdAt", updated_at AS "updatedAt"`;

/** The columns that an insert sets. */
export const given = `user_id, id, ts, account_id, symbol, type, qty, amount, strike, expiration, underlying_price, notes, meta`;
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

const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.DATE, String);

/** How a contender accesses the rows of a user. */
export interface Access {
  /** Runs one prepared statement. */
  query: <T extends pg.QueryResultRow>(userId: string, statement: pg.QueryConfig) => Promise<T[]>;
  /** Runs `work` with an exclusive client. */
  useClient: (userId: string, work: (client: pg.PoolClient) => Promise<void>) => Promise<void>;
}

/** Handwritten `pg` code: named prepared statements, COPY, a cursor. Baseline of all contenders. */
export const open: Open = (url, context) => {
  const pool = openPool(url, context);
  const access: Access = {
    query: async <T extends pg.QueryResultRow>(_userId: string, statement: pg.QueryConfig) =>
      (await pool.query<T>(statement)).rows,
    useClient: (_userId, work) => withClient(pool, work),
  };
  return Promise.resolve({
    ...contenderOn(pool, access),
    importFile: (userId, path) =>
      withClient(pool, async (client) => {
        await client.query('BEGIN');
        await importInto('journal', client, userId, path);
        await client.query('COMMIT');
      }),
  });
};

export function openPool(url: string, { poolSize }: Context): pg.Pool {
  return new pg.Pool({ connectionString: url, max: poolSize, types });
}

/** The operations of the contenders with handwritten `pg` code. */
export function contenderOn(pool: pg.Pool, { query, useClient }: Access): Contender {
  const insert = (userId: string, entries: readonly Entry[]) => {
    const values = entries.flatMap((entry) => valuesOf(userId, entry));
    return query<Stamps>(userId, { ...insertStatement(entries.length), values });
  };

  return {
    insert: async (userId, entry) => only(await insert(userId, [entry])),
    append: insert,
    newestPage: (userId) => query<Row>(userId, { ...statements.newest, values: [userId] }),
    filteredPage: (userId, { symbol, type, from, to }) => {
      const values = [userId, symbol, type, from, to];
      return query<Row>(userId, { ...statements.filtered, values });
    },
    pageAfter: (userId, { ts, id }) => {
      const values = [userId, ts, id];
      return Promise.resolve(() => query<Row>(userId, { ...statements.after, values }));
    },
    totals: async (userId) => only(await query<Totals>(userId, { ...statements.totals, values: [userId] })),
    get: async (userId, id) => only(await query<Row>(userId, { ...statements.get, values: [userId, id] })),
    load: (userId, entries) => useClient(userId, (client) => copyInto('journal', client, userId, entries)),
    export: async (userId, each) => {
      const { default: QueryStream } = await import('pg-query-stream');
      await useClient(userId, async (client) => {
        const rows = client.query(
          new QueryStream(`${live} ${newestFirst}`, [userId], { batchSize: 1000, types }),
        );
        for await (const row of rows) each(row as Row);
      });
    },
    close: () => pool.end(),
  };
}

export async function copyInto(
  table: string,
  client: pg.PoolClient,
  userId: string,
  entries: readonly Entry[],
): Promise<void> {
  const { from } = await import('pg-copy-streams');
  await pipeline(
    Readable.from(copyText(userId, entries)),
    client.query(from(`COPY ${table} (${given}) FROM STDIN`)),
  );
}

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

/**
 * Runs `work` with an exclusive client. Closes the client if `work` fails, because a stream may
 * have left an incomplete response.
 */
export async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    const result = await work(client);
    failed = false;
    return result;
  } finally {
    client.release(failed);
  }
}
