import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently, dropIndexConcurrently } from './steps/concurrent-index.js';

const indexes = [
  ['trade', `meta ? 'trade'`],
  ['strategy', `meta ? 'strategy'`],
  ['roll', `meta ?| ARRAY['roll', 'rolledTo', 'rolledFrom']`],
  ['tag', `meta ?| ARRAY['tag', 'tags']`],
].map(([key = '', hasKey = '']) => ({
  name: `idx_journal_live_meta_${key}`,
  table: 'journal',
  definition: `(user_id, ts DESC, id DESC) WHERE deleted_at IS NULL AND ${hasKey}`,
}));

/**
 * Partial indexes of the live entries that have a filterable key of `meta`. The value is no part of
 * the index: comparisons of jsonb are not leakproof, so row-level security keeps PostgreSQL from
 * using an index on the value.
 */
export class MetaIndexes20261128180000 implements MigrationInterface {
  name = 'MetaIndexes20261128180000';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const index of indexes) await createIndexConcurrently(queryRunner, index);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const index of indexes.toReversed()) await dropIndexConcurrently(queryRunner, index);
  }
}
