import {
  Check,
  Column,
  DeleteDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import type { ColumnOptions, Relation } from 'typeorm';
import { Account } from './account.entity.js';
import { entryTableComments } from './comments.js';
import type { DecimalString } from './decimal.js';
import { entryColumns, type EntryColumn, type EntryProperty } from './entry-column.js';
import type { EntryType } from './entry-type.js';
import { User } from './user.entity.js';

/** The columns of a foreign key to another row of the same user. */
const ownRow = (column: string, foreignKeyConstraintName: string) => [
  { name: 'user_id', referencedColumnName: 'userId', foreignKeyConstraintName },
  { name: column, referencedColumnName: 'id', foreignKeyConstraintName },
];

/** Maps a property to its column in `entryColumns`, by a decorator of TypeORM. */
function DeclaredColumn(
  options: ColumnOptions = {},
  decorator: (options: ColumnOptions) => PropertyDecorator = Column,
): (prototype: object, property: EntryProperty) => void {
  return (prototype, property) => {
    const column = entryColumns.find((one) => one.property === property) as EntryColumn;
    const { name, sqlType, comment, check, isNullable = false, fallback } = column;
    const declared = { name, ...sqlType, comment, nullable: isNullable };
    const byDefault = fallback !== undefined && { default: () => fallback };
    decorator({ ...declared, ...byDefault, ...options })(prototype, property);
    if (check !== undefined) Check(`chk_journal_${name}`, check)(prototype.constructor);
  };
}

/**
 * One action of a trader, never rewritten. Positions, lots and totals are derived from the entries.
 *
 * TypeORM cannot declare two properties of the indexes in the migrations: `ts` and `id` descend,
 * and `idx_journal_live_ts_amount` has INCLUDE (amount) instead of a key column.
 * `uq_journal_successor` allows one successor per entry. It also serves the foreign key: without it
 * deleting a user would scan the journal once per row. `idx_journal_target_account` serves its
 * foreign key likewise.
 */
@Entity({ name: 'journal', comment: entryTableComments.table })
@Check('chk_journal_original_entry_id', `original_entry_id <> id`)
@Index('idx_journal_live_ts_amount', ['userId', 'ts', 'id', 'amount'], { where: 'deleted_at IS NULL' })
@Index('idx_journal_live_symbol', ['userId', 'symbol', 'ts', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_journal_live_symbol_type', ['userId', 'symbol', 'type', 'ts', 'id'], {
  where: 'deleted_at IS NULL',
})
@Index('idx_journal_live_type', ['userId', 'type', 'ts', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_journal_live_account', ['userId', 'accountId', 'ts', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_journal_deleted', ['userId', 'ts', 'id'], { where: 'deleted_at IS NOT NULL' })
@Index('idx_journal_live_meta_trade', ['userId', 'ts', 'id'], {
  where: `deleted_at IS NULL AND meta ? 'trade'`,
})
@Index('idx_journal_live_meta_strategy', ['userId', 'ts', 'id'], {
  where: `deleted_at IS NULL AND meta ? 'strategy'`,
})
@Index('idx_journal_live_meta_roll', ['userId', 'ts', 'id'], {
  where: `deleted_at IS NULL AND meta ?| ARRAY['roll', 'rolledTo', 'rolledFrom']`,
})
@Index('idx_journal_live_meta_tag', ['userId', 'ts', 'id'], {
  where: `deleted_at IS NULL AND meta ?| ARRAY['tag', 'tags']`,
})
@Index('idx_journal_target_account', ['userId', 'targetAccountId'], {
  where: 'target_account_id IS NOT NULL',
})
@Index('uq_journal_successor', ['userId', 'originalEntryId'], {
  unique: true,
  where: 'original_entry_id IS NOT NULL',
})
export class JournalEntry {
  @PrimaryColumn({
    name: 'user_id',
    type: 'uuid',
    primaryKeyConstraintName: 'pk_journal',
    comment: entryTableComments.userId,
  })
  userId!: string;

  /** Unique within the user. The client's idempotency key, or a UUIDv7. */
  @DeclaredColumn({ primary: true, primaryKeyConstraintName: 'pk_journal' })
  id!: string;

  /** The instant of the action, with millisecond precision. */
  @DeclaredColumn()
  ts!: Date;

  /**
   * The calendar day (`YYYY-MM-DD`) of an entry without a time of day; null if `ts` is exact.
   * Figures by week, month and year use it in every time zone.
   */
  @DeclaredColumn()
  day!: string | null;

  @DeclaredColumn()
  accountId!: string;

  /** Ticker such as `BRK.B`; null for fees and transfers without one. */
  @DeclaredColumn()
  symbol!: string | null;

  @DeclaredColumn()
  type!: EntryType;

  /**
   * Number of contracts (see `multiplier`) or shares that are traded, closed, transferred or
   * received; of a split or spin-off, the shares sold for cash in lieu. Never negative; null for
   * cash such as dividends and fees.
   */
  @DeclaredColumn()
  qty!: DecimalString | null;

  /** Cash in the account's currency: positive is received, negative is paid. */
  @DeclaredColumn()
  amount!: DecimalString;

  /** Strike price of an option leg; price per share of a share trade. */
  @DeclaredColumn()
  strike!: DecimalString | null;

  /** Expiration day of an option leg, `YYYY-MM-DD`, without a time zone. */
  @DeclaredColumn()
  expiration!: string | null;

  /** Price of the underlying share at the time of the entry. */
  @DeclaredColumn()
  underlyingPrice!: DecimalString | null;

  /**
   * Ratio of a split, merger, spin-off or option adjustment: `ratioTo` new shares or contracts for
   * every `ratioFrom` old ones, from 1 to 1,000,000,000. A 3-for-2 split is 3 and 2, a 1-for-10
   * reverse split is 1 and 10.
   */
  @DeclaredColumn()
  ratioTo!: number | null;

  /** The old shares or contracts of the ratio; see `ratioTo`. */
  @DeclaredColumn()
  ratioFrom!: number | null;

  /** Symbol after a symbol change, merger or option adjustment; symbol of spun-off shares. */
  @DeclaredColumn()
  targetSymbol!: string | null;

  /** Strike price after an option adjustment. */
  @DeclaredColumn()
  targetStrike!: DecimalString | null;

  /** The account of the same user to which a position is transferred. */
  @DeclaredColumn()
  targetAccountId!: string | null;

  /**
   * Price units per contract: the cash of a contract is its price × the multiplier. More than 0;
   * null means 100.
   */
  @DeclaredColumn()
  multiplier!: DecimalString | null;

  /** Shares that a contract delivers; null means the multiplier. */
  @DeclaredColumn()
  deliverable!: DecimalString | null;

  /** Cost basis of shares that were received without cash. Never negative. */
  @DeclaredColumn()
  cost!: DecimalString | null;

  /** Part of the cost, from 0 to 1, that moves to the shares of a spin-off. */
  @DeclaredColumn()
  costShare!: DecimalString | null;

  /**
   * Day (`YYYY-MM-DD`) on which received shares had been acquired; null means the day of the entry.
   */
  @DeclaredColumn()
  acquiredOn!: string | null;

  /** True for a section 1256 contract (US tax code), such as an index option; null: unknown. */
  @DeclaredColumn()
  section1256!: boolean | null;

  @DeclaredColumn()
  notes!: string | null;

  /** Further data of the client (leg, template, roll links). Always an object. */
  @DeclaredColumn()
  meta!: Record<string, unknown>;

  /**
   * The instant of removal or replacement, which is final; null for a live entry. `find()` and
   * query builders return live entries only, also as relations; with `withDeleted`, all entries.
   */
  @DeclaredColumn({}, DeleteDateColumn)
  deletedAt!: Date | null;

  /** The author of the removal or amendment; on a restored entry, of the restoration. */
  @DeclaredColumn()
  editedBy!: string | null;

  /** The reason for the removal, amendment or restoration. */
  @DeclaredColumn()
  editReason!: string | null;

  /** The id of the predecessor, which this entry amends or restores. */
  @DeclaredColumn()
  originalEntryId!: string | null;

  @DeclaredColumn()
  createdAt!: Date;

  @DeclaredColumn()
  updatedAt!: Date;

  /**
   * The order of entries with the same `ts`: microseconds since 1970, as text. Null for entries
   * from before the migration EntryDayAndOrder, which sort first.
   */
  @DeclaredColumn()
  recorded!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_journal_user' })
  user?: Relation<User>;

  @ManyToOne(() => Account)
  @JoinColumn(ownRow('account_id', 'fk_journal_account'))
  account?: Relation<Account>;

  @ManyToOne(() => Account)
  @JoinColumn(ownRow('target_account_id', 'fk_journal_target_account'))
  targetAccount?: Relation<Account>;

  /** The predecessor. It is deleted, so a query loads it only with `withDeleted`. */
  @ManyToOne(() => JournalEntry)
  @JoinColumn(ownRow('original_entry_id', 'fk_journal_original_entry'))
  originalEntry?: Relation<JournalEntry>;
}
