/** Select-list item for the recording order. Entries without one sort first. */
export const recorded = 'coalesce(recorded, 0) AS recorded';

/** The columns that order entries. */
export interface EntryOrderKey {
  /** Milliseconds since 1970. */
  readonly ts: number;
  /** The recording order: a bigint as text. */
  readonly recorded: string;
  readonly id: string;
}

/** Orders entries as `ORDER BY ts, recorded, id COLLATE "C"` does. */
export function compareEntries(one: EntryOrderKey, other: EntryOrderKey): number {
  return one.ts - other.ts || compareIntegers(one.recorded, other.recorded) || compareBytes(one.id, other.id);
}

/** Compares non-negative integers as text, without leading zeros. */
function compareIntegers(one: string, other: string): number {
  if (one === other) return 0;
  return one.length - other.length || (one < other ? -1 : 1);
}

/** Orders texts as the collation "C" does. */
export function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
