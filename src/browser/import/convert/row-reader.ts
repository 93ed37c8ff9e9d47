import { toColumnScale, type DecimalString } from '../../../model/decimal.js';
import { reported, type ChangeKind, type RowProblem, type ValueChange } from '../report/import-report.js';
import type { LegacyRow } from '../read/legacy-source.js';
import { hasHour24, readInstant } from './instant.js';
import { plainDecimal, readDecimal, storedSymbol } from './stored-values.js';

/** Reads the values of one legacy row. Collects the problems and the changes of values. */
export class RowReader {
  readonly problems: RowProblem[] = [];
  readonly changes: ValueChange[] = [];
  /** For messages and reports. A row without an id is rejected elsewhere. */
  readonly id: string;

  constructor(
    private readonly row: LegacyRow,
    /** The row's place in the table, from 1. */
    readonly place: number,
  ) {
    this.id = typeof row['id'] === 'string' ? row['id'] : '';
  }

  has(column: string): boolean {
    return column in this.row;
  }

  value(column: string): unknown {
    return this.row[column] ?? null;
  }

  text(column: string): string | null {
    const value = this.value(column);
    if (value === null || typeof value === 'string') return value;
    return this.refuse(column, 'must be text');
  }

  /** Reads text; empty text becomes null. */
  textOrNothing(column: string): string | null {
    const text = this.text(column);
    if (text !== '') return text;
    this.change('emptied', column, '', null);
    return null;
  }

  /** Reads a symbol, without the blanks around it. */
  symbol(column: string): string | null {
    const text = this.textOrNothing(column);
    const symbol = storedSymbol(text);
    if (symbol !== text) this.change('normalised', column, text, symbol);
    return symbol;
  }

  /** Reads a double, or a decimal as text, and rounds it to eight places. */
  decimal(column: string): DecimalString | null {
    const value = this.value(column);
    if (value === null) return null;
    const plain = plainDecimal(value);
    if (plain !== undefined) return plain;
    const decimal = readDecimal(value);
    if (decimal === undefined) return this.refuse(column, 'must be a number');
    const stored = toColumnScale(decimal);
    if (!decimal.equals(stored)) this.change('rounded', column, value, stored);
    return stored;
  }

  /** Reads a whole number, or its digits as text. */
  integer(column: string): number | null {
    const value = this.value(column);
    if (value === null) return null;
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) ? (number as number) : this.refuse(column, 'must be a whole number');
  }

  /** Reads true or false, also as text. */
  flag(column: string): boolean | null {
    const value = this.value(column);
    if (value === null || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    return this.refuse(column, 'must be true or false');
  }

  /** Reads an instant in ISO 8601, or in the form of SQLite's CURRENT_TIMESTAMP (UTC). */
  instant(column: string): Date | null {
    const value = this.value(column) === '' ? this.textOrNothing(column) : this.value(column);
    return value === null ? null : this.instantOf(column, value);
  }

  /** Reads an instant from `value` instead of the column. */
  instantOf(column: string, value: unknown): Date | null {
    const read = typeof value === 'string' ? readInstant(value) : undefined;
    if (read === undefined) {
      const reason =
        typeof value === 'string' && hasHour24(value)
          ? 'has the hour 24; write midnight as 00:00:00 of the following day'
          : 'must be an instant such as 2025-01-31T15:30:00.000Z';
      return this.refuse(column, reason);
    }
    if (read.cut) this.change('rounded', column, value, read.instant.toISOString());
    return read.instant;
  }

  change(kind: ChangeKind, column: string, from: unknown, to: unknown): void {
    this.changes.push({ kind, column, from: printed(from), to: printed(to) });
  }

  refuse(column: string, reason: string): null {
    this.problems.push({ id: this.id || undefined, column, value: reported(this.value(column)), reason });
    return null;
  }
}

function printed(value: unknown): string {
  if (value === null) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
