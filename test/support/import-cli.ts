import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from '@jest/globals';
import { runCommand, startCommand } from './run-command.js';
import type { CommandResult, RunningCommand } from './run-command.js';

/**
 * `journal-db`, compiled into a folder of its own, as a user would run it. The folder lies within
 * the package, by whose name the program finds its version; it is not below `node_modules`, where
 * Node would not take it for ESM.
 */
export class JournalDbCommand {
  #folder = '';

  constructor() {
    beforeAll(async () => {
      await mkdir('.data', { recursive: true });
      this.#folder = await mkdtemp(resolve('.data', 'journal-db-'));
      const compiler = resolve('node_modules', 'typescript', 'bin', 'tsc');
      const options = [
        '-p',
        'tsconfig.json',
        '--noCheck',
        '--declaration',
        'false',
        '--outDir',
        this.#folder,
      ];
      await promisify(execFile)(process.execPath, [compiler, ...options]);
    }, 120_000);
    afterAll(() => rm(this.#folder, { recursive: true, force: true }));
  }

  get program(): string {
    return join(this.#folder, 'src', 'cli', 'main.js');
  }

  /** Where it runs: a folder without an `.env`. */
  get folder(): string {
    return this.#folder;
  }

  run(args: readonly string[], env: Record<string, string>): Promise<CommandResult> {
    return runCommand(process.execPath, [this.program, ...args], { cwd: this.#folder, env });
  }

  start(args: readonly string[], env: Record<string, string>): RunningCommand {
    return startCommand(process.execPath, [this.program, ...args], { cwd: this.#folder, env });
  }

  /** Through a shell, whose words `$@` are the command. */
  shell(script: string, args: readonly string[], env: Record<string, string>): Promise<CommandResult> {
    const words = ['-c', script, 'sh', process.execPath, this.program, ...args];
    return runCommand('sh', words, { cwd: this.#folder, env });
  }
}
