import { rm } from 'node:fs/promises';
import { checkCluster, clusterExists, createCluster, deleteCluster } from './cluster.js';
import type { ClusterKind } from './cluster.js';
import { withFolderLock } from './folder-lock.js';
import { preparePlace } from './place.js';
import type { Place } from './place.js';
import { findBinaries } from './postgres-binaries.js';
import type { PostgresVersion } from './postgres-binaries.js';
import { findRunningServer } from './postmaster.js';
import { startServer, stopServer } from './server.js';
import { countUsers, registerUser } from './server-users.js';
import { superuserUrl } from './superuser-url.js';

export interface EmbeddedPostgresOptions {
  /** Where the data lives; the folder is made if it is missing. */
  folder: string;
  /** 18 by default. */
  version?: PostgresVersion;
  /**
   * For tests: nothing is kept after the last user stopped, and data may be lost if the machine
   * fails.
   */
  ephemeral?: boolean;
}

/** A running server, perhaps shared with other processes. */
export interface EmbeddedPostgres {
  /** Where its data really is: `folder`, except for root where PostgreSQL cannot reach that. */
  readonly base: string;
  /** The connection URL of the superuser for a database. */
  url(database: string): string;
  /**
   * Ends this use; the server itself is stopped with its last use. Calling it again does nothing.
   */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on the data in a folder, or joins the server that runs there already, perhaps
 * left over from a run that was killed.
 *
 * @throws EmbeddedPostgresError when the binaries are missing or the server does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const kind: ClusterKind = { version: options.version ?? '18', ephemeral: options.ephemeral ?? false };
  const place = await preparePlace(options.folder, findBinaries(kind.version));
  return withFolderLock(place.base, async () => {
    const port = await runServer(place, kind);
    const user = await registerUser(place.base);
    return {
      base: place.base,
      url: (database) => superuserUrl(place.base, port, database),
      stop: () => endUse(place, kind, user),
    };
  });
}

async function runServer(place: Place, kind: ClusterKind): Promise<number> {
  const users = await countUsers(place.base);
  if (clusterExists(place.base)) {
    await checkCluster(place, kind);
    if (kind.ephemeral && users === 0) {
      await stopServer(place, 'immediate');
      await deleteCluster(place.base);
    }
  }
  if (!clusterExists(place.base)) await createCluster(place, kind);
  return (await findRunningServer(place.base)) ?? (await startServer(place, kind.ephemeral));
}

// Ending the same use again changes nothing, so signals and `finally` need no agreement.
async function endUse(place: Place, kind: ClusterKind, user: string): Promise<void> {
  await withFolderLock(place.base, async () => {
    await rm(user, { force: true });
    if ((await countUsers(place.base)) > 0) return;
    await stopServer(place, kind.ephemeral ? 'immediate' : 'fast');
    if (kind.ephemeral) await deleteCluster(place.base);
  });
}
