import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The class's name ends in 14 digits, as those of the package's migrations do: TypeORM orders all of them by these. */
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
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE watchlist_items`);
  }
}
