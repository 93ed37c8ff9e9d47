import { existsSync } from 'node:fs';
import { InvalidEnvironmentError } from './invalid-environment.error.js';

/**
 * Loads `.env` of the working directory into `process.env`, for commands. Variables that are set
 * keep their values.
 *
 * @throws InvalidEnvironmentError if the file cannot be read
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
