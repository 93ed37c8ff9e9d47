import { createHash } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.js';
import { isReachableForOthers, makeRootOwnedFolder, temporaryPath } from './root-owned-folder.js';
import { sharedBinaries } from './shared-binaries.js';
import { unprivilegedAccount } from './unprivileged-account.js';
import type { Account } from './unprivileged-account.js';

/** Folders and account of an embedded PostgreSQL. */
export interface Place {
  /** The folder of the cluster, the lock and the registered uses. */
  base: string;
  /** The folder of PostgreSQL's programs. */
  programs: string;
  /** The account that runs the programs; undefined for the user of this process. */
  account: Account | undefined;
}

/**
 * Prepares the folder. If root runs this and `nobody` cannot reach the folder, the data goes to the
 * folder for temporary files.
 *
 * @throws EmbeddedPostgresError
 */
export async function preparePlace(folder: string, binaries: PostgresBinaries): Promise<Place> {
  await mkdir(folder, { recursive: true });
  const base = await realpath(folder);
  await writeFile(join(base, '.gitignore'), '*\n');
  const account = unprivilegedAccount();
  if (account === undefined) return { base, programs: join(binaries.root, 'bin'), account };

  const programs = join(await sharedBinaries(binaries), 'bin');
  if (await isReachableForOthers(join(base, 'cluster'))) return { base, programs, account };
  const hash = createHash('sha256').update(base).digest('hex').slice(0, 12);
  const relocated = await temporaryPath(`trading-journal-data-${hash}`);
  await makeRootOwnedFolder(relocated);
  return { base: relocated, programs, account };
}
