import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { Place } from './place.js';

/** Result of a program; `output` is empty if it was ignored. */
export interface ProgramResult {
  ok: boolean;
  output: string;
}

/**
 * Runs one of PostgreSQL's programs to its end. Ignore the output of a program that starts a
 * server: the server would inherit the pipe, and this process would wait for its end.
 *
 * @throws EmbeddedPostgresError if the program cannot be started
 */
export function runProgram(
  { base, programs, account }: Place,
  name: 'initdb' | 'pg_ctl',
  args: readonly string[],
  output: 'keep' | 'ignore',
): Promise<ProgramResult> {
  const stream = output === 'keep' ? 'pipe' : 'ignore';
  const child = spawn(join(programs, name), args, {
    ...account,
    cwd: base,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', stream, stream],
    // Its own process group, so that Ctrl-C in the terminal cannot interrupt stopping the server.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new EmbeddedPostgresError(`PostgreSQL's ${name} cannot be run: ${error.message}.`, { cause: error }),
      ),
    );
    child.once('close', (code) =>
      resolve({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8') }),
    );
  });
}

/** The last 15 lines of a text, for an error message. */
export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-15).join('\n');
}
