import type { NewEntry } from 'trading-journal-database';

/** An entry to be written at an instant, with every column that the browser application has. */
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

/** The place of an entry in the order of the journal, newest first. */
export interface Position {
  ts: Date;
  id: string;
}

/** Which entries a filtered page shows. */
export interface Filter {
  symbol: string;
  type: Entry['type'];
  from: Date;
  to: Date;
}

/** A decimal as text, or as an object of a library that prints itself. */
export type DecimalValue = string | { toFixed(places: number): string };

/** A stored entry, under the names that all contenders give its columns. */
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

/** What only the server knows of a row that was inserted. */
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
