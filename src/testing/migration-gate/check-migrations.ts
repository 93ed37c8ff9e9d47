import { EntitySchema, type QueryRunner } from 'typeorm';
import { migrationOptions } from '../../data-source/data-source-options.js';
import { hasShortTimestamp, type MigrationClass } from '../../data-source/migration-names.js';
import { JournalDataSource } from '../../data-source/journal.data-source.js';
import { createTestDatabase } from '../server/test-database.js';
import { judge } from './judge.js';
import { inOrder, nameOf, timestampOf } from '../../migrations/lock/migration-order.js';
import { checkFiles, checkNames } from './names.js';
import { loadParser } from './statements.js';
import { problemOf, type MigrationProblem } from './problem.js';
import { differencesBetween, readSchema, runOneWay, tryMigration, type Trial } from './try-migration.js';
import { readPrivileges } from '../../isolation/privilege-check/read-privileges.js';
import { relationFindings } from '../../isolation/privilege-check/relation-findings.js';

export interface MigrationCheckOptions {
  /**
   * The migrations to check, in their order. The package's own migrations run too, but are checked
   * only if they are listed.
   */
  migrations: readonly MigrationClass[];
  /** The folder of the migrations. Without it, names of files are not checked. */
  folder?: string;
  /**
   * Timestamp YYYYMMDDHHMMSS: the SQL of older migrations is not checked, because they are already
   * released.
   */
  from?: string;
}

/**
 * Runs the migrations on an empty database of the test server: each up, down and up again, and at
 * the end all down. Reports wrong names, schemas that differ after a repetition or a revert,
 * statements that would block a running application or break its previous release, and tables whose
 * rows every user would reach. Rules: docs/guides/migrations.md.
 *
 * ```ts
 * const problems = await checkMigrations({ migrations, folder: 'src/migrations' });
 * expect(problems.map(({ message }) => message)).toEqual([]);
 * ```
 *
 * @returns the problems; empty if all migrations pass
 * @throws Error if libpg-query or squawk-cli is not installed, or no test server was started
 */
export async function checkMigrations(options: MigrationCheckOptions): Promise<MigrationProblem[]> {
  const { migrations, folder } = options;
  const problems = [
    ...checkNames(migrations),
    ...(folder === undefined ? [] : checkFiles(migrations, folder)),
  ];
  // Options with such names are refused, so the migrations cannot be tried.
  if (migrations.some(({ name }) => hasShortTimestamp(name))) return problems;
  const database = await createTestDatabase({ empty: true });
  try {
    const dataSource = await connect(migrationOptions(database.settings, { migrations }));
    try {
      return [...problems, ...(await tryAll(dataSource, options))];
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await database.drop();
  }
}

const anyView = new EntitySchema({ name: 'any_view', type: 'view', expression: 'SELECT', columns: {} });

async function connect(options: ReturnType<typeof migrationOptions>): Promise<JournalDataSource> {
  // Creates TypeORM's own tables, so that they are not a change of the first migration: the table
  // of migrations and, because of the view, the one to which generated migrations of views write.
  const empty = await new JournalDataSource({ ...options, migrations: [], entities: [anyView] }).initialize();
  await empty.runMigrations();
  await empty.destroy();
  return new JournalDataSource(options).initialize();
}

async function tryAll(
  dataSource: JournalDataSource,
  { migrations, from = '' }: MigrationCheckOptions,
): Promise<MigrationProblem[]> {
  // Throws here if the parser is missing. Within the trials it would be a problem of a migration.
  await loadParser();
  const isGiven = new Set(migrations.map(({ name }) => name));
  const all = inOrder(dataSource.migrations);
  const queryRunner = dataSource.createQueryRunner();
  const trials: Trial[] = [];
  // Problems of all migrations together, or the failure that ended the trials.
  const others: MigrationProblem[] = [];
  let current = '';
  try {
    const empty = await readSchema(queryRunner);
    for (const migration of all) {
      current = nameOf(migration);
      const trial = await tryMigration(queryRunner, migration);
      if (isGiven.has(migration.constructor.name)) trials.push(trial);
    }
    const open = await findOpenRelations(queryRunner);
    for (const migration of all.toReversed()) {
      current = nameOf(migration);
      await runOneWay(queryRunner, migration, 'down');
    }
    const left = differencesBetween(empty, await readSchema(queryRunner));
    others.push(...open, ...left.map((text) => problemOf('All, down', 'not-reverted', text)));
  } catch (error) {
    others.push(problemOf(current, 'fails', error instanceof Error ? error.message : String(error)));
  } finally {
    await queryRunner.release();
  }
  const judged = trials.flatMap(({ runs }) => runs).filter(({ migration }) => timestampOf(migration) >= from);
  return [...trials.flatMap(({ problems }) => problems), ...judged.flatMap(judge), ...others];
}

/**
 * Reports tables and views whose rows every user reaches, after all migrations. The check at
 * start reports them too, but stops only the start in production, after the migrations have run.
 */
async function findOpenRelations(queryRunner: QueryRunner): Promise<MigrationProblem[]> {
  const findings = relationFindings(await readPrivileges(queryRunner));
  return findings
    .filter(({ code }) => code === 'RLS_OFF' || code === 'OPEN_VIEW')
    .map(({ message, remedy }) =>
      problemOf('All, up', 'open-to-all-users', `${message} Send in the migration: ${remedy}`),
    );
}
