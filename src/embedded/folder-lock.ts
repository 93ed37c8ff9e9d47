import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { isIdentityAlive, processIdentity } from './process-identity.js';

const longestWait = 180_000;

/**
 * Runs `work` with an exclusive lock file of the folder, also within this process.
 *
 * @throws EmbeddedPostgresError if the lock is not available within three minutes
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = join(folder, 'lock');
  const deadline = Date.now() + longestWait;
  while (!tryCreate(file)) {
    if (isAbandoned(file)) removeAbandoned(file);
    else if (Date.now() < deadline) await sleep(50);
    else {
      throw new EmbeddedPostgresError(
        `Another process has been starting or stopping the embedded PostgreSQL for too long. ` +
          `If no such process is running, delete ${file} and try again.`,
      );
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryCreate(file: string): boolean {
  try {
    writeFileSync(file, processIdentity(), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAbandoned(file: string): boolean {
  try {
    const holder = readFileSync(file, 'utf8');
    // An empty lock is being created, or its creator was killed before it wrote its identity.
    return holder === '' ? statSync(file).mtimeMs < Date.now() - 10_000 : !isIdentityAlive(holder);
  } catch {
    return false;
  }
}

// Only one of several processes may remove an abandoned lock: a second one would remove the first
// one's new lock. All of it is synchronous, so a kill in between is very unlikely.
function removeAbandoned(file: string): void {
  const guard = `${file}.removal`;
  if (!tryCreate(guard)) {
    if (isAbandoned(guard)) rmSync(guard, { force: true });
    return;
  }
  try {
    if (isAbandoned(file)) rmSync(file, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}
