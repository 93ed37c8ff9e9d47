import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { MigrationInterface, QueryRunner, Relation } from 'typeorm';
import { User } from 'trading-journal-database';

/** An entity of the application that refers to `User`. */
@Entity({ name: 'alerts' })
export class Alert {
  @PrimaryColumn({ name: 'user_id', type: 'uuid', primaryKeyConstraintName: 'pk_alerts' })
  userId!: string;

  @PrimaryColumn({ type: 'text', collation: 'C', primaryKeyConstraintName: 'pk_alerts' })
  symbol!: string;

  @Column({ type: 'numeric', precision: 20, scale: 8 })
  above!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_alerts_user' })
  user?: Relation<User>;
}

export class CreateAlerts20270105090000 implements MigrationInterface {
  name = 'CreateAlerts20270105090000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE alerts (
        user_id uuid NOT NULL,
        symbol text COLLATE "C" NOT NULL,
        above numeric(20,8) NOT NULL,
        CONSTRAINT pk_alerts PRIMARY KEY (user_id, symbol),
        CONSTRAINT fk_alerts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`GRANT SELECT, INSERT ON alerts TO journal_user`);
    await queryRunner.query(`ALTER TABLE alerts ENABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`
      CREATE POLICY own_alerts ON alerts TO journal_user
        USING (user_id = current_setting('app.user_id')::uuid)
        WITH CHECK (user_id = current_setting('app.user_id')::uuid)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE alerts`);
  }
}
