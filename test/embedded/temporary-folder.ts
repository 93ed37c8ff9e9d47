import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostmaster } from '../../src/embedded/server.js';

const folders: string[] = [];

/** A new folder that every user can enter, unless `mode` says otherwise. */
export async function temporaryFolder(mode = 0o755): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'embedded-test-')));
  await chmod(folder, mode);
  folders.push(folder);
  return folder;
}

/** Marks a folder for deletion together with the temporary folders. */
export function deleteLater(folder: string): void {
  folders.push(folder);
}

/** Ends the servers that a failed test left behind, and deletes the folders. */
export async function cleanUp(): Promise<void> {
  for (const folder of folders.splice(0)) {
    const postmaster = findPostmaster(folder);
    if (postmaster !== undefined) process.kill(postmaster.pid, 'SIGQUIT');
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
