import { Check, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Relation } from 'typeorm';
import { Account } from './account.entity.js';
import { entryComments } from './comments.js';
import type { DecimalString } from './decimal.js';
import { declaredColumns, EntryColumn } from './entry-column.js';
import type { EntryType } from './entry-type.js';
import { User } from './user.entity.js';

/**
 * One action of a trader, never rewritten: the journal is the single source of truth, and
 * positions, lots and totals are derived from it.
 *
 * The indexes descend on `ts` and `id` in the migrations, and the amount is only included in that
 * of all live entries; TypeORM has no words for either, and takes what is included for a key.
 * `uq_journal_successor` keeps a chain of amendments a line, and serves the foreign key, without
 * which deleting a user would read the journal once for each of its rows.
 */
@Entity({ name: 'journal', comment: entryComments.table })
@Check('chk_journal_original_entry_id', `original_entry_id <> id`)
@Index('idx_journal_live_ts_amount', ['userId', 'ts', 'id', 'amount'], { where: 'deleted_at IS NULL' })
@Index('idx_journal_live_symbol', ['userId', 'symbol', 'ts', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_journal_live_symbol_type', ['userId', 'symbol', 'type', 'ts', 'id'], {
  where: 'deleted_at IS NULL',
})
@Index('idx_journal_live_type', ['userId', 'type', 'ts', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_journal_live_account', ['userId', 'accountId', 'ts', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_journal_deleted', ['userId', 'ts', 'id'], { where: 'deleted_at IS NOT NULL' })
@Index('uq_journal_successor', ['userId', 'originalEntryId'], {
  unique: true,
  where: 'original_entry_id IS NOT NULL',
})
export class JournalEntry {
  @PrimaryColumn({
    name: 'user_id',
    type: 'uuid',
    primaryKeyConstraintName: 'pk_journal',
    comment: entryComments.userId,
  })
  userId!: string;

  /**
   * Unique within the user; chosen by the client, whose idempotency key it is, or else a UUIDv7.
   */
  @EntryColumn('key', { primary: true, comment: entryComments.id })
  id!: string;

  /** When it happened, to the millisecond. */
  @EntryColumn('instant', { comment: entryComments.ts })
  ts!: Date;

  /**
   * The calendar day, `YYYY-MM-DD`, of an entry that the trader gave a day and no time of day.
   * Figures by week, month and year count the entry on it, in whatever time zone they are asked
   * for.
   */
  @EntryColumn('day', { nullable: true, comment: entryComments.day, inBrowser: false })
  day!: string | null;

  @EntryColumn('key', { reference: true, comment: entryComments.accountId })
  accountId!: string;

  /** Ticker such as `BRK.B`; null for fees and transfers that concern none. */
  @EntryColumn('key', { nullable: true, comment: entryComments.symbol })
  symbol!: string | null;

  @EntryColumn('entryType', { comment: entryComments.type })
  type!: EntryType;

  /**
   * Contracts (of 100 shares) for option legs, shares for share trades; never negative; null where
   * it means nothing.
   */
  @EntryColumn('quantity', { nullable: true, comment: entryComments.qty })
  qty!: DecimalString | null;

  /** Cash in the account's currency: + in, − out. */
  @EntryColumn('amount', { comment: entryComments.amount })
  amount!: DecimalString;

  /** Strike of an option leg; for share trades the price per share. */
  @EntryColumn('quantity', { nullable: true, comment: entryComments.strike })
  strike!: DecimalString | null;

  /** Expiration day of an option leg as `YYYY-MM-DD`, which belongs to no time zone. */
  @EntryColumn('day', { nullable: true, comment: entryComments.expiration })
  expiration!: string | null;

  /** Price of the underlying share when the entry was made. */
  @EntryColumn('quantity', { nullable: true, comment: entryComments.underlyingPrice })
  underlyingPrice!: DecimalString | null;

  @EntryColumn('text', { nullable: true, comment: entryComments.notes })
  notes!: string | null;

  /**
   * Whatever else the client keeps with the entry (leg, template, roll links); always an object.
   */
  @EntryColumn('object', { comment: entryComments.meta })
  meta!: Record<string, unknown>;

  /** When it was removed or replaced, which is final; null while it is live. */
  @EntryColumn('instant', { part: 'history', nullable: true, marks: true, comment: entryComments.deletedAt })
  deletedAt!: Date | null;

  /** Who removed, replaced or, on the new entry of a restoration, restored it. */
  @EntryColumn('text', { part: 'history', nullable: true, marks: true, comment: entryComments.editedBy })
  editedBy!: string | null;

  /** Why. */
  @EntryColumn('text', { part: 'history', nullable: true, marks: true, comment: entryComments.editReason })
  editReason!: string | null;

  /**
   * The entry that this one follows, by amendment or restoration; an entry has one successor at
   * most.
   */
  @EntryColumn('key', {
    part: 'history',
    nullable: true,
    reference: true,
    comment: entryComments.originalEntryId,
  })
  originalEntryId!: string | null;

  @EntryColumn('instant', { part: 'history', default: 'now()', comment: entryComments.createdAt })
  createdAt!: Date;

  @EntryColumn('instant', {
    part: 'history',
    marks: true,
    default: 'now()',
    comment: entryComments.updatedAt,
  })
  updatedAt!: Date;

  /**
   * The recording order, by which entries of one `ts` follow each other: microseconds since 1970,
   * as text. Null for entries that were written before it was kept: they come first.
   */
  @EntryColumn('order', {
    part: 'order',
    nullable: true,
    default: "(date_part('epoch', clock_timestamp()) * (1000000))",
    comment: entryComments.recorded,
    inBrowser: false,
  })
  recorded!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_journal_user' })
  user?: Relation<User>;

  @ManyToOne(() => Account)
  @JoinColumn([
    { name: 'user_id', referencedColumnName: 'userId', foreignKeyConstraintName: 'fk_journal_account' },
    { name: 'account_id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_journal_account' },
  ])
  account?: Relation<Account>;

  @ManyToOne(() => JournalEntry)
  @JoinColumn([
    {
      name: 'user_id',
      referencedColumnName: 'userId',
      foreignKeyConstraintName: 'fk_journal_original_entry',
    },
    {
      name: 'original_entry_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'fk_journal_original_entry',
    },
  ])
  originalEntry?: Relation<JournalEntry>;
}

/** The columns of the journal without the user's, in the order of the class. */
export const entryColumns = declaredColumns(JournalEntry);
