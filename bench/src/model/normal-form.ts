import type { DecimalValue, Entry, Row, Totals } from './entry.js';

/** A row as normalised text, independent of the library that read it. */
export function normalRow(row: Row): string {
  const { userId, deletedAt, editedBy, editReason, originalEntryId } = row;
  return JSON.stringify([userId, ...content(row), instant(deletedAt), editedBy, editReason, originalEntryId]);
}

/** The normalised text of the row that stores an entry. */
export function normalEntry(userId: string, entry: Entry): string {
  return JSON.stringify([userId, ...content(entry), null, null, null, null]);
}

export function normalTotals({ count, inflow, outflow, net }: Totals): string {
  return JSON.stringify([count, decimal(inflow), decimal(outflow), decimal(net)]);
}

function content(row: Pick<Row, Exclude<keyof Entry, undefined>>): unknown[] {
  return [
    row.id,
    instant(row.ts),
    row.accountId,
    row.symbol,
    row.type,
    decimal(row.qty),
    decimal(row.amount),
    decimal(row.strike),
    row.expiration instanceof Date ? row.expiration.toISOString().slice(0, 10) : row.expiration,
    decimal(row.underlyingPrice),
    row.notes,
    sorted(row.meta),
  ];
}

function instant(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

const places = 8;

function decimal(value: DecimalValue | null): string | null {
  if (value === null) return null;
  if (typeof value !== 'string') return value.toFixed(places);
  const [whole = '', fraction = ''] = value.split('.');
  return `${whole}.${fraction.padEnd(places, '0')}`;
}

/** Sorts the entries of a flat object, because jsonb does not keep their order. */
function sorted(meta: unknown): unknown {
  return Object.entries(meta as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
}
