import { and, between, desc, eq, isNull, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Entry } from '../model/entry.js';
import { chunks, only, pageSize } from './contender.js';
import type { Open } from './contender.js';
import { journal, stamps } from './drizzle.schema.js';

const rowsAtOnce = 500;

/** Drizzle with a prepared statement for each query. */
export const open: Open = (url, { poolSize }) => {
  const pool = new pg.Pool({ connectionString: url, max: poolSize });
  const db = drizzle(pool);
  const queries = preparedQueries(db);
  const insertOne = preparedInsert(db, 1);
  const insertThree = preparedInsert(db, 3);

  return Promise.resolve({
    insert: async (userId, entry) => only(await insertOne.execute(valuesOf(userId, [entry]))),
    append: (userId, trade) => insertThree.execute(valuesOf(userId, trade)),
    newestPage: (userId) => queries.newest.execute({ userId }),
    filteredPage: (userId, filter) => queries.filtered.execute({ userId, ...filter }),
    pageAfter: (userId, { ts, id }) =>
      Promise.resolve(() => queries.after.execute({ userId, ts: ts.toISOString(), id })),
    totals: async (userId) => only(await queries.totals.execute({ userId })),
    get: async (userId, id) => only(await queries.get.execute({ userId, id })),
    load: (userId, entries) =>
      db.transaction(async (transaction) => {
        const insertMany = preparedInsert(transaction, rowsAtOnce);
        for (const chunk of chunks(entries, rowsAtOnce)) {
          const insert = chunk.length === rowsAtOnce ? insertMany : preparedInsert(transaction, chunk.length);
          await insert.execute(valuesOf(userId, chunk));
        }
      }),
    export: async (userId, each) => {
      for (const row of await queries.all.execute({ userId })) each(row);
    },
    close: () => pool.end(),
  });
};

function preparedQueries(db: NodePgDatabase) {
  const given = sql.placeholder;
  const live = and(eq(journal.userId, given('userId')), isNull(journal.deletedAt));
  const newestFirst = [desc(journal.ts), desc(journal.id)] as const;
  const page = (name: string, where: typeof live) =>
    db
      .select()
      .from(journal)
      .where(where)
      .orderBy(...newestFirst)
      .limit(pageSize)
      .prepare(name);
  const filter = and(
    live,
    eq(journal.symbol, given('symbol')),
    eq(journal.type, given('type')),
    between(journal.ts, given('from'), given('to')),
  );
  return {
    newest: page('newest', live),
    filtered: page('filtered', filter),
    after: page('after', and(live, sql`(${journal.ts}, ${journal.id}) < (${given('ts')}, ${given('id')})`)),
    get: page('get', and(live, eq(journal.id, given('id')))),
    all: db
      .select()
      .from(journal)
      .where(live)
      .orderBy(...newestFirst)
      .prepare('all'),
    totals: db
      .select({
        count: sql<number>`count(*)::integer`,
        inflow: sql<string>`coalesce(sum(${journal.amount}) FILTER (WHERE ${journal.amount} > 0), 0)`,
        outflow: sql<string>`coalesce(-sum(${journal.amount}) FILTER (WHERE ${journal.amount} < 0), 0)`,
        net: sql<string>`coalesce(sum(${journal.amount}), 0)`,
      })
      .from(journal)
      .where(live)
      .prepare('totals'),
  };
}

const givenColumns = [
  'id',
  'ts',
  'accountId',
  'symbol',
  'type',
  'qty',
  'amount',
  'strike',
  'expiration',
  'underlyingPrice',
  'notes',
  'meta',
] as const satisfies readonly (keyof Entry)[];

function preparedInsert(db: Pick<NodePgDatabase, 'insert'>, rows: number) {
  const row = (index: number) =>
    Object.fromEntries(givenColumns.map((column) => [column, sql.placeholder(`${column}${index}`)]));
  return db
    .insert(journal)
    .values(
      Array.from({ length: rows }, (_, index) => ({
        userId: sql.placeholder('userId'),
        ...row(index),
      })) as [],
    )
    .returning(stamps)
    .prepare(`insert_${rows}`);
}

function valuesOf(userId: string, entries: readonly Entry[]): Record<string, unknown> {
  const values: Record<string, unknown> = { userId };
  for (const [index, entry] of entries.entries()) {
    for (const column of givenColumns) values[`${column}${index}`] = entry[column];
  }
  return values;
}
