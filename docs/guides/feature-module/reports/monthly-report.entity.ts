import { User } from 'trading-journal-database';
import type { DecimalString } from 'trading-journal-database';
import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Relation } from 'typeorm';

/** The totals of a user's month, as the job has found them. */
@Entity({ name: 'monthly_reports' })
export class MonthlyReport {
  @PrimaryColumn({ name: 'user_id', type: 'uuid', primaryKeyConstraintName: 'pk_monthly_reports' })
  userId!: string;

  /** `YYYY-MM`. */
  @PrimaryColumn({ type: 'text', collation: 'C', primaryKeyConstraintName: 'pk_monthly_reports' })
  month!: string;

  @Column({ type: 'integer' })
  entries!: number;

  @Column({ type: 'numeric', precision: 20, scale: 8 })
  net!: DecimalString;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_monthly_reports_user' })
  user?: Relation<User>;
}
