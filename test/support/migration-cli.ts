import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { startCommand, succeed } from './run-command.js';
import type { CommandResult, RunningCommand } from './run-command.js';

const ormconfigs = {
  package: 'ormconfig',
  sample: 'test/support/sample-ormconfig',
  endless: 'test/support/endless-ormconfig',
};

/** Whose migrations: those of the package, or the sample ones as well, or one that does not end. */
export type Ormconfig = keyof typeof ormconfigs;

/**
 * TypeORM's own command in a deployment: on JavaScript that was compiled before, in a folder within
 * the package.
 */
export class MigrationCommand {
  #folder = '';

  constructor() {
    beforeAll(async () => {
      await mkdir('.data', { recursive: true });
      this.#folder = await mkdtemp(resolve('.data', 'migration-cli-'));
      const project = join(this.#folder, 'tsconfig.json');
      const files = Object.values(ormconfigs).map((file) => resolve(`${file}.ts`));
      await writeFile(project, JSON.stringify({ extends: resolve('tsconfig.json'), files, include: [] }));
      const compiler = resolve('node_modules', 'typescript', 'bin', 'tsc');
      const options = ['-p', project, '--noCheck', '--declaration', 'false', '--outDir', this.#folder];
      await succeed(process.execPath, [compiler, ...options, '--rootDir', resolve()], { cwd: resolve() });
    }, 120_000);
    afterAll(() => rm(this.#folder, { recursive: true, force: true }));
  }

  start(which: Ormconfig, args: readonly string[], env: Record<string, string>): RunningCommand {
    const program = resolve('node_modules', 'typeorm', 'cli.js');
    const words = [program, ...args, '-d', join(this.#folder, `${ormconfigs[which]}.js`)];
    return startCommand(process.execPath, words, { cwd: this.#folder, env });
  }

  run(which: Ormconfig, args: readonly string[], env: Record<string, string>): Promise<CommandResult> {
    return this.start(which, args, env).ended;
  }
}

/** The migrations that a command says it has applied. */
export function appliedBy({ stdout }: CommandResult): string[] {
  return [...stdout.matchAll(/Migration (\w+) has been executed successfully/g)].map(
    ([, name]) => name ?? '',
  );
}

/** The one that it says it has taken back. */
export function revertedBy({ stdout }: CommandResult): string[] {
  return [...stdout.matchAll(/Migration (\w+) has been reverted successfully/g)].map(
    ([, name]) => name ?? '',
  );
}
