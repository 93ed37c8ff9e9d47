import { asStored, Decimal, toColumnScale } from '../../../database/entities/decimal.js';
import type { DecimalString } from '../../../database/entities/decimal.js';
import type { InputProblem } from '../../../database/errors/index.js';
import { shown } from '../../../database/repositories/input-check.js';
import type { ChangedValue, ChangeKind } from '../import-report.js';
import type { LegacyRow } from '../read/legacy-source.js';
import { readInstant } from './instant.js';

/**
 * Reads the values of one legacy row, and keeps what could not be read and what was changed in
 * reading.
 */
export class RowReader {
  readonly problems: Omit<InputProblem, 'index'>[] = [];
  readonly changes: ChangedValue[] = [];
  /** For messages and reports; a row without one has a problem of its own. */
  readonly id: string;

  constructor(
    private readonly table: ChangedValue['table'],
    private readonly row: LegacyRow,
    /** Its place in the table, from 1. */
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

  /** Text in which empty means nothing. */
  textOrNothing(column: string): string | null {
    const text = this.text(column);
    if (text !== '') return text;
    this.change('emptied', column, '', null);
    return null;
  }

  /** A double, or a decimal as text, at the scale of the column. */
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

  /** An ISO instant, or the form of SQLite's CURRENT_TIMESTAMP, which is in UTC. */
  instant(column: string): Date | null {
    const value = this.value(column) === '' ? this.textOrNothing(column) : this.value(column);
    return value === null ? null : this.instantOf(column, value);
  }

  /** The instant that a value means, which stands for the one of the column. */
  instantOf(column: string, value: unknown): Date | null {
    const read = typeof value === 'string' ? readInstant(value) : undefined;
    if (read === undefined) return this.refuse(column, 'must be an instant such as 2025-01-31T15:30:00.000Z');
    if (read.cut) this.change('rounded', column, value, read.instant.toISOString());
    return read.instant;
  }

  change(kind: ChangeKind, column: string, from: unknown, to: unknown): void {
    const table = this.table;
    const { id, place: row } = this;
    this.changes.push({ kind, table, row, id, column, from: printed(from), to: printed(to) });
  }

  refuse(column: string, reason: string): null {
    this.problems.push({ id: this.id || undefined, column, value: reported(this.value(column)), reason });
    return null;
  }
}

/** A value of the file as the report has it. */
export function reported(value: unknown): string {
  return shown(value, 10_000);
}

/** The longest number that is read. A double in plain notation has at most some 330 characters. */
const longestNumber = 400;

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** A double, or a decimal as text, with all its digits; undefined for any other or longer value. */
export function readDecimal(value: unknown): Decimal | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return new Decimal(value);
  if (typeof value === 'string' && value.length <= longestNumber && number.test(value))
    return new Decimal(value);
  return undefined;
}

const short = /^-?\d{1,12}(\.\d{1,8})?$/;

/**
 * A value that the columns hold as it is, in the form in which they print it, without arithmetic;
 * undefined for any other value.
 */
export function plainDecimal(value: unknown): DecimalString | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && short.test(text) ? asStored(text as DecimalString) : undefined;
}

function printed(value: unknown): string {
  if (value === null) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
