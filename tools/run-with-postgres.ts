// Runs a command with a database in DATABASE_URL: `tsx tools/run-with-postgres.ts COMMAND ARGS…`.
// If DATABASE_URL is unset, an embedded PostgreSQL runs for the duration of the command.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { loadEnvFile } from '../src/config/env-file.js';
import { openDevelopmentDatabase } from '../src/embedded/development-database.js';
import { exitCodeOf, onEndingSignal } from '../src/embedded/ending-signals.js';
import type { EndingSignal } from '../src/embedded/ending-signals.js';

const [command, ...args] = process.argv.slice(2);
let received: EndingSignal | undefined;
let child: ChildProcess | undefined;

onEndingSignal((signal) => {
  received ??= signal;
  // A terminal sends Ctrl-C to the command too, and some commands treat a second SIGINT as a
  // request to quit at once.
  if (signal === 'SIGINT' && process.stdin.isTTY) return;
  child?.kill(signal);
});

function run(file: string): Promise<number> {
  // Without type checks: ts-node would be slow, and refuse a migration that is not finished.
  const env = { TS_NODE_TRANSPILE_ONLY: '1', ...process.env };
  const started = spawn(file, args, { stdio: 'inherit', env });
  child = started;
  return new Promise((resolve) => {
    started.once('error', (error) => {
      console.error(`${file} cannot be run: ${error.message}`);
      resolve(127);
    });
    started.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : exitCodeOf(signal)));
  });
}

async function main(file: string): Promise<number> {
  loadEnvFile();
  const database = await openDevelopmentDatabase(process.env);
  try {
    return received === undefined ? await run(file) : exitCodeOf(received);
  } finally {
    await database.close();
  }
}

if (command === undefined) {
  console.error('Usage: tsx tools/run-with-postgres.ts COMMAND ARGS…');
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await main(command);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
