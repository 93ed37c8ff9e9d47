import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** The journal as an application with TypeORM alone would map it. */
@Entity({ name: 'journal' })
export class Entry {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  ts!: Date;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ type: 'text', nullable: true })
  symbol!: string | null;

  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'numeric', precision: 20, scale: 8, nullable: true })
  qty!: string | null;

  @Column({ type: 'numeric', precision: 20, scale: 8 })
  amount!: string;

  @Column({ type: 'numeric', precision: 20, scale: 8, nullable: true })
  strike!: string | null;

  @Column({ type: 'date', nullable: true })
  expiration!: string | null;

  @Column({ name: 'underlying_price', type: 'numeric', precision: 20, scale: 8, nullable: true })
  underlyingPrice!: string | null;

  @Column({ type: 'text', nullable: true })
  notes!: string | null;

  @Column({ type: 'jsonb', default: {} })
  meta!: Record<string, unknown>;

  @Column({ name: 'deleted_at', type: 'timestamptz', precision: 3, nullable: true })
  deletedAt!: Date | null;

  @Column({ name: 'edited_by', type: 'text', nullable: true })
  editedBy!: string | null;

  @Column({ name: 'edit_reason', type: 'text', nullable: true })
  editReason!: string | null;

  @Column({ name: 'original_entry_id', type: 'text', nullable: true })
  originalEntryId!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
