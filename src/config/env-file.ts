import { existsSync } from 'node:fs';

/** Takes `.env` of the working directory into the environment, for commands; what is set already stays. */
export function loadEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
