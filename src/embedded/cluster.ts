import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { Place } from './place.js';
import type { PostgresVersion } from './postgres-binaries.js';

/** Required properties of a cluster. */
export interface ClusterKind {
  version: PostgresVersion;
  /** For tests: the data are deleted after the last use, and not flushed to disk. */
  ephemeral: boolean;
}

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

/** Whether a folder contains a complete cluster. */
export function clusterExists(base: string): boolean {
  return existsSync(clusterPaths(base).versionFile);
}

/** @throws EmbeddedPostgresError if a cluster has another version, lifetime or owner */
export async function checkCluster(
  { base, account }: Place,
  { version, ephemeral }: ClusterKind,
): Promise<void> {
  const paths = clusterPaths(base);
  const owner = (await stat(paths.root)).uid;
  const expectedOwner = account?.uid ?? process.getuid?.() ?? owner;
  if (owner !== expectedOwner) {
    throw new EmbeddedPostgresError(
      `The database cluster in ${base} belongs to the user with the uid ${owner}. Run this as that user, or delete the folder.`,
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
      `The database cluster in ${base} is ${ephemeral ? 'permanent' : 'ephemeral'}. Use another folder.`,
    );
  }
}

/**
 * Creates a cluster. It is renamed to its final name when it is complete, so that an interrupted
 * creation is never used.
 *
 * @throws EmbeddedPostgresError with the last lines of initdb's output
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
  const durability = ephemeral ? ['--no-sync'] : [];
  const { ok, output } = await runProgram(place, 'initdb', [...files, ...settings, ...durability]);
  if (!ok) {
    await sweep(base);
    throw new EmbeddedPostgresError(
      `initdb could not create a database cluster in ${base}:\n${lastLines(output)}`,
    );
  }
  await rename(unfinished, clusterPaths(base).root);
}

/** Deletes the cluster of a folder and leftovers of interrupted runs. Its server must not run. */
export async function deleteCluster(base: string): Promise<void> {
  const { root } = clusterPaths(base);
  // Renames first, so that an interrupted deletion leaves no incomplete cluster.
  if (existsSync(root)) await rename(root, join(base, `cluster.old-${randomBytes(6).toString('hex')}`));
  await sweep(base);
}

async function sweep(base: string): Promise<void> {
  const remains = (await readdir(base)).filter((name) => /^cluster\.(new|old)-/.test(name));
  for (const name of remains) {
    // An initdb that survived its parent may still write here. The next run removes the rest.
    await rm(join(base, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** The connection URL of the superuser for a database of the cluster in `base`. */
export function superuserUrl(base: string, port: number, database: string): string {
  const password = readFileSync(clusterPaths(base).password, 'utf8');
  return `postgresql://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/**
 * Runs one of PostgreSQL's programs to its end. Returns the output of initdb. That of pg_ctl is
 * ignored: a server that it starts would inherit the pipe, and this process would wait for its end.
 *
 * @throws EmbeddedPostgresError if the program cannot be started
 */
export function runProgram(
  { base, programs, account }: Place,
  name: 'initdb' | 'pg_ctl',
  args: readonly string[],
): Promise<{ ok: boolean; output: string }> {
  const stream = name === 'initdb' ? 'pipe' : 'ignore';
  const child = spawn(join(programs, name), args, {
    ...account,
    cwd: base,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', stream, stream],
    // Its own process group, so that Ctrl-C in the terminal cannot interrupt stopping the server.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new EmbeddedPostgresError(`PostgreSQL's ${name} cannot be run: ${error.message}.`, { cause: error }),
      ),
    );
    child.once('close', (code) =>
      resolve({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8') }),
    );
  });
}

/** The last 15 lines of a text, for an error message. */
export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-15).join('\n');
}
