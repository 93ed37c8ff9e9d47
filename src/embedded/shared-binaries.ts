import { createHash } from 'node:crypto';
import { chmod, cp, mkdtemp, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.js';
import { isOpenToOthers, temporaryPath, verifyRootOwned } from './root-owned-folder.js';

/**
 * A folder with binaries that every user can run: the package's folder, or a copy that root creates
 * once.
 *
 * @throws EmbeddedPostgresError if the folder of the copy cannot be trusted
 */
export async function sharedBinaries({ root, packageVersion }: PostgresBinaries): Promise<string> {
  const samples = ['bin/postgres', 'lib', 'share/postgresql'].map((name) => join(root, name));
  const open = await Promise.all(samples.map(isOpenToOthers));
  if (open.every(Boolean)) return root;

  const hash = createHash('sha256').update(await realpath(root));
  const copy = await temporaryPath(
    `trading-journal-postgres-${packageVersion}-${hash.digest('hex').slice(0, 12)}`,
  );
  if (!existsSync(copy)) await copyForEveryone(root, copy);
  await verifyRootOwned(copy);
  return copy;
}

// Renames the complete copy to its final name, so that an interrupted copy is never used.
async function copyForEveryone(source: string, target: string): Promise<void> {
  const unfinished = await mkdtemp(`${target}.`);
  try {
    await cp(source, unfinished, { recursive: true, verbatimSymlinks: true });
    await openToOthers(unfinished);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

async function openToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToOthers(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
