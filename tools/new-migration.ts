// Adds a migration: `tsx tools/new-migration.ts create|generate DESCRIPTION`. `create` adds an
// empty migration. `generate` migrates the database in DATABASE_URL, and fills the new migration
// with the differences between the entities and that database.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { loadEnvFile } from '../src/config/env-file.js';
import { listMigrations, migrationFolder, writeFormatted, writeMigrationIndex } from './migration-folder.js';
import { nextTimestamp } from './migration-timestamp.js';

const usage = 'Usage: tsx tools/new-migration.ts create|generate DESCRIPTION, such as create add_notes';

async function addMigration(how: string | undefined, description: string | undefined): Promise<boolean> {
  if ((how !== 'create' && how !== 'generate') || description === undefined) throw new Error(usage);
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(description)) {
    throw new Error(
      `The description "${description}" must be lower-case letters and digits in snake_case, such as add_notes.`,
    );
  }
  const existing = listMigrations();
  const namesake = existing.find((migration) => migration.description === description);
  if (namesake !== undefined)
    throw new Error(`The migration ${namesake.name} exists already; choose another description.`);
  const newest = existing.at(-1)?.timestamp;
  const now = new Date();
  const timestamp = nextTimestamp(now, newest);
  if (timestamp !== nextTimestamp(now, undefined)) {
    console.log(
      `The newest migration has the timestamp ${newest}, which lies in the future; the new one gets the next second.`,
    );
  }

  const target = join(migrationFolder, description);
  if (how === 'generate') {
    if (!typeorm('migration:run', '-d', 'ormconfig.ts')) return false;
    const hasChanges = typeorm('migration:generate', target, '-d', 'ormconfig.ts', '-p', '-t', timestamp);
    console.log(
      'TypeORM compares CHECKs and indexes by name: it does not see a changed CHECK, such as the list of entry types, or a changed\n' +
        'predicate. Write that change by hand, in a migration of migration:create. npm test -- test/migrations/migrations.spec compares both.',
    );
    if (!hasChanges) return false;
  } else if (!typeorm('migration:create', target, '-t', timestamp)) return false;

  // TypeORM names the file with a hyphen after the timestamp.
  const created = join(migrationFolder, `${timestamp}-${description}.ts`);
  if (!existsSync(created)) return false;
  const file = join(migrationFolder, `${timestamp}_${description}.ts`);
  const text = readFileSync(created, 'utf8')
    .replace('import { MigrationInterface, QueryRunner }', 'import type { MigrationInterface, QueryRunner }')
    // Only `generate` writes the name.
    .replace(/class (\w+) implements MigrationInterface \{(?!\s*name =)/, "$&\n  name = '$1';\n");
  await writeFormatted(file, text);
  rmSync(created);
  await writeMigrationIndex();
  console.log(
    `Wrote ${relative('', file)} and added it to ${relative('', join(migrationFolder, 'index.ts'))}.`,
  );
  if (how === 'generate') console.log('Rewrite it by the rules of docs/guides/migrations.md#the-gate.');
  console.log(
    `Add a case as test/migrations/cases/${timestamp}.ts; then generate the files as CONTRIBUTING.md says.`,
  );
  return true;
}

function typeorm(...args: string[]): boolean {
  const program = createRequire(import.meta.url).resolve('typeorm/cli.js');
  return (
    spawnSync(process.execPath, ['--import', 'tsx', program, ...args], { stdio: 'inherit' }).status === 0
  );
}

try {
  loadEnvFile();
  const [how, description] = process.argv.slice(2);
  if (!(await addMigration(how, description))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
