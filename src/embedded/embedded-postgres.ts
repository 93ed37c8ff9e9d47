import { randomUUID } from 'node:crypto';
import { rm, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkCluster, clusterExists, createCluster, deleteCluster, superuserUrl } from './cluster.js';
import type { ClusterKind } from './cluster.js';
import { withFolderLock, isIdentityAlive, processIdentity } from './process-lock.js';
import { preparePlace, type Place } from './place.js';
import { findBinaries } from './postgres-binaries.js';
import { findRunningServer, startServer, stopServer } from './server.js';

/** By default PostgreSQL 18, whose data stay. */
interface EmbeddedPostgresOptions extends Partial<ClusterKind> {
  /** The folder of the data. Created if it is missing. */
  folder: string;
}

/** A running server, which other processes may share. */
export interface EmbeddedPostgres {
  /** The folder of the data: `folder`, unless root runs this and `nobody` cannot reach it. */
  readonly base: string;
  /** The connection URL of the superuser for a database. */
  url(database: string): string;
  /** Ends this use. The last use stops the server. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on the data in a folder, or joins a server that already runs there, for example
 * after a run that was killed.
 *
 * @throws EmbeddedPostgresError if the binaries are missing or the server does not start
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const kind: ClusterKind = { version: options.version ?? '18', ephemeral: options.ephemeral ?? false };
  const place = await preparePlace(options.folder, findBinaries(kind.version));
  return withFolderLock(place.base, async () => {
    const port = await runServer(place, kind);
    const use = await registerUse(place.base);
    return {
      base: place.base,
      url: (database) => superuserUrl(place.base, port, database),
      stop: () => endUse(place, kind, use),
    };
  });
}

async function runServer(place: Place, kind: ClusterKind): Promise<number> {
  const uses = await countUses(place.base);
  if (clusterExists(place.base)) {
    await checkCluster(place, kind);
    if (kind.ephemeral && uses === 0) {
      await stopServer(place, 'immediate');
      await deleteCluster(place.base);
    }
  }
  if (!clusterExists(place.base)) await createCluster(place, kind);
  return (await findRunningServer(place.base)) ?? (await startServer(place, kind.ephemeral));
}

// Idempotent, so that both a signal handler and `finally` may call it.
async function endUse(place: Place, kind: ClusterKind, use: string): Promise<void> {
  await withFolderLock(place.base, async () => {
    await rm(use, { force: true });
    if ((await countUses(place.base)) > 0) return;
    await stopServer(place, kind.ephemeral ? 'immediate' : 'fast');
    if (kind.ephemeral) await deleteCluster(place.base);
  });
}

/**
 * Registers a use of a folder's server by this process, as a file. Call it with the folder's lock.
 * @returns the path of the file
 */
async function registerUse(base: string): Promise<string> {
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
async function countUses(base: string): Promise<number> {
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
