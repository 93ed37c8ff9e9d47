import { date, jsonb, numeric, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const money = (name: string) => numeric(name, { precision: 20, scale: 8 });
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The journal as an application that uses Drizzle would map it. */
export const journal = pgTable(
  'journal',
  {
    userId: uuid('user_id').notNull(),
    id: text('id').notNull(),
    ts: instant('ts').notNull(),
    accountId: text('account_id').notNull(),
    symbol: text('symbol'),
    type: text('type').notNull(),
    qty: money('qty'),
    amount: money('amount').notNull(),
    strike: money('strike'),
    expiration: date('expiration'),
    underlyingPrice: money('underlying_price'),
    notes: text('notes'),
    meta: jsonb('meta').$type<Record<string, unknown>>().notNull().default({}),
    deletedAt: instant('deleted_at'),
    editedBy: text('edited_by'),
    editReason: text('edit_reason'),
    originalEntryId: text('original_entry_id'),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.id] })],
);

export const stamps = { createdAt: journal.createdAt, updatedAt: journal.updatedAt };
