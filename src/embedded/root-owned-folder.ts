import { chmod, lstat, mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

const groupOrOtherMayWrite = 0o022;

/** Whether every user can read a file or enter a folder, including all folders above it. */
export async function isOpenToOthers(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  return (mode & 0o005) === 0o005 && (await isReachableForOthers(path));
}

/** Whether every user can enter all folders above a path. */
export async function isReachableForOthers(path: string): Promise<boolean> {
  const parent = dirname(path);
  if (parent === path) return true;
  return ((await stat(parent)).mode & 0o001) !== 0 && (await isReachableForOthers(parent));
}

/**
 * A path in the folder for temporary files.
 *
 * @throws EmbeddedPostgresError if other users cannot reach it
 */
export async function temporaryPath(name: string): Promise<string> {
  const path = join(tmpdir(), name);
  if (!(await isReachableForOthers(path))) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, and the user \`nobody\` can reach neither this project nor ${tmpdir()}. ` +
        'Set TMPDIR to a folder that every user can enter, or DATABASE_URL to a PostgreSQL server.',
    );
  }
  return path;
}

/**
 * Creates a folder that everyone can enter and only root can write to.
 * @throws EmbeddedPostgresError
 */
export async function makeRootOwnedFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
    await chmod(path, 0o755);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  await verifyRootOwned(path);
}

/**
 * Checks a folder in a place where any user could have created it first.
 *
 * @throws EmbeddedPostgresError if root does not own the folder, or others can write to it
 */
export async function verifyRootOwned(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === 0 && (found.mode & groupOrOtherMayWrite) === 0) return;
  throw new EmbeddedPostgresError(
    `${path} is not a folder that only root can write to, so it is not used. Find out who created it, and remove it.`,
  );
}
