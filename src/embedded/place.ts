import { createHash } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.js';
import { isReachableForOthers, makeRootOwnedFolder, temporaryPath } from './root-owned-folder.js';
import { sharedBinaries } from './shared-binaries.js';
import { unprivilegedAccount } from './unprivileged-account.js';
import type { Account } from './unprivileged-account.js';

/** Where one embedded PostgreSQL lives, and whom it is run as. */
export interface Place {
  /** The folder of the cluster, the lock and the list of users. */
  base: string;
  /** The folder of PostgreSQL's programs. */
  programs: string;
  /** Whom they are run as, if not as the user of this process. */
  account: Account | undefined;
}

/**
 * Makes the folder ready. Everything stays in it, except for root if another user cannot reach it:
 * then the data lies in the folder for temporary files.
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
