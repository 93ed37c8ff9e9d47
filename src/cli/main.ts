#!/usr/bin/env node
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Command, Option } from 'commander';
import { loadEnvFile } from '../config/env-file.js';
import { completeFormats } from '../portability/deletion/user-deletion.js';
import { exportFormats } from '../portability/export/journal-export.service.js';
import { instant, plainDay, wholeNumber } from './arguments.js';
import { deleteUser } from './delete-user.command.js';
import type { DeleteUserCommandOptions } from './delete-user.command.js';
import { demo } from './demo.command.js';
import { exportFile } from './export.command.js';
import type { ExportCommandOptions } from './export.command.js';
import { failed } from './failure.js';
import type { OptionsByCode } from './failure.js';
import { importFile, importOptionsByCode } from './import.command.js';
import type { ImportCommandOptions } from './import.command.js';
import { seed } from './seed.command.js';
import type { SeedCommandOptions } from './seed.command.js';
import { schemaStatus } from './status.command.js';
import type { StatusCommandOptions } from './status.command.js';
import { printable } from './printing.js';

const { version } = createRequire(import.meta.url)('trading-journal-database/package.json') as {
  version: string;
};

// Whoever reads the output may stop reading, as `| head` does; the work goes on, and its exit code
// says how it ended.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const program = new Command('journal-db')
  .description('Works on the PostgreSQL database of an options-trading journal, which DATABASE_URL names.')
  .version(version)
  .configureOutput({
    writeOut: (text) => process.stdout.write(printable(text)),
    writeErr: (text) => process.stderr.write(printable(text)),
  });

program
  .command('import')
  .description(
    'Import the journal of the browser application for a user: all of it or nothing, and verified.',
  )
  .argument(
    '<file>',
    'the SQLite file, the base64 text from localStorage, or JSON with the arrays `accounts` and `journal`',
  )
  .requiredOption('--user <email>', 'the address of the user who is to own the journal')
  .option(
    '--time-zone <zone>',
    'where the journal was kept, such as America/Denver; needed to tell expiration days',
  )
  .option(
    '--local-storage <file>',
    "the browser's localStorage as JSON, for corrected expirations and bought options; see docs/reference/migration-plan.md",
  )
  .option('--create-user', 'create the user if there is none')
  .option('--dry-run', 'do everything, verification included, and roll it back')
  .option('--skip-invalid', 'leave out the rows that cannot be imported, instead of refusing the file')
  .option('--time-limit <seconds>', 'how long reading the file may take; 120 unless given', wholeNumber)
  .option(
    '--memory-limit <MiB>',
    'how much memory reading the file may take, with some 100 MiB for Node itself; 2048 unless given',
    wholeNumber,
  )
  .option('--json', 'print the whole report as JSON')
  .action((file: string, options: ImportCommandOptions) =>
    run(() => importFile(process.env, file, options), options.json, importOptionsByCode),
  );

program
  .command('export')
  .description(
    "Export a user's whole journal, deleted entries included: all of it, or no file. See docs/guides/portability.md for the formats.",
  )
  .argument('<file>', 'the file to make')
  .requiredOption('--user <email>', 'the address of the user whose journal it is')
  .addOption(
    new Option('--format <format>', 'sqlite, which the browser application opens, json, ndjson, or csv')
      .choices(exportFormats)
      .makeOptionMandatory(),
  )
  .option('--as-of <instant>', 'as it was known then, such as 2026-01-31T15:30:00Z', instant)
  .option('--force', 'replace a file that is there')
  .option('--json', 'print what was exported as JSON')
  .action((file: string, options: ExportCommandOptions) =>
    run(() => exportFile(process.env, file, options), options.json),
  );

program
  .command('delete-user')
  .description('Delete a user with everything of theirs, for ever, and show that nothing is left.')
  .argument('<email>', 'the address of the user')
  .option('--export <file>', 'write a complete export first, and delete only when it is on the disk')
  .addOption(
    new Option('--format <format>', 'of the export; CSV is not complete, and ndjson imports at any size')
      .choices(completeFormats)
      .default('ndjson'),
  )
  .option('--force', 'replace a file that is there')
  .option('--yes', 'do not ask')
  .option('--json', 'print it as JSON')
  .action((email: string, options: DeleteUserCommandOptions) =>
    run(() => deleteUser(process.env, email, options), options.json),
  );

program
  .command('demo')
  .description('Show all of it with a sample journal, on an embedded PostgreSQL of its own.')
  .action(() => run(() => demo(process.env)));

program
  .command('status')
  .description(
    'Say which migrations are applied, pending or unknown, over DATABASE_MIGRATION_URL or else DATABASE_URL; ends with 1 if the schema is not what this release needs.',
  )
  .option(
    '--drift',
    'compare every table, index, policy and grant with what the migrations of this release make',
  )
  .option('--json', 'print it as JSON')
  .action((options: StatusCommandOptions) =>
    run(async () => {
      if (!(await schemaStatus(process.env, options))) process.exitCode = 1;
    }, options.json),
  );

program
  .command('seed')
  .description('Add users with sample journals, for development: the same ones for the same options.')
  .requiredOption('--users <number>', 'how many users', wholeNumber)
  .requiredOption('--entries <number>', 'how many journal entries each', wholeNumber)
  .option('--seed <number>', 'another number makes other users, with journals made from it', wholeNumber, 1)
  .option('--until <day>', 'the last day of trading, as YYYY-MM-DD; 2025-12-31 unless given', plainDay)
  .option('--yes', 'do it in production (NODE_ENV=production) too')
  .option('--json', 'print it as JSON')
  .action((options: SeedCommandOptions) => run(() => seed(process.env, options), options.json));

async function run(command: () => Promise<void>, asJson = false, options?: OptionsByCode): Promise<void> {
  try {
    loadEnvFile();
    await command();
  } catch (error) {
    failed(error, asJson, options);
    process.exitCode = 1;
  }
}

await program.parseAsync();
