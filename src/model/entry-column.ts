import { Check, Column, DeleteDateColumn, PrimaryColumn, type ColumnOptions } from 'typeorm';
import { entryComments } from './comments.js';
import { entryTypes } from './entry-type.js';
import { columnName, oneOf } from './sql-text.js';

/**
 * The kind of a column's values. Decides the SQL type, the CHECK, the input rules and the export
 * format. `key`: 1 to 200 characters. `amount`: signed decimal. `quantity`: decimal, not negative.
 * `positive`: decimal, more than 0. `fraction`: decimal from 0 to 1. `ratio`: whole number from 1
 * to 1,000,000,000, as a JavaScript number. `flag`: boolean. `order`: whole number as text.
 */
export type EntryKind =
  | 'key'
  | 'text'
  | 'entryType'
  | 'amount'
  | 'quantity'
  | 'positive'
  | 'fraction'
  | 'ratio'
  | 'flag'
  | 'instant'
  | 'day'
  | 'object'
  | 'order';

/**
 * The part of an entry that a column belongs to. `content`: the trade; never updated. `history`:
 * creation, deletion and predecessor. `order`: recording order of entries with the same `ts`; never
 * compared.
 */
type EntryPart = 'content' | 'history' | 'order';

interface EntryColumnOptions {
  /** Defaults to `content`. */
  part?: EntryPart;
  nullable?: true;
  /** Part of the primary key. */
  primary?: true;
  /** Part of a foreign key, which replaces the CHECK. */
  reference?: true;
  /** SQL of the default value. */
  default?: string;
  /**
   * The instant of deletion: finders and query builders of TypeORM leave out rows that have one,
   * unless `withDeleted` is set.
   */
  deletion?: true;
}

/** A declared column of the journal; `user_id` has no declaration. */
export interface EntryColumnDeclaration {
  readonly property: string;
  readonly name: string;
  readonly kind: EntryKind;
  /** The SQL type without precision, such as `numeric`. */
  readonly type: string;
  readonly part: EntryPart;
  readonly isNullable: boolean;
  /** SQL of the default value. */
  readonly fallback: string | undefined;
}

/** The largest value of the kind `ratio`. */
export const maxRatio = 1_000_000_000;

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
  positive: { column: decimal, check: (name) => `${name} > 0 AND ${name} <> 'NaN'` },
  // NaN is greater than every number.
  fraction: { column: decimal, check: (name) => `${name} BETWEEN 0 AND 1` },
  ratio: { column: { type: 'integer' }, check: (name) => `${name} BETWEEN 1 AND ${maxRatio}` },
  flag: { column: { type: 'boolean' } },
  instant: { column: { type: 'timestamptz', precision: 3 }, check: (name) => `isfinite(${name})` },
  day: { column: { type: 'date' }, check: (name) => `isfinite(${name})` },
  object: {
    column: { type: 'jsonb' },
    check: (name) => `jsonb_typeof(${name}) = 'object'`,
  },
  order: { column: { type: 'bigint' } },
};

/** Whether the values of a column are exact decimals as text, numeric(20,8) in the database. */
export function isDecimalColumn({ kind }: EntryColumnDeclaration): boolean {
  return kinds[kind].column === decimal;
}

type CommentedProperty = Exclude<keyof typeof entryComments, 'table'>;

/** The declared columns of the journal, in the order of the entity's members. */
export const declaredColumns: EntryColumnDeclaration[] = [];

/**
 * Declares a column of the journal and its CHECK. The comment of the column is
 * `entryComments[property]`: a property without a comment does not compile. Input rules,
 * statements and the CSV, JSON and NDJSON exports derive from `entryColumns`.
 * CONTRIBUTING.md lists what else names a column.
 *
 * @example
 * ```ts
 * @EntryColumn('quantity', { nullable: true })
 * qty!: DecimalString | null;
 * ```
 */
export function EntryColumn(
  kind: EntryKind,
  options: EntryColumnOptions = {},
): (prototype: object, property: CommentedProperty) => void {
  return (prototype, property) => {
    const name = columnName(property);
    const { column, check } = kinds[kind];
    const { part = 'content', nullable = false, primary = false, default: fallback } = options;
    const described: ColumnOptions = {
      name,
      ...column,
      comment: entryComments[property],
      ...(fallback !== undefined && { default: () => fallback }),
    };
    const primaryKey = { ...described, nullable: false, primaryKeyConstraintName: 'pk_journal' } as const;
    const ordinary = options.deletion ? DeleteDateColumn : Column;
    const decorate = primary ? PrimaryColumn(primaryKey) : ordinary({ ...described, nullable });
    decorate(prototype, property);
    if (check && part === 'content' && options.reference !== true)
      Check(`chk_journal_${name}`, check(name))(prototype.constructor);
    declaredColumns.push({
      property,
      name,
      kind,
      type: String(column.type),
      part,
      isNullable: nullable,
      fallback,
    });
  };
}
