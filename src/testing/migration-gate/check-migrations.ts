import type { MigrationClass } from '../../data-source/data-source-options.js';
import { migrationOptions } from '../../data-source/data-source-options.js';
import { JournalDataSource } from '../../data-source/journal.data-source.js';
import { createTestDatabase } from '../server/test-database.js';
import { judge } from './judge.js';
import { checkFiles, checkNames, nameOf, timestampOf } from './names.js';
import { loadParser } from './parser.js';
import { problemOf } from './problem.js';
import type { MigrationProblem } from './problem.js';
import { differencesBetween, readSchema, runOneWay, tryMigration } from './try-migration.js';
import type { Trial } from './try-migration.js';

export interface MigrationCheckOptions {
  /**
   * Those to check, in the order in which they are listed. The package's own, which come with them,
   * are not judged unless they are given.
   */
  migrations: readonly MigrationClass[];
  /** Where their files are, if the names of these are to be checked, too. */
  folder?: string;
  /**
   * The SQL of those before this timestamp, YYYYMMDDHHMMSS, is not judged, as they were released
   * before there was the gate.
   */
  from?: string;
}

/**
 * Applies the migrations to an empty database of the test server, one by one, each of them up, down
 * and up again, and in the end all of them down. Tells what is wrong with their names, where the
 * schema afterwards is not the same, and of each statement that they sent whether it would stop an
 * application that is running, or break its release before.
 *
 * @throws Error if libpg-query or squawk-cli is not installed, or no test server was started
 */
export async function checkMigrations(options: MigrationCheckOptions): Promise<MigrationProblem[]> {
  const { migrations, folder } = options;
  const problems = [
    ...checkNames(migrations),
    ...(folder === undefined ? [] : checkFiles(migrations, folder)),
  ];
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

async function connect(options: ReturnType<typeof migrationOptions>): Promise<JournalDataSource> {
  // TypeORM makes its table of migrations before it runs the first one.
  const empty = await new JournalDataSource({ ...options, migrations: [] }).initialize();
  await empty.runMigrations();
  await empty.destroy();
  return new JournalDataSource(options).initialize();
}

async function tryAll(
  dataSource: JournalDataSource,
  { migrations, from = '' }: MigrationCheckOptions,
): Promise<MigrationProblem[]> {
  const parser = await loadParser();
  const isGiven = new Set(migrations.map(({ name }) => name));
  const { trials, problems } = await tryEach(dataSource);
  const given = trials.filter(({ className }) => isGiven.has(className));
  const judged = given.flatMap(({ runs }) => runs).filter(({ migration }) => timestampOf(migration) >= from);
  return [
    ...given.flatMap((trial) => trial.problems),
    ...judged.flatMap((run) => judge(parser, run)),
    ...problems,
  ];
}

interface Trials {
  trials: (Trial & { className: string })[];
  /** Of all together, and the failure that has ended them. */
  problems: MigrationProblem[];
}

async function tryEach(dataSource: JournalDataSource): Promise<Trials> {
  const all = dataSource.migrations.toSorted((one, other) =>
    timestampOf(nameOf(one)).localeCompare(timestampOf(nameOf(other))),
  );
  const queryRunner = dataSource.createQueryRunner();
  const trials: Trials['trials'] = [];
  let current = '';
  try {
    const empty = await readSchema(queryRunner);
    for (const migration of all) {
      current = nameOf(migration);
      trials.push({ ...(await tryMigration(queryRunner, migration)), className: migration.constructor.name });
    }
    for (const migration of all.toReversed()) {
      current = nameOf(migration);
      await runOneWay(queryRunner, migration, 'down');
    }
    const rest = differencesBetween(empty, await readSchema(queryRunner));
    return { trials, problems: rest.map((text) => problemOf('All, down', 'not-reverted', text)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { trials, problems: [problemOf(current, 'fails', reason)] };
  } finally {
    await queryRunner.release();
  }
}
