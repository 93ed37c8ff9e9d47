import { User } from 'trading-journal-database';
import { CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Relation } from 'typeorm';

/** A symbol that a user watches: an entity of the application that refers to `User`. */
@Entity({ name: 'watchlist_items' })
export class WatchlistItem {
  @PrimaryColumn({ name: 'user_id', type: 'uuid', primaryKeyConstraintName: 'pk_watchlist_items' })
  userId!: string;

  @PrimaryColumn({ type: 'text', collation: 'C', primaryKeyConstraintName: 'pk_watchlist_items' })
  symbol!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_watchlist_items_user' })
  user?: Relation<User>;
}
