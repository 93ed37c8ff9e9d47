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

/** A column of the journal. */
export interface EntryColumn {
  readonly property: EntryProperty;
  readonly name: string;
  readonly kind: EntryKind;
  readonly sqlType: SqlType;
  readonly part: EntryPart;
  /** SQL of the constraint that limits the values. */
  readonly check: string | undefined;
  readonly comment: string;
  readonly isNullable?: true;
  /** SQL of the default value. */
  readonly fallback?: string;
}

interface SqlType {
  type: 'text' | 'numeric' | 'integer' | 'boolean' | 'timestamptz' | 'date' | 'jsonb' | 'bigint';
  precision?: number;
  scale?: number;
  collation?: string;
}

/** The largest value of the kind `ratio`. */
export const maxRatio = 1_000_000_000;

interface KindOfColumn {
  sqlType: SqlType;
  check?: (name: string) => string;
}

const decimal = { type: 'numeric', precision: 20, scale: 8 } as const;

const kinds: Readonly<Record<EntryKind, KindOfColumn>> = {
  key: {
    sqlType: { type: 'text', collation: 'C' },
    check: (name) => `char_length(${name}) BETWEEN 1 AND 200`,
  },
  text: { sqlType: { type: 'text' } },
  entryType: { sqlType: { type: 'text', collation: 'C' }, check: (name) => oneOf(name, entryTypes) },
  amount: { sqlType: decimal, check: (name) => `${name} <> 'NaN'` },
  quantity: { sqlType: decimal, check: (name) => `${name} >= 0 AND ${name} <> 'NaN'` },
  positive: { sqlType: decimal, check: (name) => `${name} > 0 AND ${name} <> 'NaN'` },
  // NaN is greater than every number.
  fraction: { sqlType: decimal, check: (name) => `${name} BETWEEN 0 AND 1` },
  ratio: { sqlType: { type: 'integer' }, check: (name) => `${name} BETWEEN 1 AND ${maxRatio}` },
  flag: { sqlType: { type: 'boolean' } },
  instant: { sqlType: { type: 'timestamptz', precision: 3 }, check: (name) => `isfinite(${name})` },
  day: { sqlType: { type: 'date' }, check: (name) => `isfinite(${name})` },
  object: {
    sqlType: { type: 'jsonb' },
    check: (name) => `jsonb_typeof(${name}) = 'object'`,
  },
  order: { sqlType: { type: 'bigint' } },
};

/** The declaration of a column. */
interface Declaration extends Pick<EntryColumn, 'kind' | 'isNullable' | 'fallback'> {
  /** Written to the database by the migrations: a change needs a migration. */
  comment: string;
  /** Default `content`. */
  part?: EntryPart;
  /** Part of a foreign key, which replaces the CHECK. */
  isReference?: true;
}

/**
 * The columns of the journal, in the order of the table. The entity, the input rules, the
 * statements, and the CSV, JSON and NDJSON exports derive from them. CONTRIBUTING.md lists what
 * else names a column. The file does not import TypeORM, so that templates and the process that
 * reads an imported file start without it.
 */
const declarations = {
  id: {
    kind: 'key',
    comment: 'Unique within the user: the idempotency key of the client, or a generated UUIDv7.',
  },
  ts: { kind: 'instant', comment: 'Instant of the action, to the millisecond.' },
  day: {
    kind: 'day',
    isNullable: true,
    comment: 'Calendar day of an entry without a time of day, which figures use; null for other entries.',
  },
  accountId: {
    kind: 'key',
    isReference: true,
    comment: 'Account of the action; an account of the same user.',
  },
  symbol: {
    kind: 'key',
    isNullable: true,
    comment: 'Ticker, such as BRK.B; null for an entry without a symbol, such as a deposit.',
  },
  type: { kind: 'entryType', comment: 'Kind of action, such as sell_to_open or dividend.' },
  qty: {
    kind: 'quantity',
    isNullable: true,
    comment:
      'Number of contracts or shares; not negative; null for an entry without a quantity, such as a fee.',
  },
  amount: { kind: 'amount', comment: 'Cash in the currency of the account: + in, - out.' },
  strike: {
    kind: 'quantity',
    isNullable: true,
    comment: 'Strike of an option; price per share of a share trade.',
  },
  expiration: { kind: 'day', isNullable: true, comment: 'Expiration day of an option, without a time zone.' },
  underlyingPrice: {
    kind: 'quantity',
    isNullable: true,
    comment: 'Price of the underlying share at the time of the action.',
  },
  ratioTo: {
    kind: 'ratio',
    isNullable: true,
    comment:
      'New shares or contracts for every ratio_from old ones, in a split, merger, spin-off or option adjustment.',
  },
  ratioFrom: {
    kind: 'ratio',
    isNullable: true,
    comment: 'Old shares or contracts that become ratio_to new ones.',
  },
  targetSymbol: {
    kind: 'key',
    isNullable: true,
    comment:
      'Symbol after a symbol change, a merger or an option adjustment; symbol of the shares of a spin-off.',
  },
  targetStrike: { kind: 'quantity', isNullable: true, comment: 'Strike after an option adjustment.' },
  targetAccountId: {
    kind: 'key',
    isNullable: true,
    isReference: true,
    comment: 'Account of the same user that receives a transferred position.',
  },
  multiplier: {
    kind: 'positive',
    isNullable: true,
    comment: 'Cash of a contract is its price times the multiplier; null means 100.',
  },
  deliverable: {
    kind: 'quantity',
    isNullable: true,
    comment: 'Shares that a contract delivers; null means the multiplier.',
  },
  cost: {
    kind: 'quantity',
    isNullable: true,
    comment: 'Cost basis of shares received without cash; not negative.',
  },
  costShare: {
    kind: 'fraction',
    isNullable: true,
    comment: 'Part of the cost that moves to the shares of a spin-off, from 0 to 1.',
  },
  acquiredOn: {
    kind: 'day',
    isNullable: true,
    comment: 'Acquisition day of received shares; null means the day of the entry.',
  },
  section1256: {
    kind: 'flag',
    isNullable: true,
    comment:
      'True for a contract of section 1256 of the US tax code, such as an index option; null means unknown.',
  },
  notes: { kind: 'text', isNullable: true, comment: 'Notes of the trader.' },
  meta: {
    kind: 'object',
    fallback: "'{}'",
    comment: 'Further data of the client, such as leg, template and roll links; always an object.',
  },
  deletedAt: {
    kind: 'instant',
    part: 'history',
    isNullable: true,
    comment: 'When the entry was removed or replaced; final once set. Null for a live entry.',
  },
  editedBy: {
    kind: 'text',
    part: 'history',
    isNullable: true,
    comment: 'Who removed or replaced the entry; on a restored entry, who restored it.',
  },
  editReason: {
    kind: 'text',
    part: 'history',
    isNullable: true,
    comment: 'Why the entry was removed, replaced or restored.',
  },
  originalEntryId: {
    kind: 'key',
    part: 'history',
    isNullable: true,
    isReference: true,
    comment: 'Entry of the same user that this entry amends or restores. An entry has at most one successor.',
  },
  createdAt: {
    kind: 'instant',
    part: 'history',
    fallback: 'now()',
    comment: 'When the row was written; for an imported entry, the time that the imported journal has.',
  },
  updatedAt: {
    kind: 'instant',
    part: 'history',
    fallback: 'now()',
    comment: 'When the row was last changed.',
  },
  recorded: {
    kind: 'order',
    part: 'order',
    isNullable: true,
    fallback: "(date_part('epoch', clock_timestamp()) * (1000000))",
    comment:
      'Recording order of entries with one ts: microseconds since 1970; null for entries older than this column.',
  },
} as const satisfies Record<string, Declaration>;

/** A property of `JournalEntry` that is a column, except `userId`. */
export type EntryProperty = keyof typeof declarations;

/** The columns of the journal without `user_id`, in the order of the table. */
export const entryColumns: readonly EntryColumn[] = Object.entries<Declaration>(declarations).map(
  ([property, { isReference, ...declaration }]) => {
    const { kind, part = 'content' } = declaration;
    const { sqlType, check } = kinds[kind];
    const name = columnName(property);
    const isChecked = part === 'content' && !isReference;
    return {
      ...declaration,
      property: property as EntryProperty,
      ...{ name, sqlType, part, check: isChecked ? check?.(name) : undefined },
    };
  },
);

/** Whether the values of a column are exact decimals as text, numeric(20,8) in the database. */
export function isDecimalColumn({ sqlType }: EntryColumn): boolean {
  return sqlType === decimal;
}
