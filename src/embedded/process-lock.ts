import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

const maxWait = 180_000;

/**
 * Runs `work` with an exclusive lock file of the folder, also within this process.
 *
 * @throws EmbeddedPostgresError if the lock is not available within three minutes
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = join(folder, 'lock');
  const deadline = Date.now() + maxWait;
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

// Only one process may remove an abandoned lock. A second process would delete the new lock of the
// first. The function is synchronous, so a kill in the middle is very unlikely.
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

/** This process as `PID-START`. The start time distinguishes processes that reuse a pid. */
export function processIdentity(): string {
  return `${process.pid}-${readStatus(process.pid)?.start ?? 0}`;
}

/** Whether the process of an identity still runs; false for any other text. */
export function isIdentityAlive(identity: string): boolean {
  const [pid, start] = identity.split('-').map(Number);
  if (!pid || !isProcessAlive(pid)) return false;
  const status = readStatus(pid);
  return status === undefined || status.start === start;
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // A zombie is dead. Zombies stay in containers whose first process does not reap orphans.
  return readStatus(pid)?.state !== 'Z';
}

// Only Linux provides this without running a program; elsewhere the pid alone must suffice.
function readStatus(pid: number): { state: string | undefined; start: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 2 is the program's name in parentheses, with any characters; field 3 is the state,
    // field 22 the start time.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], start: Number(fields[19]) };
  } catch {
    return undefined;
  }
}
