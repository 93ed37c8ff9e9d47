import { User } from 'trading-journal-database';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import type { Relation } from 'typeorm';

/** A price at which a user wants a message. */
@Entity({ name: 'alerts' })
@Index('idx_alerts_user', ['userId', 'symbol'])
export class Alert {
  @PrimaryGeneratedColumn({ primaryKeyConstraintName: 'pk_alerts' })
  id!: number;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ type: 'text' })
  symbol!: string;

  @Column({ type: 'numeric', precision: 20, scale: 8 })
  price!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_alerts_user' })
  user?: Relation<User>;
}
