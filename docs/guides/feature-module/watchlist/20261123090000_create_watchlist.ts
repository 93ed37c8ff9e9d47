import { grantOwnRows } from 'trading-journal-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The class name ends in a 14-digit timestamp: TypeORM orders all migrations by it, the package's
 * included.
 */
export class CreateWatchlist20261123090000 implements MigrationInterface {
  name = 'CreateWatchlist20261123090000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE watchlist_items (
        user_id uuid NOT NULL,
        symbol text COLLATE "C" NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT pk_watchlist_items PRIMARY KEY (user_id, symbol),
        CONSTRAINT fk_watchlist_items_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      )`);
    await grantOwnRows(queryRunner, { table: 'watchlist_items' });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE watchlist_items`);
  }
}
