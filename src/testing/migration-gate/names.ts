import { readdirSync } from 'node:fs';
import type { MigrationClass } from '../../data-source/migration-names.js';
import { timestampOf } from '../../migrations/lock/migration-order.js';
import { problemOf, type MigrationProblem } from './problem.js';

/** Checks the names of the classes and their order. */
export function checkNames(migrations: readonly MigrationClass[]): MigrationProblem[] {
  const problems = migrations.flatMap((migration) => {
    const { name } = migration;
    const recorded = new migration().name;
    const wrong: string[] = [];
    if (!/^[A-Z][A-Za-z0-9]*?(?<!\d)\d{14}$/.test(name) || !isInstant(timestampOf(name)))
      wrong.push(
        'The name of the class must be a description in PascalCase and YYYYMMDDHHMMSS, such as AddNotes20261201090000.',
      );
    if (recorded !== name)
      wrong.push(`Its \`name\` is ${recorded ?? 'missing'}; it must be the name of the class.`);
    return wrong.map((reason) => problemOf(name, 'class-name', reason));
  });
  const order = migrations.map(({ name }) => timestampOf(name));
  const misplaced = migrations.filter(
    (_, index) => index > 0 && (order[index - 1] ?? '') >= (order[index] ?? ''),
  );
  return [
    ...problems,
    ...misplaced.map(({ name }) =>
      problemOf(
        name,
        'order',
        'Its timestamp must be later than the timestamp of the migration listed before.',
      ),
    ),
  ];
}

/** Checks that each file has the name of its class, and that every file is listed. */
export function checkFiles(migrations: readonly MigrationClass[], folder: string): MigrationProblem[] {
  const files = readdirSync(folder).filter((file) => /^(?!index\.).*(?<!\.d)\.[cm]?[jt]s$/.test(file));
  const classes = new Map(files.map((file) => [classNameOf(file), file]));
  return [
    ...files
      .filter((file) => classNameOf(file) === null)
      .map((file) =>
        problemOf(
          file,
          'file-name',
          'The name of a file must be YYYYMMDDHHMMSS_description.ts or, from the CLI of TypeORM, YYYYMMDDHHMMSS-Description.ts. ' +
            'Generate migrations with `-t $(date -u +%Y%m%d%H%M%S)`.',
        ),
      ),
    ...[...classes].flatMap(([name, file]) =>
      name === null || migrations.some((migration) => migration.name === name)
        ? []
        : [
            problemOf(
              file,
              'not-listed',
              `The migration ${name} of this file is not listed; list it, or remove the file.`,
            ),
          ],
    ),
    ...migrations
      .filter(({ name }) => !classes.has(name))
      .map(({ name }) => problemOf(name, 'file-name', `No file in ${folder} has its name.`)),
  ];
}

function classNameOf(file: string): string | null {
  const [, timestamp, description] =
    /^(\d{14})(?:_(?=[a-z0-9_]+\.)|-)([A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*)\.\w+$/.exec(file) ?? [];
  if (timestamp === undefined || description === undefined) return null;
  return (
    description
      .split(/[_-]/)
      .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
      .join('') + timestamp
  );
}

function isInstant(timestamp: string): boolean {
  const iso = timestamp.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6.000Z');
  const date = new Date(iso);
  return !Number.isNaN(date.getTime()) && date.toISOString() === iso;
}
