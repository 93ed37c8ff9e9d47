import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The class name ends in a 14-digit timestamp: TypeORM orders all migrations by it, the package's
 * included. Requests have the privileges granted to `journal_user`, on the rows that the policy
 * permits.
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
    await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON watchlist_items TO journal_user`);
    await queryRunner.query(`ALTER TABLE watchlist_items ENABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`
      CREATE POLICY own_watchlist_items ON watchlist_items TO journal_user
        USING (user_id = current_setting('app.user_id')::uuid)
        WITH CHECK (user_id = current_setting('app.user_id')::uuid)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE watchlist_items`);
  }
}
