import type { Operations } from '../trader.js';

/** Inserts entries by every API. Each relies on row-level security for the owner of the row. */
export const appending: Operations = {
  'journal.append of one': async (trader) => {
    const entry = trader.newEntry();
    await trader.hunted.journal.append(entry);
    trader.has(entry);
  },

  'journal.append of three': async (trader) => {
    const entries = [trader.newEntry(), trader.newEntry(), trader.newEntry()];
    await trader.hunted.journal.append(entries);
    trader.has(...entries);
  },

  'insert by a plain repository': async (trader) => {
    const row = trader.newRow();
    await trader.hunted.entries.insert(row);
    trader.has(row);
  },

  'save by a plain repository': async (trader) => {
    const row = trader.newRow();
    await trader.hunted.entries.save(row);
    trader.has(row);
  },

  'insert by the EntityManager': async (trader) => {
    const row = trader.newRow();
    await trader.hunted.dataSource.manager.insert('JournalEntry', row);
    trader.has(row);
  },

  'insert by a query builder': async (trader) => {
    const rows = [trader.newRow(), trader.newRow()];
    await trader.hunted.entries.createQueryBuilder().insert().values(rows).execute();
    trader.has(...rows);
  },

  'insert by SQL': async (trader) => {
    const entry = trader.newEntry();
    await trader.query(insertSql, [trader.userId, ...valuesOf(entry)]);
    trader.has(entry);
  },

  "insert by a query runner's client": async (trader) => {
    const entry = trader.newEntry();
    await trader.clientQuery(insertSql, [trader.userId, ...valuesOf(entry)]);
    trader.has(entry);
  },
};

export const insertSql = `
  INSERT INTO journal (user_id, id, ts, account_id, type, amount, notes) VALUES ($1, $2, $3, $4, $5, $6, $7)`;

export function valuesOf(entry: {
  id: string;
  ts: Date;
  accountId: string;
  type: string;
  amount: string;
  notes: string;
}): unknown[] {
  return [entry.id, entry.ts, entry.accountId, entry.type, entry.amount, entry.notes];
}
