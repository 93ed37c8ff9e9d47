import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { compiledRepository } from './compiled.js';
import { runCommand, startCommand } from './run-command.js';
import type { CommandResult, RunningCommand } from './run-command.js';

/** Runs the compiled `journal-db` command in a temporary folder. */
export class JournalDbCommand {
  #compiled = '';
  #folder = '';

  constructor() {
    beforeAll(async () => {
      this.#compiled = await compiledRepository();
      await mkdir('.data', { recursive: true });
      this.#folder = await mkdtemp(resolve('.data', 'journal-db-'));
    });
    afterAll(() => rm(this.#folder, { recursive: true, force: true }));
  }

  get program(): string {
    return join(this.#compiled, 'src', 'cli', 'main.js');
  }

  /** The working directory: a folder without an `.env`. */
  get folder(): string {
    return this.#folder;
  }

  run(args: readonly string[], env: Record<string, string>): Promise<CommandResult> {
    return runCommand(process.execPath, [this.program, ...args], { cwd: this.#folder, env });
  }

  start(args: readonly string[], env: Record<string, string>): RunningCommand {
    return startCommand(process.execPath, [this.program, ...args], { cwd: this.#folder, env });
  }

  /** Runs a shell script. In it `"$@"` is the command with its arguments. */
  shell(script: string, args: readonly string[], env: Record<string, string>): Promise<CommandResult> {
    const words = ['-c', script, 'sh', process.execPath, this.program, ...args];
    return runCommand('sh', words, { cwd: this.#folder, env });
  }
}

/** Runs a command in this process, ten times faster than in a child process. */
export async function called(work: () => Promise<void>): Promise<{ printed: string; error: unknown }> {
  const lines: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const progress = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const error = await work().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { printed: lines.join('\n'), error };
  } finally {
    log.mockRestore();
    progress.mockRestore();
  }
}
