import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';

export const migrationFolder = resolve('src', 'migrations');

const fileName = /^(\d{14})_([a-z0-9_]+)\.ts$/;

/** The parts of the file name of a migration. */
export interface MigrationFile {
  name: string;
  timestamp: string;
  description: string;
}

/** The migrations in the folder, oldest first. */
export function listMigrations(): MigrationFile[] {
  return readdirSync(migrationFolder)
    .sort()
    .flatMap((name) => {
      const [, timestamp, description] = fileName.exec(name) ?? [];
      return timestamp && description ? [{ name, timestamp, description }] : [];
    });
}

/**
 * Rewrites `index.ts` with every migration in the folder.
 * @throws Error for a file that exports no class
 */
export async function writeMigrationIndex(): Promise<void> {
  const classes = listMigrations().map(({ name }) => ({ name, className: classNameIn(name) }));
  const imports = classes.map(
    ({ name, className }) => `import { ${className} } from './${name.replace(/\.ts$/, '.js')}';`,
  );
  const text = [
    `import type { MigrationInterface } from 'typeorm';`,
    ...imports,
    '',
    '/** The migrations of this package, oldest first. `tools/new-migration.ts` rewrites this file. */',
    'export const migrations: readonly (new () => MigrationInterface)[] = [',
    ...classes.map(({ className }) => `  ${className},`),
    '];',
  ];
  await writeFormatted(join(migrationFolder, 'index.ts'), text.join('\n'));
}

/** Writes a file, formatted with the repository's Prettier configuration. */
export async function writeFormatted(file: string, text: string): Promise<void> {
  const config = await resolveConfig(file);
  writeFileSync(file, await format(text, { ...config, filepath: file }));
}

function classNameIn(name: string): string {
  const className = /export class (\w+)/.exec(readFileSync(join(migrationFolder, name), 'utf8'))?.[1];
  if (className === undefined) throw new Error(`${join(migrationFolder, name)} exports no class.`);
  return className;
}
