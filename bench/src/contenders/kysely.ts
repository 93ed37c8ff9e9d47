import { Kysely, PostgresDialect, sql } from 'kysely';
import type { ColumnType, Generated } from 'kysely';
import pg from 'pg';
import Cursor from 'pg-cursor';
import type { Entry } from '../model/entry.js';
import { chunks, pageSize } from './contender.js';
import type { Open } from './contender.js';

interface JournalTable {
  user_id: string;
  id: string;
  ts: Date;
  account_id: string;
  symbol: string | null;
  type: string;
  qty: string | null;
  amount: string;
  strike: string | null;
  expiration: string | null;
  underlying_price: string | null;
  notes: string | null;
  meta: ColumnType<Record<string, unknown>, string, string>;
  deleted_at: Date | null;
  edited_by: string | null;
  edit_reason: string | null;
  original_entry_id: string | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

const columns = [
  'user_id as userId',
  'id',
  'ts',
  'account_id as accountId',
  'symbol',
  'type',
  'qty',
  'amount',
  'strike',
  'expiration',
  'underlying_price as underlyingPrice',
  'notes',
  'meta',
  'deleted_at as deletedAt',
  'edited_by as editedBy',
  'edit_reason as editReason',
  'original_entry_id as originalEntryId',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

const stamps = ['created_at as createdAt', 'updated_at as updatedAt'] as const;

/** Kysely on pg, with its cursor for streams. */
export const open: Open = (url, { poolSize }) => {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.DATE, String);
  const pool = new pg.Pool({ connectionString: url, max: poolSize, types });
  const db = new Kysely<{ journal: JournalTable }>({
    dialect: new PostgresDialect({ pool, cursor: Cursor }),
  });
  const live = (userId: string) =>
    db.selectFrom('journal').where('user_id', '=', userId).where('deleted_at', 'is', null);
  const rows = (userId: string) => live(userId).select(columns).orderBy('ts', 'desc').orderBy('id', 'desc');

  return Promise.resolve({
    insert: (userId, entry) =>
      db.insertInto('journal').values(rowOf(userId, entry)).returning(stamps).executeTakeFirstOrThrow(),
    append: (userId, trade) =>
      db
        .insertInto('journal')
        .values(trade.map((entry) => rowOf(userId, entry)))
        .returning(stamps)
        .execute(),
    newestPage: (userId) => rows(userId).limit(pageSize).execute(),
    filteredPage: (userId, { symbol, type, from, to }) =>
      rows(userId)
        .where('symbol', '=', symbol)
        .where('type', '=', type)
        .where('ts', '>=', from)
        .where('ts', '<=', to)
        .limit(pageSize)
        .execute(),
    pageAfter: (userId, { ts, id }) =>
      Promise.resolve(() =>
        rows(userId)
          .where((eb) => eb(eb.refTuple('ts', 'id'), '<', eb.tuple(ts, id)))
          .limit(pageSize)
          .execute(),
      ),
    totals: (userId) =>
      live(userId)
        .select([
          sql<number>`count(*)::integer`.as('count'),
          sql<string>`coalesce(sum(amount) FILTER (WHERE amount > 0), 0)`.as('inflow'),
          sql<string>`coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)`.as('outflow'),
          sql<string>`coalesce(sum(amount), 0)`.as('net'),
        ])
        .executeTakeFirstOrThrow(),
    get: (userId, id) => live(userId).select(columns).where('id', '=', id).executeTakeFirstOrThrow(),
    load: (userId, entries) =>
      db.transaction().execute(async (transaction) => {
        for (const chunk of chunks(entries, 1000)) {
          await transaction
            .insertInto('journal')
            .values(chunk.map((entry) => rowOf(userId, entry)))
            .execute();
        }
      }),
    export: async (userId, each) => {
      for await (const row of rows(userId).stream(1000)) each(row);
    },
    close: () => db.destroy(),
  });
};

function rowOf(userId: string, entry: Entry) {
  return {
    user_id: userId,
    id: entry.id,
    ts: entry.ts,
    account_id: entry.accountId,
    symbol: entry.symbol,
    type: entry.type,
    qty: entry.qty,
    amount: entry.amount,
    strike: entry.strike,
    expiration: entry.expiration,
    underlying_price: entry.underlyingPrice,
    notes: entry.notes,
    meta: JSON.stringify(entry.meta),
  };
}
