import { JournalEntry, User } from 'trading-journal-database';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import type { Relation } from 'typeorm';

/** A note on an entry of the journal: a row that refers to an entry by both columns of its key. */
@Entity({ name: 'entry_notes' })
@Index('idx_entry_notes_entry', ['userId', 'entryId'])
export class EntryNote {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'pk_entry_notes' })
  id!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  /** The id of the first entry of the chain, which no amendment changes. */
  @Column({ name: 'entry_id', type: 'text', collation: 'C' })
  entryId!: string;

  @Column({ type: 'text' })
  note!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_entry_notes_user' })
  user?: Relation<User>;

  @ManyToOne(() => JournalEntry)
  @JoinColumn([
    { name: 'user_id', referencedColumnName: 'userId', foreignKeyConstraintName: 'fk_entry_notes_entry' },
    { name: 'entry_id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_entry_notes_entry' },
  ])
  entry?: Relation<JournalEntry>;
}
