import { and, between, desc, eq, isNull, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { chunks, only, pageSize } from './contender.js';
import type { Open } from './contender.js';
import { journal, stamps } from './drizzle.schema.js';

/** Drizzle, without prepared statements. */
export const open: Open = (url, { poolSize }) => {
  const pool = new pg.Pool({ connectionString: url, max: poolSize });
  const db = drizzle(pool);
  const live = (userId: string) => and(eq(journal.userId, userId), isNull(journal.deletedAt));
  const newestFirst = [desc(journal.ts), desc(journal.id)] as const;

  return Promise.resolve({
    insert: async (userId, entry) =>
      only(
        await db
          .insert(journal)
          .values({ ...entry, userId })
          .returning(stamps),
      ),
    append: (userId, trade) =>
      db
        .insert(journal)
        .values(trade.map((entry) => ({ ...entry, userId })))
        .returning(stamps),
    newestPage: (userId) =>
      db
        .select()
        .from(journal)
        .where(live(userId))
        .orderBy(...newestFirst)
        .limit(pageSize),
    filteredPage: (userId, { symbol, type, from, to }) =>
      db
        .select()
        .from(journal)
        .where(
          and(
            live(userId),
            eq(journal.symbol, symbol),
            eq(journal.type, type),
            between(journal.ts, from, to),
          ),
        )
        .orderBy(...newestFirst)
        .limit(pageSize),
    pageAfter: (userId, { ts, id }) =>
      Promise.resolve(() =>
        db
          .select()
          .from(journal)
          .where(and(live(userId), sql`(${journal.ts}, ${journal.id}) < (${ts.toISOString()}, ${id})`))
          .orderBy(...newestFirst)
          .limit(pageSize),
      ),
    totals: async (userId) =>
      only(
        await db
          .select({
            count: sql<number>`count(*)::integer`,
            inflow: sql<string>`coalesce(sum(${journal.amount}) FILTER (WHERE ${journal.amount} > 0), 0)`,
            outflow: sql<string>`coalesce(-sum(${journal.amount}) FILTER (WHERE ${journal.amount} < 0), 0)`,
            net: sql<string>`coalesce(sum(${journal.amount}), 0)`,
          })
          .from(journal)
          .where(live(userId)),
      ),
    get: async (userId, id) =>
      only(
        await db
          .select()
          .from(journal)
          .where(and(live(userId), eq(journal.id, id))),
      ),
    load: (userId, entries) =>
      db.transaction(async (transaction) => {
        for (const chunk of chunks(entries, 1000)) {
          await transaction.insert(journal).values(chunk.map((entry) => ({ ...entry, userId })));
        }
      }),
    export: async (userId, each) => {
      const rows = await db
        .select()
        .from(journal)
        .where(live(userId))
        .orderBy(...newestFirst);
      for (const row of rows) each(row);
    },
    close: () => pool.end(),
  });
};
