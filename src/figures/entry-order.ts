/** SQL for the recording order; entries of an unknown order come first. */
export const recorded = 'coalesce(recorded, 0) AS recorded';

/** When something happened, in milliseconds since 1970, and the entry that says so. */
export interface Happened {
  readonly ts: number;
  /** The recording order, a whole number as text. */
  readonly recorded: string;
  readonly id: string;
}

/** The order of entries: by instant, by recording order, and by the bytes of their ids. */
export function inTime(one: Happened, other: Happened): number {
  return one.ts - other.ts || byValue(one.recorded, other.recorded) || byBytes(one.id, other.id);
}

/** Whole numbers as text, without leading zeros. */
function byValue(one: string, other: string): number {
  if (one === other) return 0;
  return one.length - other.length || (one < other ? -1 : 1);
}

/** As the collation "C" orders texts. */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
