import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { Place } from './place.js';
import type { PostgresVersion } from './postgres-binaries.js';
import { lastLines, runProgram } from './run-program.js';

/** What a cluster must be like. */
export interface ClusterKind {
  version: PostgresVersion;
  ephemeral: boolean;
}

/** The paths of a cluster. */
export function clusterPaths(base: string) {
  const root = join(base, 'cluster');
  const data = join(root, 'data');
  return {
    root,
    data,
    versionFile: join(data, 'PG_VERSION'),
    postmasterFile: join(data, 'postmaster.pid'),
    password: join(root, 'password'),
    ephemeralMark: join(root, 'ephemeral'),
    log: join(root, 'server.log'),
  };
}

/** Whether a folder holds a complete cluster. */
export function clusterExists(base: string): boolean {
  return existsSync(clusterPaths(base).versionFile);
}

/**
 * Makes sure that the cluster found in a folder is the one wanted.
 *
 * @throws EmbeddedPostgresError when its version, lifetime or owner is another.
 */
export async function checkCluster(
  { base, account }: Place,
  { version, ephemeral }: ClusterKind,
): Promise<void> {
  const paths = clusterPaths(base);
  const owner = (await stat(paths.root)).uid;
  const expectedOwner = account?.uid ?? process.getuid?.() ?? owner;
  if (owner !== expectedOwner) {
    throw new EmbeddedPostgresError(
      `The database cluster in ${base} belongs to the user with the number ${owner}. Run this as that user, or delete the folder.`,
    );
  }
  const found = (await readFile(paths.versionFile, 'utf8')).trim();
  if (found !== version) {
    throw new EmbeddedPostgresError(
      `The database cluster in ${base} is of PostgreSQL ${found}, not ${version}. Use another folder, or delete this one.`,
    );
  }
  if (existsSync(paths.ephemeralMark) !== ephemeral) {
    throw new EmbeddedPostgresError(
      `The database cluster in ${base} is ${ephemeral ? 'to be kept' : 'a throw-away one'}. Use another folder.`,
    );
  }
}

/**
 * Makes a cluster. It gets its name when it is complete, so that one whose making was killed is
 * never used.
 *
 * @throws EmbeddedPostgresError with the last lines that initdb printed.
 */
export async function createCluster(place: Place, { ephemeral }: ClusterKind): Promise<void> {
  const { base, account } = place;
  await deleteCluster(base);
  const unfinished = await mkdtemp(join(base, 'cluster.new-'));
  const password = join(unfinished, 'password');
  await writeFile(password, randomBytes(24).toString('hex'), { mode: 0o600 });
  if (ephemeral) await writeFile(join(unfinished, 'ephemeral'), '');
  if (account !== undefined) {
    await chown(password, account.uid, account.gid);
    await chown(unfinished, account.uid, account.gid);
  }
  const files = [`--pgdata=${join(unfinished, 'data')}`, `--pwfile=${password}`];
  const settings = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  const { ok, output } = await runProgram(
    place,
    'initdb',
    [...files, ...settings, ...(ephemeral ? ['--no-sync'] : [])],
    'keep',
  );
  if (!ok) {
    await sweep(base);
    throw new EmbeddedPostgresError(
      `initdb could not make a database cluster in ${base}:\n${lastLines(output)}`,
    );
  }
  await rename(unfinished, clusterPaths(base).root);
}

/** Deletes the cluster of a folder and the remains of unfinished ones; its server must not run. */
export async function deleteCluster(base: string): Promise<void> {
  const { root } = clusterPaths(base);
  // Renamed first: if the deletion is killed halfway, what is left is not taken for a cluster.
  if (existsSync(root)) await rename(root, join(base, `cluster.old-${randomBytes(6).toString('hex')}`));
  await sweep(base);
}

async function sweep(base: string): Promise<void> {
  const remains = (await readdir(base)).filter((name) => /^cluster\.(new|old)-/.test(name));
  for (const name of remains) {
    // An initdb that outlived its killed parent may still be writing here; what resists now goes
    // the next time.
    await rm(join(base, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}
