import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { clusterPaths, superuserUrl, lastLines, runProgram } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { Place } from './place.js';
import { isProcessAlive } from './process-lock.js';

const attempts = 5;

/**
 * Starts the server of a cluster.
 *
 * @returns the server's port
 * @throws EmbeddedPostgresError with the last lines of the server's log
 */
export async function startServer(place: Place, ephemeral: boolean): Promise<number> {
  const { data, log } = clusterPaths(place.base);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    await rm(log, { force: true });
    const options = serverOptions(port, ephemeral);
    const args = ['start', '-w', '-s', '-t', '120', '-D', data, '-l', log, '-o', options];
    if ((await runProgram(place, 'pg_ctl', args)).ok) return port;
    await stopServer(place, 'immediate');
    const text = lastLines(await readFile(log, 'utf8').catch(() => ''));
    // Retries if the port was taken in the meantime, or a killed server's processes still run.
    if (!text.includes('in use') || attempt === attempts) {
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL in ${place.base} did not start. The end of its log:\n${text}`,
      );
    }
  }
}

/**
 * Stops the server of a cluster, if it runs.
 *
 * @throws EmbeddedPostgresError if the server does not stop
 */
export async function stopServer(place: Place, mode: 'fast' | 'immediate'): Promise<void> {
  const postmaster = findPostmaster(place.base);
  if (postmaster === undefined) return;
  const { data } = clusterPaths(place.base);
  await runProgram(place, 'pg_ctl', ['stop', '-w', '-s', '-D', data, '-m', mode]);
  if (findPostmaster(place.base) === undefined) return;
  if (mode === 'fast') return stopServer(place, 'immediate');
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL with the pid ${postmaster.pid} could not be stopped; end that process.`,
  );
}

function serverOptions(port: number, ephemeral: boolean): string {
  const durability = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...(ephemeral ? durability : []),
  ];
  return settings.map((setting) => `-c ${setting}`).join(' ');
}

const maxWait = 60_000;

/** Content of `postmaster.pid`. */
interface Postmaster {
  pid: number;
  port: number;
}

/** The running server of a cluster, even if it does not answer. Ignores a dead server's file. */
export function findPostmaster(base: string): Postmaster | undefined {
  const found = readPostmasterFile(clusterPaths(base).postmasterFile);
  return found !== undefined && isProcessAlive(found.pid) && isPostgres(found.pid) ? found : undefined;
}

/**
 * Waits until the server of a cluster answers, and returns its port; undefined if no server runs.
 *
 * @throws EmbeddedPostgresError if a server runs, and does not answer within a minute
 */
export async function findRunningServer(base: string): Promise<number | undefined> {
  const { data, postmasterFile } = clusterPaths(base);
  const deadline = Date.now() + maxWait;
  let last: Postmaster | undefined;
  while (Date.now() < deadline) {
    last = findPostmaster(base);
    const answered = last && (await dataDirectoryAt(base, last.port));
    if (last === undefined || (answered !== undefined && isCopied(answered, data, last.pid))) {
      // PostgreSQL does not start if another process of this user has the pid in a stale file.
      rmSync(postmasterFile, { force: true });
      return undefined;
    }
    if (answered !== undefined) return last.port;
    await sleep(100);
  }
  throw new EmbeddedPostgresError(
    `The PostgreSQL server with the pid ${last?.pid} uses ${data} but does not answer. ` +
      `End it; if the process is not a PostgreSQL server, delete ${postmasterFile}.`,
  );
}

function readPostmasterFile(file: string): Postmaster | undefined {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return pid > 0 ? { pid, port: port || 0 } : undefined;
  } catch {
    return undefined;
  }
}

function isPostgres(pid: number): boolean {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
    // On Windows PostgreSQL itself distinguishes its processes from others.
    if (process.platform === 'win32') return true;
    return execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' }).includes('postgres');
  } catch {
    return false;
  }
}

// In a copied folder `postmaster.pid` names the server of the original folder; in a moved folder it
// names the folder's own server.
function isCopied(answered: string, data: string, pid: number): boolean {
  try {
    if (realpathSync(answered) === data) return false;
  } catch {
    return false;
  }
  return readPostmasterFile(join(answered, 'postmaster.pid'))?.pid === pid;
}

async function dataDirectoryAt(base: string, port: number): Promise<string | undefined> {
  if (port === 0) return undefined;
  const client = new Client({
    connectionString: superuserUrl(base, port, 'postgres'),
    connectionTimeoutMillis: 2000,
  });
  // Without a listener, a lost connection would end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const result = await client.query<{ data_directory: string }>('SHOW data_directory');
    return result.rows[0]?.data_directory;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A free TCP port of 127.0.0.1. Another process can take it before it is used. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
