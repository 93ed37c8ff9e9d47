import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { isIdentityAlive, processIdentity } from './process-identity.js';

const longestWait = 180_000;

/**
 * Runs work while no other process (nor another part of this one) works on the folder.
 *
 * @throws EmbeddedPostgresError when another holds the lock for minutes.
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
          `If none is at work, delete ${file} and try again.`,
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
    // A lock that is still empty was made a moment ago, unless its maker was killed right then.
    return holder === '' ? statSync(file).mtimeMs < Date.now() - 10_000 : !isIdentityAlive(holder);
  } catch {
    return false;
  }
}

// Of several that found the lock abandoned, only one may remove it: a second would remove the lock
// of the first. All of this happens within one turn of the event loop, so being killed in between
// is next to impossible.
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
