import type { NewEntry } from 'trading-journal-database';

/** A new entry with every column of the browser application. */
export type Entry = Required<
  Pick<
    NewEntry,
    | 'id'
    | 'ts'
    | 'accountId'
    | 'symbol'
    | 'type'
    | 'qty'
    | 'amount'
    | 'strike'
    | 'expiration'
    | 'underlyingPrice'
    | 'notes'
    | 'meta'
  >
>;

/** The position of an entry in the order of the journal, newest first. */
export interface Position {
  ts: Date;
  id: string;
}

/** The filter of a page. */
export interface Filter {
  symbol: string;
  type: Entry['type'];
  from: Date;
  to: Date;
}

/** A decimal as text, or a decimal object of a library. */
export type DecimalValue = string | { toFixed(places: number): string };

/** A stored entry with the column names that all contenders use. */
export interface Row {
  userId: string;
  id: string;
  ts: Date;
  accountId: string;
  symbol: string | null;
  type: string;
  qty: DecimalValue | null;
  amount: DecimalValue;
  strike: DecimalValue | null;
  expiration: string | Date | null;
  underlyingPrice: DecimalValue | null;
  notes: string | null;
  meta: unknown;
  deletedAt: Date | null;
  editedBy: string | null;
  editReason: string | null;
  originalEntryId: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The values of an inserted row that the server generates. */
export interface Stamps {
  createdAt: Date;
  updatedAt: Date;
}

/** Exact sums over the live entries of a user. */
export interface Totals {
  count: number;
  inflow: DecimalValue;
  outflow: DecimalValue;
  net: DecimalValue;
}
