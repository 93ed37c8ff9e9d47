// @slow 20 s: runs the gate of migrations
import { expect, it } from '@jest/globals';
import { createIndexConcurrently, dropIndexConcurrently } from 'trading-journal-database';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { checkMigrations } from 'trading-journal-database/testing';
import { migrations } from '../../docs/guides/own-tables/migrations.js';

export class IndexNotes20261201090000 implements MigrationInterface {
  name = 'IndexNotes20261201090000';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await createIndexConcurrently(queryRunner, {
      name: 'idx_journal_notes',
      table: 'journal',
      definition: '(user_id, ts DESC) WHERE notes IS NOT NULL',
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropIndexConcurrently(queryRunner, { name: 'idx_journal_notes', table: 'journal' });
  }
}

it('Every migration passes the gate', async () => {
  const problems = await checkMigrations({ migrations, folder: 'docs/guides/own-tables/migrations' });
  expect(problems.map(({ message }) => message)).toEqual([]);
}, 300_000);

it('The migration of an index passes the gate, and can be reverted', async () => {
  const problems = await checkMigrations({ migrations: [IndexNotes20261201090000] });
  expect(problems.map(({ message }) => message)).toEqual([]);
});
