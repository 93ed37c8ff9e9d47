import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently, dropIndexConcurrently } from './steps/concurrent-index.js';

const index = {
  name: 'idx_journal_target_account',
  table: 'journal',
  definition: '(user_id, target_account_id) WHERE target_account_id IS NOT NULL',
};

/** Serves the foreign key of `target_account_id`: without it, deleting a user scans the journal. */
export class TargetAccountIndex20261128170100 implements MigrationInterface {
  name = 'TargetAccountIndex20261128170100';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await createIndexConcurrently(queryRunner, index);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropIndexConcurrently(queryRunner, index);
  }
}
