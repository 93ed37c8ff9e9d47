import { chown, cp, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Client } from 'pg';
import { clusterPaths, deleteCluster, superuserUrl } from '../../src/embedded/cluster.js';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { preparePlace } from '../../src/embedded/place.js';
import type { Place } from '../../src/embedded/place.js';
import { findBinaries } from '../../src/embedded/postgres-binaries.js';
import { startServer, stopServer } from '../../src/embedded/server.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { until } from '../support/until.js';

/** A primary and a streaming hot standby for one test file. */
export interface ReplicatedPostgres {
  primaryUrl(database: string): string;
  standbyUrl(database: string): string;
  /** Resolves when the standby has replayed all WAL of the primary. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts both servers with an embedded PostgreSQL of the version in TEST_POSTGRES_VERSION. The
 * standby is created with the low-level backup API, because the embedded PostgreSQL has no
 * pg_basebackup. PostgreSQL's defaults allow streaming: wal_level=replica, max_wal_senders=10,
 * hot_standby=on, and local replication by the superuser.
 */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const version = process.env['TEST_POSTGRES_VERSION'] === '15' ? '15' : '18';
  const folder = resolve('.data', `test-standby-${version}`);
  const place = await preparePlace(join(folder, 'standby'), findBinaries(version));
  // A killed run may have left its standby running.
  await stopServer(place, 'immediate');
  await deleteCluster(place.base);

  const primary = await startEmbeddedPostgres({ folder: join(folder, 'primary'), version, ephemeral: true });
  const primaryUrl = primary.url('postgres');
  const stop = async () => {
    await stopServer(place, 'immediate');
    await deleteCluster(place.base);
    await primary.stop();
  };
  try {
    await copyCluster(primaryUrl, clusterPaths(primary.base).root, place);
    const port = await startServer(place, true);
    const standbyUrl = (database: string) => superuserUrl(place.base, port, database);
    const caughtUp = () => waitForReplay(primaryUrl, standbyUrl('postgres'));
    await caughtUp();
    return { primaryUrl: (database) => primary.url(database), standbyUrl, caughtUp, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Files of a running server that a backup leaves out:
 * https://www.postgresql.org/docs/current/continuous-archiving.html
 */
const leftOut = /postmaster\.(pid|opts)$|pg_internal\.init|pg_wal\/[0-9A-F]{24}$/;

async function copyCluster(primaryUrl: string, source: string, place: Place): Promise<void> {
  const { root, data } = clusterPaths(place.base);
  // Both functions must run in one session.
  await onServer(primaryUrl, async (client) => {
    await client.query(`SELECT pg_backup_start('standby', fast => true)`);
    await cp(source, root, { recursive: true, filter: (path) => !leftOut.test(path) });
    const { rows } = await client.query<{ label: string }>(
      'SELECT labelfile AS label FROM pg_backup_stop(wait_for_archive => false)',
    );
    await writeFile(join(data, 'backup_label'), rows[0]?.label ?? '');
  });
  const { hostname, port, username, password } = new URL(primaryUrl);
  const connection = `host=${hostname} port=${port} user=${username} password=${password}`;
  await writeFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${connection}'\n`);
  await writeFile(join(data, 'standby.signal'), '');
  if (place.account === undefined) return;
  const { uid, gid } = place.account;
  for (const name of ['', ...(await readdir(root, { recursive: true }))])
    await chown(join(root, name), uid, gid);
}

async function waitForReplay(primaryUrl: string, standbyUrl: string): Promise<void> {
  const position = await onServer(primaryUrl, async (client) => {
    // A synchronous commit flushes earlier asynchronous commits. The embedded server flushes them
    // only after a delay.
    await client.query('SET synchronous_commit = on');
    return first(client, `SELECT pg_logical_emit_message(true, 'standby', '')::text AS value`);
  });
  const replayed = `SELECT pg_last_wal_replay_lsn() >= '${String(position)}' AS value`;
  await onServer(standbyUrl, (client) => until(() => first(client, replayed)));
}

async function first(client: Client, sql: string): Promise<unknown> {
  return (await client.query<{ value: unknown }>(sql)).rows[0]?.value;
}
