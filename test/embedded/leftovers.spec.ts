// @slow 20 s: starts a server for each test
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, lchown, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { clusterExists, clusterPaths } from '../../src/embedded/cluster.js';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { findPostmaster } from '../../src/embedded/server.js';
import { processIdentity } from '../../src/embedded/process-lock.js';
import { startChild } from './child-process.js';
import { query } from './query.js';
import { cleanUp, temporaryFolder } from './temporary-folder.js';
import { until } from '../support/until.js';

afterEach(cleanUp);

async function ownerOf(path: string): Promise<{ uid: number; gid: number }> {
  const { uid, gid } = await stat(path);
  return { uid, gid };
}

async function chownAll(folder: string, uid: number, gid: number): Promise<void> {
  for (const name of ['.', ...(await readdir(folder, { recursive: true }))])
    await lchown(join(folder, name), uid, gid);
}

describe('after a killed run,', () => {
  it('an incomplete cluster is created again', async () => {
    const folder = await temporaryFolder();
    const starting = startChild('hold-server.js', [folder]);
    starting.catch(() => undefined);
    await until(async () => (await readdir(folder)).some((name) => name.startsWith('cluster.new-')));
    const holder = await readFile(join(folder, 'lock'), 'utf8');
    process.kill(parseInt(holder, 10), 'SIGKILL');
    await expect(starting).rejects.toThrow('hold-server.js ended with null');
    expect(clusterExists(folder)).toBe(false);

    const postgres = await startEmbeddedPostgres({ folder });
    expect(await query(postgres.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.stop();
  });

  it('a cluster without its version is created again', async () => {
    const folder = await temporaryFolder();
    await mkdir(clusterPaths(folder).data, { recursive: true });
    const postgres = await startEmbeddedPostgres({ folder });
    await postgres.stop();
    expect(clusterExists(folder)).toBe(true);
  });

  it('an ephemeral cluster is replaced together with its server', async () => {
    const folder = await temporaryFolder();
    const child = await startChild('hold-server.js', [folder, 'ephemeral']);
    await query(child.url, 'CREATE TABLE left_behind (id int)');
    await child.kill('SIGKILL');
    const left = findPostmaster(folder);

    const postgres = await startEmbeddedPostgres({ folder, ephemeral: true });
    expect(findPostmaster(folder)?.pid).not.toBe(left?.pid);
    const found = await query(postgres.url('postgres'), `SELECT to_regclass('left_behind') AS found`);
    expect(found).toEqual([{ found: null }]);
    expect(await query(postgres.url('postgres'), 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    await postgres.stop();
    expect(existsSync(clusterPaths(folder).root)).toBe(false);
  });

  it('a persistent cluster is never replaced as an ephemeral cluster', async () => {
    const folder = await temporaryFolder();
    await (await startEmbeddedPostgres({ folder })).stop();
    const mistaken = startEmbeddedPostgres({ folder, ephemeral: true });
    await expect(mistaken).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES' });
    expect(clusterExists(folder)).toBe(true);
  });

  it('the file of a dead server is ignored, even if another process has its process id', async () => {
    const folder = await temporaryFolder();
    const first = await startEmbeddedPostgres({ folder });
    const { postmasterFile, root } = clusterPaths(folder);
    const text = await readFile(postmasterFile, 'utf8');
    await first.stop();
    // PostgreSQL itself accepts the process id of any process of its user.
    const owner = await ownerOf(root);
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { ...owner, cwd: '/' });
    await once(other, 'spawn');
    await writeFile(postmasterFile, text.replace(/^\d+/, String(other.pid)));

    const second = await startEmbeddedPostgres({ folder });
    expect(await query(second.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
    expect(other.exitCode).toBeNull();
    other.kill();
  });

  it('a copy of a running cluster gets a server of its own', async () => {
    const original = await startEmbeddedPostgres({ folder: await temporaryFolder() });
    const copy = await temporaryFolder();
    await cp(original.base, copy, { recursive: true });
    const { uid, gid } = await ownerOf(clusterPaths(original.base).root);
    await chownAll(clusterPaths(copy).root, uid, gid);
    const postgres = await startEmbeddedPostgres({ folder: copy });
    expect(postgres.url('postgres')).not.toBe(original.url('postgres'));
    await postgres.stop();
    expect(await query(original.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await original.stop();
  });

  it('the lock of a dead process is ignored, even if another process has its process id', async () => {
    const folder = await temporaryFolder();
    for (const holder of ['999999999-1', `${process.pid}-1`]) {
      await writeFile(join(folder, 'lock'), holder);
      const postgres = await startEmbeddedPostgres({ folder, ephemeral: true });
      await postgres.stop();
    }
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('the lock of a live process is respected', async () => {
    const folder = await temporaryFolder();
    const lock = join(folder, 'lock');
    await writeFile(lock, processIdentity());
    const starting = startEmbeddedPostgres({ folder, ephemeral: true });
    await sleep(500);
    expect(await readdir(folder)).toEqual(expect.not.arrayContaining(['users']));
    await rm(lock);
    await (await starting).stop();
  });
});
