import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { openDevelopmentDatabase } from '../embedded/development-database.js';
import { exitCodeOf, onEndingSignal } from '../embedded/ending-signals.js';
import type { EndingSignal } from '../embedded/ending-signals.js';
import { printError } from './printing.js';

/**
 * Runs a command with a database in `DATABASE_URL`. If the variable is unset, an embedded
 * PostgreSQL runs for the duration of the command. Ending signals go to the command.
 *
 * @returns the exit code of the command
 */
export async function runWithDatabase(
  environment: NodeJS.ProcessEnv,
  [file = '', ...args]: readonly string[],
): Promise<number> {
  let received: EndingSignal | undefined;
  let child: ChildProcess | undefined;
  const release = onEndingSignal((signal) => {
    received ??= signal;
    // A terminal sends Ctrl-C to the command too, and some commands treat a second SIGINT as a
    // request to quit at once.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child?.kill(signal);
  });
  try {
    const database = await openDevelopmentDatabase(environment);
    try {
      if (received !== undefined) return exitCodeOf(received);
      child = spawn(file, args, { stdio: 'inherit', env: environment });
      return await exitOf(child, file);
    } finally {
      await database.close();
    }
  } finally {
    release();
  }
}

function exitOf(child: ChildProcess, file: string): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      printError(`${file} cannot be run: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : exitCodeOf(signal)));
  });
}
