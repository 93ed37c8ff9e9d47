import { readFile, rm } from 'node:fs/promises';
import { clusterPaths } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { freePort, findPostmaster } from './postmaster.js';
import type { Place } from './place.js';
import { lastLines, runProgram } from './run-program.js';

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
    if ((await runProgram(place, 'pg_ctl', args, 'ignore')).ok) return port;
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
export async function stopServer(place: Place, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
  const postmaster = findPostmaster(place.base);
  if (postmaster === undefined) return;
  const { data } = clusterPaths(place.base);
  await runProgram(place, 'pg_ctl', ['stop', '-w', '-s', '-D', data, '-m', mode], 'ignore');
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
