import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isIdentityAlive, processIdentity } from './process-identity.js';

/**
 * Registers a use of a folder's server by this process, as a file. Call it with the folder's lock.
 * @returns the path of the file
 */
export async function registerUser(base: string): Promise<string> {
  const folder = await usersFolder(base);
  // The UUID distinguishes several uses by one process.
  const file = join(folder, `${processIdentity()}-${randomUUID()}`);
  await writeFile(file, '');
  return file;
}

/**
 * Counts the uses of a folder's server, and removes those of dead processes. Call it with the
 * folder's lock.
 */
export async function countUsers(base: string): Promise<number> {
  const folder = await usersFolder(base);
  let alive = 0;
  for (const name of await readdir(folder)) {
    if (isIdentityAlive(name)) alive += 1;
    else await rm(join(folder, name), { force: true });
  }
  return alive;
}

async function usersFolder(base: string): Promise<string> {
  const folder = join(base, 'users');
  await mkdir(folder, { recursive: true });
  return folder;
}
