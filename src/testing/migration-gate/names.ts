import { readdirSync } from 'node:fs';
import { DateTime } from 'luxon';
import type { MigrationClass } from '../../data-source/migration-names.js';
import { timestampOf } from '../../migrations/lock/migration-order.js';
import { problemOf, type MigrationProblem } from './problem.js';

const classNameReason =
  'The name of the class must be a description in PascalCase and YYYYMMDDHHMMSS, such as AddNotes20261201090000.';
const fileNameReason =
  'The name of a file must be YYYYMMDDHHMMSS_description.ts or, from the CLI of TypeORM, YYYYMMDDHHMMSS-Description.ts. ' +
  'Generate migrations with `-t $(date -u +%Y%m%d%H%M%S)`.';
const orderReason = 'Its timestamp must be later than the timestamp of the migration listed before.';

const timestampFormat = 'yyyyMMddHHmmss';

/** Checks the names of the classes and their order. */
export function checkNames(migrations: readonly MigrationClass[]): MigrationProblem[] {
  const misplaced = migrations.filter(({ name }, index) => {
    const before = migrations[index - 1];
    return before !== undefined && timestampOf(before.name) >= timestampOf(name);
  });
  return [
    ...migrations.flatMap((migration) => {
      const { name } = migration;
      const recorded = new migration().name;
      const differs = `Its \`name\` is ${recorded ?? 'missing'}; it must be the name of the class.`;
      return [
        ...(isClassName(name) ? [] : [problemOf(name, 'class-name', classNameReason)]),
        ...(recorded === name ? [] : [problemOf(name, 'class-name', differs)]),
      ];
    }),
    ...misplaced.map(({ name }) => problemOf(name, 'order', orderReason)),
  ];
}

/** Checks that each file has the name of its class, and that every file is listed. */
export function checkFiles(migrations: readonly MigrationClass[], folder: string): MigrationProblem[] {
  const files = readdirSync(folder).filter((file) => /^(?!index\.).*(?<!\.d)\.[cm]?[jt]s$/.test(file));
  const listed = new Set(migrations.map(({ name }) => name));
  const found = new Set<string>();
  const problems: MigrationProblem[] = [];
  for (const file of files) {
    const name = classNameOf(file);
    if (name === null) {
      problems.push(problemOf(file, 'file-name', fileNameReason));
      continue;
    }
    found.add(name);
    const reason = `The migration ${name} of this file is not listed; list it, or remove the file.`;
    if (!listed.has(name)) problems.push(problemOf(file, 'not-listed', reason));
  }
  const missing = [...listed].filter((name) => !found.has(name));
  const reason = `No file in ${folder} has its name.`;
  return [...problems, ...missing.map((name) => problemOf(name, 'file-name', reason))];
}

function classNameOf(file: string): string | null {
  const [, timestamp, description] =
    /^(\d{14})(?:_(?=[a-z0-9_]+\.)|-)([A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*)\.\w+$/.exec(file) ?? [];
  if (timestamp === undefined || description === undefined) return null;
  const words = description.split(/[_-]/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return words.join('') + timestamp;
}

function isClassName(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9]*?(?<!\d)\d{14}$/.test(name)) return false;
  const timestamp = timestampOf(name);
  // Compares the text, because Luxon reads the hour 24 as the next day.
  return (
    DateTime.fromFormat(timestamp, timestampFormat, { zone: 'utc' }).toFormat(timestampFormat) === timestamp
  );
}
