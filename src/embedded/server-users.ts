import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isIdentityAlive, processIdentity } from './process-identity.js';

/**
 * Notes that this process uses the server of a folder; call it under the folder's lock.
 * @returns the note's file.
 */
export async function registerUser(base: string): Promise<string> {
  const folder = await usersFolder(base);
  // A process may use a server more than once, hence the second half of the name.
  const file = join(folder, `${processIdentity()}-${randomUUID()}`);
  await writeFile(file, '');
  return file;
}

/**
 * How many users the server of a folder has. Notes of dead processes are swept; call it under the
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
