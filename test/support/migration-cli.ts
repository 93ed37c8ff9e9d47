import { join, resolve } from 'node:path';
import { beforeAll } from '@jest/globals';
import { compiledRepository } from './compiled.js';
import { startCommand } from './run-command.js';
import type { CommandResult, RunningCommand } from './run-command.js';

const ormconfigs = {
  package: 'ormconfig',
  sample: 'test/support/sample-ormconfig',
  endless: 'test/support/endless-ormconfig',
};

/**
 * The name of an ormconfig: migrations of the package, sample migrations too, or an endless one.
 */
export type Ormconfig = keyof typeof ormconfigs;

/** TypeORM's migration command as deployments run it: on compiled JavaScript. */
export class MigrationCommand {
  #folder = '';

  constructor() {
    beforeAll(async () => {
      this.#folder = await compiledRepository();
    });
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

/** The migrations that the output of a command lists as applied. */
export function appliedBy({ stdout }: CommandResult): string[] {
  return [...stdout.matchAll(/Migration (\w+) has been executed successfully/g)].map(
    ([, name]) => name ?? '',
  );
}

/** The migration that the output of a command lists as reverted. */
export function revertedBy({ stdout }: CommandResult): string[] {
  return [...stdout.matchAll(/Migration (\w+) has been reverted successfully/g)].map(
    ([, name]) => name ?? '',
  );
}
