import { Decimal as DecimalJs } from 'decimal.js';
import { DateTime } from 'luxon';
import type { DecimalString } from '../../src/model/decimal.js';
import type { JournalEntry } from '../../src/model/journal-entry.entity.js';

// The rules of docs/reference/figure-rules.md, implemented independently of the SQL. The oracles
// read one entry at a time, in the order of `followOneAnother`.

/**
 * Has more digits than any product of two columns needs, so that only explicit rounding changes
 * a value.
 */
export const Exact = DecimalJs.clone({ precision: 60, rounding: DecimalJs.ROUND_HALF_UP });
export type Exact = DecimalJs;

export const zero = new Exact(0);

/** Rounds to eight places, half away from zero. */
export function rounded(value: Exact): Exact {
  return value.toDecimalPlaces(8, DecimalJs.ROUND_HALF_UP);
}

/** Formats with eight places. */
export function shown(value: Exact): DecimalString {
  return value
    .plus(0)
    .toFixed(8)
    .replace(/^-(0\.0+)$/, '$1') as DecimalString;
}

/**
 * The order of entries: by instant, sales of shares last, by recording order, and by the bytes of
 * their ids.
 */
export function followOneAnother(one: JournalEntry, other: JournalEntry): number {
  return (
    one.ts.getTime() - other.ts.getTime() ||
    Number(one.type === 'share_sale') - Number(other.type === 'share_sale') ||
    byRecording(one, other) ||
    byBytes(one.id, other.id)
  );
}

/** The recording order; entries of an unknown order come first. */
export function byRecording(one: JournalEntry, other: JournalEntry): number {
  return Math.sign(Number(BigInt(one.recorded ?? 0) - BigInt(other.recorded ?? 0)));
}

/** Compares like the collation "C". */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/**
 * Whether an entry existed at an instant and was not yet deleted. Without an instant: whether it
 * is live.
 */
export function isKnown({ createdAt, deletedAt }: JournalEntry, asOf: Date | undefined): boolean {
  if (asOf === undefined) return deletedAt === null;
  return createdAt <= asOf && (deletedAt === null || deletedAt > asOf);
}

export type Per = 'week' | 'month' | 'year';

const formats: Record<Per, string> = { week: "kkkk-'W'WW", month: 'yyyy-MM', year: 'yyyy' };

type Dated = Pick<JournalEntry, 'ts' | 'day'>;

/** The day of an entry: the typed day, or else the day of its instant. */
export function dayOf({ ts, day }: Dated, timeZone: string): string {
  return day ?? DateTime.fromJSDate(ts, { zone: timeZone }).toFormat('yyyy-MM-dd');
}

/** The label of the period that contains an entry's day. */
export function periodOf(entry: Dated, per: Per, timeZone = 'UTC'): string {
  return periodOfDay(dayOf(entry, timeZone), per);
}

/** The label of the period that contains a day. */
export function periodOfDay(day: string, per: Per): string {
  return DateTime.fromISO(day, { zone: 'UTC' }).toFormat(formats[per]);
}

/** Values by a key of several parts, in insertion order. */
export class Keyed<Key extends readonly unknown[], Value> {
  readonly #values = new Map<string, { key: Key; value: Value }>();

  constructor(private readonly make: (key: Key) => Value) {}

  at(...key: Key): Value {
    const text = JSON.stringify(key);
    const found = this.#values.get(text) ?? { key, value: this.make(key) };
    this.#values.set(text, found);
    return found.value;
  }

  entries(): { key: Key; value: Value }[] {
    return [...this.#values.values()];
  }
}

/** Sorts like PostgreSQL: texts by their bytes, and null last. */
export function inOrder<T>(rows: T[], ...columns: ((row: T) => string | number | null)[]): T[] {
  return rows.sort((one, other) => {
    for (const column of columns) {
      const [a, b] = [column(one), column(other)];
      if (a === b) continue;
      if (a === null) return 1;
      if (b === null) return -1;
      return a < b ? -1 : 1;
    }
    return 0;
  });
}
