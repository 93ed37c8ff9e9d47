import { grantOwnRows } from 'trading-journal-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAlerts20261201090000 implements MigrationInterface {
  name = 'CreateAlerts20261201090000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE "alerts" ("id" SERIAL NOT NULL, "user_id" uuid NOT NULL, "symbol" text NOT NULL, "price" numeric(20,8) NOT NULL, CONSTRAINT "pk_alerts" PRIMARY KEY ("id"))`,
    );
    await queryRunner.query(`CREATE INDEX "idx_alerts_user" ON "alerts"  ("user_id", "symbol") `);
    await queryRunner.query(
      `ALTER TABLE "alerts" ADD CONSTRAINT "fk_alerts_user" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await grantOwnRows(queryRunner, { table: 'alerts' });
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "alerts"`);
  }
}
