import { Check, Column, PrimaryColumn } from 'typeorm';
import type { ColumnOptions } from 'typeorm';
import { entryTypes } from './entry-type.js';
import { oneOf } from './one-of.js';

/**
 * What the values of a column are: it decides the SQL type, the CHECK, the rules for input and the
 * form in exports. `key`: 1 to 200 characters. `amount`: a decimal with a sign; `quantity`: one
 * that is never negative. `order`: a whole number.
 */
export type EntryKind =
  'key' | 'text' | 'entryType' | 'amount' | 'quantity' | 'instant' | 'day' | 'object' | 'order';

/**
 * Which part of an entry a column belongs to. `content`: what happened; never changed. `history`:
 * how the entry came and went. `order`: when it was recorded among entries of one instant; never
 * compared.
 */
export type EntryPart = 'content' | 'history' | 'order';

interface EntryColumnOptions {
  comment: string;
  /** `content` unless given. */
  part?: EntryPart;
  nullable?: true;
  /** Part of the primary key. */
  primary?: true;
  /** Names another row: a foreign key is the CHECK. */
  reference?: true;
  /** SQL of the value of an entry that does not give one. */
  default?: string;
  /** Written when an entry is removed or replaced; no other column is ever updated. */
  marks?: true;
  /** Whether the journal of the browser application has it, too. True unless given. */
  inBrowser?: false;
}

/** A column of the journal, without the user's. */
export interface EntryColumnDeclaration {
  readonly property: string;
  readonly name: string;
  readonly kind: EntryKind;
  readonly part: EntryPart;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
  readonly marks: boolean;
  readonly inBrowser: boolean;
}

interface KindOfColumn {
  column: ColumnOptions;
  check?: (name: string) => string;
}

const decimal = { type: 'numeric', precision: 20, scale: 8 } as const;

const kinds: Readonly<Record<EntryKind, KindOfColumn>> = {
  key: {
    column: { type: 'text', collation: 'C' },
    check: (name) => `char_length(${name}) BETWEEN 1 AND 200`,
  },
  text: { column: { type: 'text' } },
  entryType: { column: { type: 'text', collation: 'C' }, check: (name) => oneOf(name, entryTypes) },
  amount: { column: decimal, check: (name) => `${name} <> 'NaN'` },
  quantity: { column: decimal, check: (name) => `${name} >= 0 AND ${name} <> 'NaN'` },
  instant: { column: { type: 'timestamptz', precision: 3 }, check: (name) => `isfinite(${name})` },
  day: { column: { type: 'date' }, check: (name) => `isfinite(${name})` },
  object: {
    column: { type: 'jsonb', default: {} },
    check: (name) => `jsonb_typeof(${name}) = 'object'`,
  },
  order: { column: { type: 'bigint' } },
};

const declared = new WeakMap<object, EntryColumnDeclaration[]>();

/**
 * Declares a column of the journal, and its CHECK. It is the only place to name a column by hand:
 * rules for input, statements, grants and exports derive from `entryColumns`.
 *
 * @example
 * ```ts
 * @EntryColumn('quantity', { nullable: true, comment: 'Contracts or shares; never negative.' })
 * qty!: DecimalString | null;
 * ```
 */
export function EntryColumn(kind: EntryKind, options: EntryColumnOptions): PropertyDecorator {
  return (prototype, key) => {
    const property = String(key);
    const name = columnName(property);
    const { column, check } = kinds[kind];
    const { part = 'content', nullable = false, primary = false } = options;
    const described: ColumnOptions = {
      name,
      ...column,
      comment: options.comment,
      ...(options.default !== undefined && { default: () => options.default }),
    };
    const decorate = primary
      ? PrimaryColumn({ ...described, nullable: false, primaryKeyConstraintName: 'pk_journal' })
      : Column({ ...described, nullable });
    decorate(prototype, key);
    if (check && part === 'content' && options.reference !== true)
      Check(`chk_journal_${name}`, check(name))(prototype.constructor);
    const columns = declared.get(prototype.constructor) ?? [];
    declared.set(prototype.constructor, columns);
    columns.push({
      property,
      name,
      kind,
      part,
      isNullable: nullable,
      hasDefault: options.default !== undefined || column.default !== undefined,
      marks: options.marks === true,
      inBrowser: options.inBrowser !== false,
    });
  };
}

/** The declared columns of an entity, in the order of its class. */
export function declaredColumns(entity: object): readonly EntryColumnDeclaration[] {
  return declared.get(entity) ?? [];
}

/** The name in the database of a property: every column of this package is named this way. */
export function columnName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
