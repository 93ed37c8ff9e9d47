import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently, dropIndexConcurrently } from '../../src/index.js';

/** Row count of the sample table: building its indexes takes noticeable time. */
const sampleRows = 200_000;

/** Creates the sample table. */
class MakeSample20990101000000 implements MigrationInterface {
  name = 'MakeSample20990101000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE sample (id int NOT NULL, a int NOT NULL, b int, c text NOT NULL)`);
    await queryRunner.query(
      `INSERT INTO sample SELECT i, i % 97, i % 13, md5(i::text) FROM generate_series(1, ${sampleRows}) i`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE sample`);
  }
}

const indexes = [
  { name: 'uq_sample_id', table: 'sample', definition: '(id)', unique: true },
  { name: 'idx_sample_c', table: 'sample', definition: '(c DESC, id)' },
  { name: 'idx_sample_a', table: 'sample', definition: '(a, id) INCLUDE (c)' },
  { name: 'idx_sample_b', table: 'sample', definition: '(lower(c)) WHERE b IS NOT NULL' },
];

/** Creates the indexes of the sample table concurrently. */
class IndexSample20990101000001 implements MigrationInterface {
  name = 'IndexSample20990101000001';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const index of indexes) await createIndexConcurrently(queryRunner, index);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const index of indexes) await dropIndexConcurrently(queryRunner, index);
  }
}

/** Runs in a transaction again, after a migration that ran outside of one. */
class ConstrainSample20990101000002 implements MigrationInterface {
  name = 'ConstrainSample20990101000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE sample ADD CONSTRAINT pk_sample PRIMARY KEY USING INDEX uq_sample_id`,
    );
    await queryRunner.query(`ALTER TABLE sample ADD CONSTRAINT chk_sample_a CHECK (a >= 0)`);
  }

  // Dropping the primary key also drops its index.
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE sample DROP CONSTRAINT chk_sample_a`);
    await queryRunner.query(`ALTER TABLE sample DROP CONSTRAINT pk_sample`);
    await queryRunner.query(`CREATE UNIQUE INDEX uq_sample_id ON sample (id)`);
  }
}

export const sampleMigrations = [
  MakeSample20990101000000,
  IndexSample20990101000001,
  ConstrainSample20990101000002,
];
