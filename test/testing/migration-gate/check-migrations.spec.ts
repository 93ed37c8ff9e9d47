// @slow 50 s: runs a linter for each test
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrations } from '../../../docs/guides/feature-module/migrations.js';
import { checkFiles, checkNames } from '../../../src/testing/migration-gate/names.js';
import { checkMigrations } from '../../../src/testing/index.js';
import { grantOwnRows, revokeOwnRows } from '../../../src/index.js';
import type { MigrationClass } from '../../../src/index.js';

/** A migration of this name, which makes a table. */
function named(className: string, recorded: string | undefined = className): MigrationClass {
  const made = class implements MigrationInterface {
    name = recorded;

    async up(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query('CREATE TABLE made (a int)');
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query('DROP TABLE made');
    }
  };
  Object.defineProperty(made, 'name', { value: className });
  return made;
}

/** Leaves behind a column and a type. */
class Leaving20990101000000 implements MigrationInterface {
  name = 'Leaving20990101000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE journal ADD IF NOT EXISTS left_over int');
    await queryRunner.query(
      `DO $$ BEGIN CREATE TYPE left_type AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    );
  }

  async down(): Promise<void> {}
}

let runs = 0;

class Changing20990101000001 implements MigrationInterface {
  name = 'Changing20990101000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    runs += 1;
    await queryRunner.query(`CREATE TABLE changing_${runs} (a int)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE changing_${runs}`);
  }
}

/** Implements TypeORM's interface directly. */
class Locking20990101000002 implements MigrationInterface {
  name = 'Locking20990101000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX idx_journal_notes ON journal (notes)');
    await queryRunner.renameColumn('journal', 'notes', 'remarks');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.renameColumn('journal', 'remarks', 'notes');
    await queryRunner.query('DROP INDEX idx_journal_notes');
  }
}

/** Cannot be repeated, although it runs outside a transaction. */
class Once20990101000003 implements MigrationInterface {
  name = 'Once20990101000003';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX CONCURRENTLY idx_journal_meta ON journal (meta)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS idx_journal_meta');
  }
}

class Failing20990101000004 implements MigrationInterface {
  name = 'Failing20990101000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE nowhere ADD a int');
  }

  async down(): Promise<void> {}
}

/** Grants a table without row-level security, and a view of the owner. */
class Opening20990101000005 implements MigrationInterface {
  name = 'Opening20990101000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE labels (user_id uuid NOT NULL, label text)');
    await queryRunner.query('GRANT SELECT, INSERT ON labels TO journal_user');
    await queryRunner.query('CREATE VIEW all_labels AS SELECT label FROM labels');
    await queryRunner.query('GRANT SELECT ON all_labels TO PUBLIC');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP VIEW all_labels');
    await queryRunner.query('DROP TABLE labels');
  }
}

class Closing20990101000006 implements MigrationInterface {
  name = 'Closing20990101000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER VIEW all_labels SET (security_invoker = true)');
    await revokeOwnRows(queryRunner, { table: 'labels' });
    await grantOwnRows(queryRunner, { table: 'labels' });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER VIEW all_labels RESET (security_invoker)');
    await revokeOwnRows(queryRunner, { table: 'labels' });
    await queryRunner.query('GRANT SELECT, INSERT ON labels TO journal_user');
  }
}

/** Creates a table without grants, and a view as the CLI of TypeORM does. */
class Creating20990101000007 implements MigrationInterface {
  name = 'Creating20990101000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE labels (user_id uuid NOT NULL, label text)');
    await queryRunner.query('CREATE VIEW all_labels AS SELECT label FROM labels');
    await queryRunner.query(
      `INSERT INTO "typeorm_metadata"("database", "schema", "table", "type", "name", "value") VALUES (DEFAULT, $1, DEFAULT, $2, $3, $4)`,
      ['public', 'VIEW', 'all_labels', 'SELECT label FROM labels'],
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DELETE FROM "typeorm_metadata" WHERE "type" = $1 AND "name" = $2 AND "schema" = $3`,
      ['VIEW', 'all_labels', 'public'],
    );
    await queryRunner.query('DROP VIEW "all_labels"');
    await queryRunner.query('DROP TABLE "labels"');
  }
}

class Granting20990101000008 implements MigrationInterface {
  name = 'Granting20990101000008';

  async up(queryRunner: QueryRunner): Promise<void> {
    await grantOwnRows(queryRunner, { table: 'labels' });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await revokeOwnRows(queryRunner, { table: 'labels' });
  }
}

describe('checkMigrations', () => {
  it('accepts valid migrations of an application, without a report on those of the package', async () => {
    expect(await checkMigrations({ migrations })).toEqual([]);
  });

  it('reports incomplete reversions, steps that cannot be repeated, refused statements and failures, with the name of the migration', async () => {
    const bad = [
      Leaving20990101000000,
      Changing20990101000001,
      Locking20990101000002,
      Once20990101000003,
      Failing20990101000004,
    ];
    const problems = await checkMigrations({ migrations: bad });

    expect(problems.map(({ migration, direction, rule }) => [migration, direction, rule])).toEqual([
      [bad[0]?.name, null, 'not-reverted'],
      [bad[0]?.name, null, 'not-reverted'],
      // The drift: a table is missing, and a table with a column is unexpected.
      [bad[1]?.name, null, 'not-repeatable'],
      [bad[1]?.name, null, 'not-repeatable'],
      [bad[1]?.name, null, 'not-repeatable'],
      [bad[3]?.name, 'up', 'not-repeatable'],
      [bad[2]?.name, 'up', 'require-concurrent-index-creation'],
      [bad[2]?.name, 'up', 'renaming-column'],
      [bad[2]?.name, 'down', 'require-concurrent-index-deletion'],
      [bad[4]?.name, null, 'fails'],
    ]);
    const text = problems.map(({ message }) => message).join('\n');
    expect(text).toContain('unexpected column journal.left_over');
    expect(text).toContain('unexpected type left_type');
    expect(text).toContain('relation "nowhere" does not exist');
  });

  it('reports tables and views in which every user can read all rows', async () => {
    const problems = await checkMigrations({ migrations: [Opening20990101000005] });

    expect(problems.map(({ migration, rule }) => [migration, rule])).toEqual([
      ['All, up', 'open-to-all-users'],
      ['All, up', 'open-to-all-users'],
    ]);
    const text = problems.map(({ message }) => message).join('\n');
    expect(text).toContain('Row-level security is off on public.labels');
    expect(text).toContain('ALTER TABLE public.labels ENABLE ROW LEVEL SECURITY');
    expect(text).toContain('The view public.all_labels');
  });

  it('accepts a table that a later migration protects', async () => {
    const problems = await checkMigrations({ migrations: [Opening20990101000005, Closing20990101000006] });

    expect(problems.map(({ rule }) => rule)).not.toContain('open-to-all-users');
  });

  it('accepts a generated view, and grants on a table that an earlier migration created without any', async () => {
    const problems = await checkMigrations({ migrations: [Creating20990101000007, Granting20990101000008] });

    expect(problems).toEqual([]);
  });

  it('does not judge the SQL of released migrations, but runs them', async () => {
    const options = { migrations: [Leaving20990101000000, Locking20990101000002], from: '20990101000003' };
    const problems = await checkMigrations(options);

    expect(new Set(problems.map(({ rule }) => rule))).toEqual(new Set(['not-reverted']));
  });
});

it('A migration with 13 digits is reported, and no migration is run', async () => {
  const problems = await checkMigrations({ migrations: [named('AddNotes1795858200000')] });
  expect(problems.map(({ rule }) => rule)).toEqual(['class-name']);
});

describe('The names of migrations', () => {
  it.each([
    ['AddNotes20261201090000', []],
    ['addNotes20261201090000', ['class-name']],
    ['AddNotes', ['class-name']],
    ['AddNotes1795858200000', ['class-name']],
    ['AddNotes20261301090000', ['class-name']],
    ['AddNotes20261201240000', ['class-name']],
    ['AddNotes202612010900000', ['class-name']],
    ['AddNotes202701010000010', ['class-name']],
  ])('%s', (name, rules) => {
    expect(checkNames([named(name)]).map(({ rule }) => rule)).toEqual(rules);
  });

  it.each(['AddNote20261201090000', ''])('equal the recorded names, unlike %j', (recorded) => {
    expect(checkNames([named('AddNotes20261201090000', recorded)])).toMatchObject([{ rule: 'class-name' }]);
  });

  it('are listed in the order of application, each with a unique time', () => {
    const listed = ['B20261201090000', 'A20261201090001', 'C20261201090000', 'D20261201090000'];
    expect(
      checkNames(listed.map((name) => named(name))).map(({ migration, rule }) => [migration, rule]),
    ).toEqual([
      ['C20261201090000', 'order'],
      ['D20261201090000', 'order'],
    ]);
  });

  it('equal those of the files, all of which are listed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    const files = [
      '20261201090000_add_notes.ts',
      '20261201090001_not_listed.ts',
      '20261201090003-FromTheCli.ts',
      '1795858200000-AddShort.ts',
      'AddWords.ts',
      'index.ts',
      'a.d.ts',
    ];
    for (const file of files) await writeFile(join(folder, file), '');
    const found = checkFiles(
      [named('AddNotes20261201090000'), named('NoFile20261201090002'), named('FromTheCli20261201090003')],
      folder,
    );
    await rm(folder, { recursive: true });

    expect(found.map(({ migration, rule }) => [migration, rule]).sort()).toEqual([
      ['1795858200000-AddShort.ts', 'file-name'],
      ['20261201090001_not_listed.ts', 'not-listed'],
      ['AddWords.ts', 'file-name'],
      ['NoFile20261201090002', 'file-name'],
    ]);
  });
});
