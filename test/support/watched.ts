import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { MigrationInterface, QueryRunner, Relation } from 'typeorm';
import { User } from '../../src/index.js';

/** An entity of the application, stored in the journal's database. */
@Entity({ name: 'watched' })
export class Watched {
  @PrimaryColumn({ name: 'user_id', type: 'uuid', primaryKeyConstraintName: 'pk_watched' })
  userId!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_watched' })
  symbol!: string;

  @Column({ type: 'text', nullable: true })
  why!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_watched_user' })
  user?: Relation<User>;
}

/** The migration that creates the table of {@link Watched}. */
export class AddWatched20261201090000 implements MigrationInterface {
  name = 'AddWatched20261201090000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE watched (
        user_id uuid NOT NULL,
        symbol text NOT NULL,
        why text,
        CONSTRAINT pk_watched PRIMARY KEY (user_id, symbol),
        CONSTRAINT fk_watched_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON watched TO journal_user`);
    await queryRunner.query(`ALTER TABLE watched ENABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`
      CREATE POLICY own_watched ON watched TO journal_user
        USING (user_id = current_setting('app.user_id')::uuid)
        WITH CHECK (user_id = current_setting('app.user_id')::uuid)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE watched`);
  }
}
