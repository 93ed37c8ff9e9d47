import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runMigrations } from '../../src/index.js';
import type { DatabaseSettings } from '../../src/index.js';
import { asOwner } from './owner.js';

/** A migration of a future release that older releases are compatible with. */
export class AddNickname20281001120000 implements MigrationInterface {
  name = 'AddNickname20281001120000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE users ADD nickname text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE users DROP nickname');
  }
}

/** A migration of a future release that breaks older releases. */
export class RenameNotesBreaksOlderReleases20281002120000 implements MigrationInterface {
  name = 'RenameNotesBreaksOlderReleases20281002120000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE journal RENAME notes TO remarks');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE journal RENAME remarks TO notes');
  }
}

export const newer = [AddNickname20281001120000, RenameNotesBreaksOlderReleases20281002120000];

/** Migrates as a release with these additional migrations would. */
export function migrateFurther(
  settings: DatabaseSettings,
  further: readonly (new () => MigrationInterface)[],
): Promise<string[]> {
  return runMigrations({ ...settings, queryLog: 'off' }, { migrations: further });
}

/** Reverts the newest migration, as the release that contains it would. */
export async function revertNewest(settings: DatabaseSettings): Promise<void> {
  await asOwner(settings, (owner) => owner.undoLastMigration(), { migrations: newer });
}
