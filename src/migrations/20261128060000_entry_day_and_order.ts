import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds `day`, the calendar day of an entry without a time of day, and `recorded`, the recording
 * order of entries with the same `ts`. Both stay null in existing entries: their order is unknown.
 */
export class EntryDayAndOrder20261128060000 implements MigrationInterface {
  name = 'EntryDayAndOrder20261128060000';

  // VALIDATE reads the whole table, which must not happen under the lock of ALTER TABLE.
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE journal ADD COLUMN IF NOT EXISTS day date, ADD COLUMN IF NOT EXISTS recorded bigint;
      -- A default that is set afterwards does not rewrite the table.
      ALTER TABLE journal ALTER COLUMN recorded
        SET DEFAULT date_part('epoch', clock_timestamp()) * 1000000;
      ALTER TABLE journal DROP CONSTRAINT IF EXISTS chk_journal_day;
      ALTER TABLE journal ADD CONSTRAINT chk_journal_day CHECK (isfinite(day)) NOT VALID;
      COMMENT ON COLUMN journal.day IS
        'The calendar day of an entry without a time of day, by which figures count it; otherwise null.';
      COMMENT ON COLUMN journal.recorded IS
        'The recording order of entries of one instant: microseconds since 1970; null for those written before it was kept.'`);
    await queryRunner.query('ALTER TABLE journal VALIDATE CONSTRAINT chk_journal_day');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE journal DROP COLUMN IF EXISTS day, DROP COLUMN IF EXISTS recorded');
  }
}
