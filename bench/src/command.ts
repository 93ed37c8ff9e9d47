import { Logger } from '@nestjs/common';
import { readOptions } from './options.js';
import type { Options } from './options.js';
import { Refusal } from './refusal.js';

/** Runs a command with the options of the command line. */
export async function runCommand(work: (options: Options) => Promise<void>): Promise<void> {
  // Suppresses the log of the seeded database's migrations.
  Logger.overrideLogger(['error', 'warn']);
  try {
    await work(readOptions(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof Error) || !isForTheUser(error)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function isForTheUser(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return error instanceof Refusal || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'));
}
