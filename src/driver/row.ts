import { instantOf } from './instant-text.js';

/** The fields of a row as the server sends them: as text. */
export type RowFields = readonly (string | null)[];

/** A row, whose fields are read when they are asked for, by their place. */
export interface Row {
  /** All of them as text. */
  readonly fields: RowFields;
  /** Any text. */
  text(index: number): string | null;
  /** What is never but ASCII: numbers, days, UUIDs. */
  ascii(index: number): string | null;
  /** Differs for rows that differ in one of the fields from `first` to `last`. */
  key(first: number, last: number): string;
  /** A timestamptz. */
  instant(index: number): Date | null;
  json(index: number): unknown;
  /** The row as it may be kept: reading it is put off, until nothing else is read. */
  held(): HeldRow;
}

/** A row that was kept, as little of it as there is. */
export interface HeldRow {
  /** To be read at once. */
  row(): Row;
}

/** A row whose fields are texts already. */
export class TextRow implements Row {
  constructor(readonly fields: RowFields) {}

  text(index: number): string | null {
    return this.fields[index] ?? null;
  }

  ascii(index: number): string | null {
    return this.text(index);
  }

  key(first: number, last: number): string {
    return keyOf(this.fields, first, last);
  }

  instant(index: number): Date | null {
    const text = this.text(index);
    return text === null ? null : instantOf(text);
  }

  json(index: number): unknown {
    const text = this.text(index);
    return text === null ? null : (JSON.parse(text) as unknown);
  }

  held(): HeldRow {
    return { row: () => this };
  }
}

/** `Row.key` of fields that are texts. */
export function keyOf(fields: RowFields, first: number, last: number): string {
  return JSON.stringify(fields.slice(first, last + 1));
}
