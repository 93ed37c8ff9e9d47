import { existsSync } from 'node:fs';
import { InvalidEnvironmentError } from './invalid-environment.error.js';

/**
 * Takes `.env` of the working directory into the environment, for commands; what is set already
 * stays.
 *
 * @throws InvalidEnvironmentError if it cannot be read
 */
export function loadEnvFile(): void {
  if (!existsSync('.env')) return;
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    const expected = 'must be a file of NAME=value lines that this user may read';
    throw new InvalidEnvironmentError([{ variable: '.env', expected }], { cause: error });
  }
}
