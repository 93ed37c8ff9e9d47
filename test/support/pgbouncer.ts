import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from '@jest/globals';
import { freePort } from '../../src/embedded/server.js';
import { unprivilegedAccount } from '../../src/embedded/place.js';
import { onServer } from '../../src/testing/server/on-server.js';

const program = '/usr/sbin/pgbouncer';
const administrator = 'pgbouncer_administrator';

/** A PgBouncer in transaction mode between the tests and their server. */
export interface PgBouncer {
  /** The URL of a database through PgBouncer. */
  through(url: string): string;
  /** Runs a command of PgBouncer's console, such as `SHOW POOLS`. */
  console(command: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** Options of a PgBouncer for one test. */
export interface PgBouncerOptions {
  /** The roles that may log in. The password of each role is its name. */
  logins: readonly string[];
  /** Settings of pgbouncer.ini that override the defaults of the tests. */
  settings?: Readonly<Record<string, string | number>>;
}

/**
 * Declares tests that need PgBouncer. Without an installed PgBouncer the tests are skipped with a
 * message; in CI they fail instead.
 */
export function describeWithPgBouncer(name: string, tests: () => void): void {
  if (existsSync(program)) return describe(name, tests);
  const reason = `${program} is missing; apt-get install pgbouncer`;
  if (!process.env['CI']) return describe.skip(`${name} (left out: ${reason})`, tests);
  describe(name, () => {
    it('requires PgBouncer', () => {
      throw new Error(reason);
    });
  });
}

/**
 * Starts PgBouncer in front of a server. All clients share two server connections.
 *
 * @throws Error with the log of PgBouncer if it does not start
 */
export async function startPgBouncer(server: string, options: PgBouncerOptions): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  const account = unprivilegedAccount();
  const port = await freePort();
  const [configuration, logins] = [join(folder, 'pgbouncer.ini'), join(folder, 'logins')];
  await writeFile(logins, loginList([administrator, ...options.logins]), { mode: 0o600 });
  await writeFile(configuration, configurationText(new URL(server), port, logins, options.settings));
  if (account !== undefined) for (const path of [folder, logins]) await chown(path, account.uid, account.gid);

  const child = spawn(program, ['-q', configuration], { ...account, stdio: 'ignore' });
  const stop = () => end(child).then(() => rm(folder, { recursive: true, force: true }));
  const at = (url: string) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href;
  const consoleUrl = at(`postgresql://${administrator}:${administrator}@localhost/pgbouncer`);
  // PgBouncer's console supports only the simple query protocol. pg uses it for statements without
  // values.
  const ask = (command: string) =>
    onServer(consoleUrl, (client) => client.query<Record<string, unknown>>(command)).then(({ rows }) => rows);
  const isUp = () => ask('SHOW VERSION').then(Boolean, () => false);
  for (const deadline = Date.now() + 10_000; !(await isUp()); await sleep(20)) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => 'there is no log');
    await stop();
    throw new Error(`PgBouncer did not start:\n${log}`);
  }
  return { through: at, console: ask, stop };
}

function loginList(names: readonly string[]): string {
  return names.map((name) => `"${name}" "${name}"\n`).join('');
}

function configurationText(server: URL, port: number, logins: string, own: PgBouncerOptions['settings']) {
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: logins,
    admin_users: administrator,
    logfile: join(logins, '..', 'log'),
    pool_mode: 'transaction',
    default_pool_size: 2,
    max_client_conn: 500,
    ignore_startup_parameters: 'statement_timeout,lock_timeout,idle_in_transaction_session_timeout',
    ...own,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return [
    '[databases]',
    `* = host=${server.hostname} port=${server.port || 5432}`,
    '[pgbouncer]',
    ...lines,
    '',
  ].join('\n');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
