import { instantOf } from './instant-text.js';

/** The fields of a row in PostgreSQL's text format. */
export type RowFields = readonly (string | null)[];

/** A row. Fields are decoded on access, by position. Valid only until the next row is read. */
export interface Row {
  /** All fields as text. */
  readonly fields: RowFields;
  /** A field of any text. */
  text(index: number): string | null;
  /** A field that is always ASCII: numbers, days, UUIDs. */
  ascii(index: number): string | null;
  /** An integer of at most 32 bits. */
  integer(index: number): number | null;
  flag(index: number): boolean | null;
  /** A text that is equal for two rows exactly if their first `count` fields are equal. */
  key(count: number): string;
  /** A timestamptz. */
  instant(index: number): Date | null;
  json(index: number): unknown;
  /** A copy that stays valid. It keeps the bytes and decodes them later. */
  held(): HeldRow;
}

/** A row to decode later. */
export interface HeldRow {
  /** The row, valid until the next row is read. */
  row(): Row;
}

/** A row whose fields are texts already. It stays valid. */
export abstract class DecodedRow implements Row {
  abstract readonly fields: RowFields;
  abstract text(index: number): string | null;
  abstract instant(index: number): Date | null;

  ascii(index: number): string | null {
    return this.text(index);
  }

  integer(index: number): number | null {
    return integerOf(this.text(index));
  }

  flag(index: number): boolean | null {
    return flagOf(this.text(index));
  }

  key(count: number): string {
    return JSON.stringify(this.fields.slice(0, count));
  }

  json(index: number): unknown {
    const text = this.text(index);
    return text === null ? null : (JSON.parse(text) as unknown);
  }

  held(): HeldRow {
    return { row: () => this };
  }
}

/** A row as the server has sent it, decoded. */
export class TextRow extends DecodedRow {
  constructor(readonly fields: RowFields) {
    super();
  }

  text(index: number): string | null {
    return this.fields[index] ?? null;
  }

  instant(index: number): Date | null {
    const text = this.text(index);
    return text === null ? null : instantOf(text);
  }
}

/** An integer in PostgreSQL's text format. */
export function integerOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** A boolean in PostgreSQL's text format. */
export function flagOf(text: string | null): boolean | null {
  return text === null ? null : text === 't';
}
