#!/usr/bin/env node
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Command, Option } from 'commander';
import { loadEnvFile } from '../config/env-file.js';
import { completeFormats, exportFormats } from '../portability/export/export-format.js';
import { fileName, instant, sampleDay, wholeNumber } from './arguments.js';
import type * as Programs from './commands.js';
import type { DeleteUserCommandOptions } from './delete-user.command.js';
import type { ExportCommandOptions } from './export.command.js';
import type { OptionsByCode } from './failure.js';
import type { ImportCommandOptions } from './import.command.js';
import type { SeedCommandOptions } from './seed.command.js';
import type { StatusCommandOptions } from './status.command.js';
import { printable, printError } from './printing.js';

const { version } = createRequire(import.meta.url)('trading-journal-database/package.json') as {
  version: string;
};

/** The exit code of a command that has done its work, but could not print all of its result. */
const resultNotPrinted = 3;

// Neither a closed pipe, as with `| head`, nor a full disk must end the command: its work and exit
// code matter.
process.stderr.on('error', () => undefined);
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return;
  printError(`The result cannot be written to standard output (${code}).`);
  process.exitCode ||= resultNotPrinted;
});

/** Options that avoid an error of the import, by the code of the error. */
const importOptionsByCode: OptionsByCode = {
  TIME_ZONE: '--time-zone America/Denver',
  USER_NOT_FOUND: '--create-user',
  IMPORT_REJECTED: '--skip-invalid',
};

const program = new Command('journal-db')
  .description('Manage the PostgreSQL database of an options-trading journal in DATABASE_URL.')
  .version(version)
  // Options after `run` belong to the command.
  .enablePositionalOptions()
  .configureOutput({
    writeOut: (text) => process.stdout.write(printable(text)),
    writeErr: (text) => process.stderr.write(printable(text)),
  });

program
  .command('import')
  .description(
    'Import a journal of the browser application for a user: verified, and either all of it or nothing.',
  )
  .argument(
    '<file>',
    'the SQLite file, the base64 text from localStorage, or JSON with the arrays `accounts` and `journal`',
  )
  .requiredOption('--user <email>', 'the email address of the user who gets the journal')
  .option(
    '--time-zone <zone>',
    'the time zone in which the journal was kept, such as America/Denver; needed to read expiration days',
  )
  .option(
    '--local-storage <file>',
    "the browser's localStorage as JSON, for corrected expirations and bought options; see docs/reference/migration-plan.md",
  )
  .option('--create-user', 'create the user if the email address is unknown')
  .option('--dry-run', 'run the complete import, including verification, and roll it back')
  .option('--skip-invalid', 'leave out the rows that cannot be imported, instead of refusing the file')
  .option(
    '--no-check-figures',
    'skip the search for entries that figures cannot place, which reads the whole journal into memory',
  )
  .option('--time-limit <seconds>', 'time limit for reading the file; default 300', wholeNumber)
  .option(
    '--memory-limit <MiB>',
    'memory limit for reading the file, including about 100 MiB for Node itself; default 2048',
    wholeNumber,
  )
  .option('--json', 'print the whole report as JSON')
  .action((file: string, options: ImportCommandOptions) =>
    run(({ importFile }) => importFile(process.env, file, options), options.json, importOptionsByCode),
  );

program
  .command('export')
  .description(
    "Export a user's complete journal, including deleted entries, or write no file. Formats: docs/guides/portability.md.",
  )
  .argument('<file>', 'the file to create', fileName)
  .requiredOption('--user <email>', 'the email address of the user')
  .addOption(
    new Option('--format <format>', 'sqlite, which the browser application opens, json, ndjson, or csv')
      .choices(exportFormats)
      .makeOptionMandatory(),
  )
  .option('--as-of <instant>', 'the journal as it was known then, such as 2026-01-31T15:30:00Z', instant)
  .option('--force', 'replace an existing file')
  .option('--json', 'print the summary as JSON')
  .action((file: string, options: ExportCommandOptions) =>
    run(({ exportFile }) => exportFile(process.env, file, options), options.json),
  );

program
  .command('delete-user')
  .description('Delete a user with all accounts and entries permanently, and show that no rows are left.')
  .argument('<email>', 'the email address of the user')
  .option('--export <file>', 'write a complete export first, and delete only after it is on disk', fileName)
  .addOption(
    new Option('--format <format>', 'format of the export; ndjson can be imported at any size')
      .choices(completeFormats)
      .default('ndjson'),
  )
  .option('--force', 'replace an existing file')
  .option('--yes', 'do not ask for confirmation')
  .option('--json', 'print the result as JSON')
  .action((email: string, options: DeleteUserCommandOptions) =>
    run(({ deleteUser }) => deleteUser(process.env, email, options), options.json),
  );

program
  .command('demo')
  .description(
    'Import a sample journal into an embedded PostgreSQL, record trades by templates, and show figures.',
  )
  .action(() => run(({ demo }) => demo(process.env)));

program
  .command('run')
  .description(
    'Run a command, such as npm run start:dev, with the database in DATABASE_URL. If the variable is unset, with an embedded PostgreSQL, whose data stay in .data/postgres-18.',
  )
  .argument('<command...>', 'the command and its arguments')
  .passThroughOptions()
  .action((command: string[]) =>
    run(async ({ runWithDatabase }) => {
      process.exitCode = await runWithDatabase(process.env, command);
    }),
  );

program
  .command('status')
  .description(
    'List applied, pending and unknown migrations of DATABASE_MIGRATION_URL, or else DATABASE_URL. Exit code 1 if the schema does not fit this release.',
  )
  .option(
    '--drift',
    'compare every table, index, policy and grant with the result of the migrations of this release',
  )
  .option('--json', 'print the result as JSON')
  .action((options: StatusCommandOptions) =>
    run(async ({ schemaStatus }) => {
      if (!(await schemaStatus(process.env, options))) process.exitCode = 1;
    }, options.json),
  );

program
  .command('seed')
  .description('Add users with sample journals, for development. The same options make the same journals.')
  .requiredOption('--users <number>', 'number of users', wholeNumber)
  .requiredOption('--entries <number>', 'number of journal entries per user', wholeNumber)
  .option('--seed <number>', 'seed of the random numbers; another seed makes other users', wholeNumber, 1)
  .option('--until <day>', 'the last day of trading, as YYYY-MM-DD; default 2025-12-31', sampleDay)
  .option('--yes', 'allow it in production (NODE_ENV=production)')
  .option('--json', 'print the result as JSON')
  .action((options: SeedCommandOptions) => run(({ seed }) => seed(process.env, options), options.json));

/** Loads the programs when a command runs: `--help` and refusals of arguments need none. */
async function run(
  command: (programs: typeof Programs) => Promise<void>,
  asJson = false,
  options?: OptionsByCode,
): Promise<void> {
  const programs = await import('./commands.js');
  try {
    loadEnvFile();
    await command(programs);
  } catch (error) {
    programs.reportFailure(error, asJson, options);
    process.exitCode = 1;
  }
}

await program.parseAsync();
