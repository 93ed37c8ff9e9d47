// Runs a command as `journal-db run` does: `tsx tools/run-with-postgres.ts COMMAND ARGS…`.
import { loadEnvFile } from '../src/config/env-file.js';
import { runWithDatabase } from '../src/cli/run.command.js';

const command = process.argv.slice(2);
if (command.length === 0) {
  console.error('Usage: tsx tools/run-with-postgres.ts COMMAND ARGS…');
  process.exitCode = 2;
} else {
  try {
    loadEnvFile();
    process.exitCode = await runWithDatabase(process.env, command);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
