import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import type { Relation } from 'typeorm';
import { accountComments } from './comments.js';
import { instant, User } from './user.entity.js';

/**
 * A brokerage account of a user. The id is unique within the user only: every journal of the
 * browser application has an `acct-1`.
 */
@Entity({ name: 'accounts', comment: accountComments.table })
@Check('chk_accounts_id', `char_length(id) BETWEEN 1 AND 200`)
export class Account {
  @PrimaryColumn({
    name: 'user_id',
    type: 'uuid',
    primaryKeyConstraintName: 'pk_accounts',
    comment: accountComments.userId,
  })
  userId!: string;

  @PrimaryColumn({
    name: 'id',
    type: 'text',
    collation: 'C',
    primaryKeyConstraintName: 'pk_accounts',
    comment: accountComments.id,
  })
  id!: string;

  @Column({ name: 'name', type: 'text', comment: accountComments.name })
  name!: string;

  /**
   * The instant at which the user closed the account; null while it is open. Informational: a
   * closed account keeps its entries, and takes further ones.
   */
  @Column({ name: 'closed_at', ...instant, nullable: true, comment: accountComments.closedAt })
  closedAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', ...instant, comment: accountComments.createdAt })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', ...instant, comment: accountComments.updatedAt })
  updatedAt!: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_accounts_user' })
  user?: Relation<User>;
}
