import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { userComments } from './comments.js';
import { subscriptionTiers, type SubscriptionTier } from './subscription-tier.js';
import { oneOf } from './sql-text.js';

/** The type of columns of instants: milliseconds, as `Date` has them. */
export const instant = { type: 'timestamptz', precision: 3 } as const;

/** A person who keeps a journal. Every other row belongs to one user. */
@Entity({ name: 'users', comment: userComments.table })
@Unique('uq_users_email', ['email'])
@Check('chk_users_email', `email = lower(email) AND email LIKE '%_@_%' AND char_length(email) <= 320`)
@Check('chk_users_subscription_tier', oneOf('subscription_tier', subscriptionTiers))
export class User {
  @PrimaryGeneratedColumn('uuid', {
    name: 'id',
    primaryKeyConstraintName: 'pk_users',
    comment: userComments.id,
  })
  id!: string;

  /** In lower case. */
  @Column({ name: 'email', type: 'text', collation: 'C', comment: userComments.email })
  email!: string;

  /** Loaded only if selected explicitly. Null for a user without a password. */
  @Column({
    name: 'password_hash',
    type: 'text',
    nullable: true,
    select: false,
    comment: userComments.passwordHash,
  })
  passwordHash?: string | null;

  @Column({
    name: 'subscription_tier',
    type: 'text',
    collation: 'C',
    default: 'free',
    comment: userComments.subscriptionTier,
  })
  subscriptionTier!: SubscriptionTier;

  @CreateDateColumn({ name: 'created_at', ...instant, comment: userComments.createdAt })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', ...instant, comment: userComments.updatedAt })
  updatedAt!: Date;
}
