import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { openDevelopmentDatabase } from '../embedded/development-database.js';
import { exitCodeOf, onEndingSignal, type EndingSignal } from '../embedded/ending-signals.js';
import { printError } from './printing.js';

/**
 * Whether the command leads a process group. npm runs a script in a shell, which SIGTERM ends
 * without its programs: only a signal to the group reaches them. On a terminal the command must
 * stay in the group of the terminal, because other groups receive neither input nor Ctrl-C.
 */
const hasOwnGroup = process.platform !== 'win32' && !process.stdin.isTTY;

/**
 * Runs a command with a database in `DATABASE_URL`. If the variable is unset, an embedded
 * PostgreSQL runs for the duration of the command. Ending signals go to the command and to the
 * processes that it started; on a terminal, SIGTERM goes to the command only.
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
    if (child) send(child, signal);
  });
  try {
    const close = await openDevelopmentDatabase(environment);
    try {
      if (received !== undefined) return exitCodeOf(received);
      child = spawn(file, args, { stdio: 'inherit', env: environment, detached: hasOwnGroup });
      const code = await exitOf(child, file);
      if (received !== undefined && hasOwnGroup) await groupEnd(child.pid);
      return code;
    } finally {
      await close();
    }
  } finally {
    release();
  }
}

/** Waits, at most ten seconds, for the processes of a group: they may still use the database. */
async function groupEnd(group: number | undefined): Promise<void> {
  const end = Date.now() + 10_000;
  while (group !== undefined && hasProcesses(group) && Date.now() < end) await setTimeout(50);
}

function send(child: ChildProcess, signal: EndingSignal): void {
  if (!hasOwnGroup || child.pid === undefined) child.kill(signal);
  else if (hasProcesses(child.pid)) process.kill(-child.pid, signal);
}

function hasProcesses(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
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
