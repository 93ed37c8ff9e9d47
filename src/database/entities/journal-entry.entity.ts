import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Relation } from 'typeorm';
import { Account } from './account.entity.js';
import { entryComments } from './comments.js';
import type { DecimalString } from './decimal.js';
import { entryTypes } from './entry-type.js';
import type { EntryType } from './entry-type.js';
import { oneOf } from './one-of.js';
import { User } from './user.entity.js';

/**
 * One action of a trader, never rewritten: the journal is the single source of truth, and positions, lots and totals
 * are derived from it.
 *
 * The indexes descend on `ts` and `id` in the migrations, and the amount is only included in that of all live entries; TypeORM has no
 * words for either, and takes what is included for a key. `uq_journal_successor` keeps a chain of
 * amendments a line, and serves the foreign key, without which deleting a user would read the journal once for each of its rows.
 */
@Entity({ name: 'journal', comment: entryComments.table })
@Check('chk_journal_id', `char_length(id) BETWEEN 1 AND 200`)
@Check('chk_journal_type', oneOf('type', entryTypes))
@Check('chk_journal_symbol', `char_length(symbol) BETWEEN 1 AND 200`)
@Check('chk_journal_ts', `isfinite(ts)`)
@Check('chk_journal_qty', `qty >= 0 AND qty <> 'NaN'`)
@Check('chk_journal_amount', `amount <> 'NaN'`)
@Check('chk_journal_strike', `strike >= 0 AND strike <> 'NaN'`)
@Check('chk_journal_expiration', `isfinite(expiration)`)
@Check('chk_journal_underlying_price', `underlying_price >= 0 AND underlying_price <> 'NaN'`)
@Check('chk_journal_meta', `jsonb_typeof(meta) = 'object'`)
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

  /** Unique within the user; chosen by the client, whose idempotency key it is, or else a UUIDv7. */
  @PrimaryColumn({
    type: 'text',
    collation: 'C',
    primaryKeyConstraintName: 'pk_journal',
    comment: entryComments.id,
  })
  id!: string;

  /** When it happened, to the millisecond. */
  @Column({ type: 'timestamptz', precision: 3, comment: entryComments.ts })
  ts!: Date;

  @Column({ name: 'account_id', type: 'text', collation: 'C', comment: entryComments.accountId })
  accountId!: string;

  /** Ticker such as `BRK.B`; null for fees and transfers that concern none. */
  @Column({ type: 'text', collation: 'C', nullable: true, comment: entryComments.symbol })
  symbol!: string | null;

  @Column({ type: 'text', collation: 'C', comment: entryComments.type })
  type!: EntryType;

  /** Contracts (of 100 shares) for option legs, shares for share trades; never negative; null where it means nothing. */
  @Column({ type: 'numeric', precision: 20, scale: 8, nullable: true, comment: entryComments.qty })
  qty!: DecimalString | null;

  /** Cash in the account's currency: + in, − out. */
  @Column({ type: 'numeric', precision: 20, scale: 8, comment: entryComments.amount })
  amount!: DecimalString;

  /** Strike of an option leg; for share trades the price per share. */
  @Column({ type: 'numeric', precision: 20, scale: 8, nullable: true, comment: entryComments.strike })
  strike!: DecimalString | null;

  /** Expiration day of an option leg as `YYYY-MM-DD`, which belongs to no time zone. */
  @Column({ type: 'date', nullable: true, comment: entryComments.expiration })
  expiration!: string | null;

  /** Price of the underlying share when the entry was made. */
  @Column({
    name: 'underlying_price',
    type: 'numeric',
    precision: 20,
    scale: 8,
    nullable: true,
    comment: entryComments.underlyingPrice,
  })
  underlyingPrice!: DecimalString | null;

  @Column({ type: 'text', nullable: true, comment: entryComments.notes })
  notes!: string | null;

  /** Whatever else the client keeps with the entry (leg, template, roll links); always an object. */
  @Column({ type: 'jsonb', default: {}, comment: entryComments.meta })
  meta!: Record<string, unknown>;

  /** When it was removed or replaced, which is final; null while it is live. */
  @Column({
    name: 'deleted_at',
    type: 'timestamptz',
    precision: 3,
    nullable: true,
    comment: entryComments.deletedAt,
  })
  deletedAt!: Date | null;

  /** Who removed, replaced or, on the new entry of a restoration, restored it. */
  @Column({ name: 'edited_by', type: 'text', nullable: true, comment: entryComments.editedBy })
  editedBy!: string | null;

  /** Why. */
  @Column({ name: 'edit_reason', type: 'text', nullable: true, comment: entryComments.editReason })
  editReason!: string | null;

  /** The entry that this one follows, by amendment or restoration; an entry has one successor at most. */
  @Column({
    name: 'original_entry_id',
    type: 'text',
    collation: 'C',
    nullable: true,
    comment: entryComments.originalEntryId,
  })
  originalEntryId!: string | null;

  @Column({
    name: 'created_at',
    type: 'timestamptz',
    precision: 3,
    default: () => 'now()',
    comment: entryComments.createdAt,
  })
  createdAt!: Date;

  @Column({
    name: 'updated_at',
    type: 'timestamptz',
    precision: 3,
    default: () => 'now()',
    comment: entryComments.updatedAt,
  })
  updatedAt!: Date;

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
