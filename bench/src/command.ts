import { Logger } from '@nestjs/common';
import { readOptions } from './options.js';
import type { Options } from './options.js';

/** Runs a command with the options of the command line; a mistake in those is one line, and not a stack. */
export async function runCommand(work: (options: Options) => Promise<void>): Promise<void> {
  // The migrations of a seeded database are no news.
  Logger.overrideLogger(['error', 'warn']);
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
    return;
  }
  await work(options);
}
