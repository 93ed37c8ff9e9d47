import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently, dropIndexConcurrently } from './steps/concurrent-index.js';

const table = 'journal';
const live = 'WHERE deleted_at IS NULL';
const before = { name: 'idx_journal_live_ts', table, definition: `(user_id, ts DESC, id DESC) ${live}` };
const withAmount = {
  name: 'idx_journal_live_ts_amount',
  table,
  definition: `(user_id, ts DESC, id DESC) INCLUDE (amount) ${live}`,
};
const symbolAndType = {
  name: 'idx_journal_live_symbol_type',
  table,
  definition: `(user_id, symbol, type, ts DESC, id DESC) ${live}`,
};

/**
 * Adds `amount` to the index of live entries, so that totals need an index-only scan. Adds an index
 * for pages of one symbol and type, so that the generic plan of a prepared statement suits them.
 */
export class CoveringIndexes20261125160000 implements MigrationInterface {
  name = 'CoveringIndexes20261125160000';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await createIndexConcurrently(queryRunner, withAmount);
    await createIndexConcurrently(queryRunner, symbolAndType);
    await dropIndexConcurrently(queryRunner, before);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await createIndexConcurrently(queryRunner, before);
    await dropIndexConcurrently(queryRunner, symbolAndType);
    await dropIndexConcurrently(queryRunner, withAmount);
  }
}
