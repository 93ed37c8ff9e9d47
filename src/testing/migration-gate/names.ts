import { readdirSync } from 'node:fs';
import type { MigrationInterface } from 'typeorm';
import type { MigrationClass } from '../../data-source/data-source-options.js';
import { problemOf } from './problem.js';
import type { MigrationProblem } from './problem.js';

/** The name of a migration, as TypeORM records it. */
export function nameOf(migration: MigrationInterface): string {
  return migration.name ?? migration.constructor.name;
}

/** The 14 digits by which migrations are ordered. */
export function timestampOf(name: string): string {
  return name.slice(-14);
}

/** Whether the classes are called as they should be, and are listed in their order. */
export function checkNames(migrations: readonly MigrationClass[]): MigrationProblem[] {
  const problems = migrations.flatMap((migration) => {
    const { name } = migration;
    const recorded = new migration().name;
    const wrong: string[] = [];
    if (!/^[A-Z][A-Za-z0-9]*?\d{14}$/.test(name) || !isInstant(timestampOf(name)))
      wrong.push(
        'A class is called by what it does in PascalCase and YYYYMMDDHHMMSS, such as AddNotes20261201090000.',
      );
    if (recorded !== name)
      wrong.push(`Its \`name\` is ${recorded ?? 'missing'}; it has to be that of the class.`);
    return wrong.map((reason) => problemOf(name, 'class-name', reason));
  });
  const order = migrations.map(({ name }) => timestampOf(name));
  const misplaced = migrations.filter(
    (_, index) => index > 0 && (order[index - 1] ?? '') >= (order[index] ?? ''),
  );
  return [
    ...problems,
    ...misplaced.map(({ name }) =>
      problemOf(name, 'order', 'Its timestamp has to come after that of the one listed before it.'),
    ),
  ];
}

/** Whether every file of a folder is called after its class, and every migration is listed. */
export function checkFiles(migrations: readonly MigrationClass[], folder: string): MigrationProblem[] {
  const files = readdirSync(folder).filter((file) => /^(?!index\.).*(?<!\.d)\.[cm]?[jt]s$/.test(file));
  const classes = new Map(files.map((file) => [classNameOf(file), file]));
  return [
    ...files
      .filter((file) => classNameOf(file) === null)
      .map((file) => problemOf(file, 'file-name', 'A file is called YYYYMMDDHHMMSS_what_it_does.ts.')),
    ...[...classes].flatMap(([name, file]) =>
      name === null || migrations.some((migration) => migration.name === name)
        ? []
        : [
            problemOf(
              file,
              'not-listed',
              `No migration ${name} is listed, as the file is called; list it, or remove the file.`,
            ),
          ],
    ),
    ...migrations
      .filter(({ name }) => !classes.has(name))
      .map(({ name }) => problemOf(name, 'file-name', `No file in ${folder} is called after it.`)),
  ];
}

function classNameOf(file: string): string | null {
  const [, timestamp, description] = /^(\d{14})_([a-z0-9]+(?:_[a-z0-9]+)*)\.\w+$/.exec(file) ?? [];
  if (timestamp === undefined || description === undefined) return null;
  return (
    description
      .split('_')
      .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
      .join('') + timestamp
  );
}

function isInstant(timestamp: string): boolean {
  const iso = timestamp.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6.000Z');
  const date = new Date(iso);
  return !Number.isNaN(date.getTime()) && date.toISOString() === iso;
}
