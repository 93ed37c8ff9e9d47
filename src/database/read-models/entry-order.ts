/** When something happened, in milliseconds since 1970, and the entry that says so. */
export interface Happened {
  readonly ts: number;
  readonly id: string;
}

/** The order in which entries are read: by instant, and where that is the same by the bytes of their ids. */
export function inTime(one: Happened, other: Happened): number {
  return one.ts - other.ts || byBytes(one.id, other.id);
}

/** As the collation "C" orders texts. */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
