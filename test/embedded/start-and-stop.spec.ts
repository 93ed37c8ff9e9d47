// @slow: starts and stops servers
import { readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { clusterPaths } from '../../src/embedded/cluster.js';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { findPostmaster } from '../../src/embedded/server.js';
import { query } from './query.js';
import { cleanUp, temporaryFolder } from './temporary-folder.js';

afterEach(cleanUp);

describe('an embedded PostgreSQL', () => {
  it('runs until it is stopped, also by repeated calls', async () => {
    const postgres = await startEmbeddedPostgres({ folder: await temporaryFolder() });
    expect(findPostmaster(postgres.base)).toBeDefined();
    expect(await query(postgres.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await Promise.all([postgres.stop(), postgres.stop()]);
    await postgres.stop();
    expect(findPostmaster(postgres.base)).toBeUndefined();
  });

  it('keeps its data after a restart', async () => {
    const folder = join(await temporaryFolder(), 'made by the launcher');
    const first = await startEmbeddedPostgres({ folder });
    await query(first.url('postgres'), 'CREATE DATABASE kept');
    await query(first.url('kept'), `CREATE TABLE notes AS SELECT 'hello' AS text`);
    await first.stop();
    const second = await startEmbeddedPostgres({ folder });
    expect(await query(second.url('kept'), 'SELECT text FROM notes')).toEqual([{ text: 'hello' }]);
    await second.stop();
  });

  it('rejects connections without the password, which only its owner can read', async () => {
    const postgres = await startEmbeddedPostgres({ folder: await temporaryFolder(), ephemeral: true });
    const url = new URL(postgres.url('postgres'));
    url.password = 'guessed';
    await expect(query(url.toString(), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(clusterPaths(postgres.base).password).mode & 0o777).toBe(0o600);
    await postgres.stop();
  });

  it('is ignored by git, uses UTF-8, and accepts many connections', async () => {
    const folder = await temporaryFolder();
    const postgres = await startEmbeddedPostgres({ folder });
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
    const names = [
      'server_encoding',
      'listen_addresses',
      'unix_socket_directories',
      'max_connections',
      'fsync',
    ];
    const settings = names.map((name) => `current_setting('${name}') AS ${name}`).join();
    expect(await query(postgres.url('postgres'), `SELECT ${settings}`)).toEqual([
      {
        server_encoding: 'UTF8',
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        max_connections: '200',
        fsync: 'on',
      },
    ]);
    await postgres.stop();
  });

  it('can be version 15, whose cluster version 18 rejects', async () => {
    const folder = await temporaryFolder();
    const postgres = await startEmbeddedPostgres({ folder, version: '15' });
    const [row] = await query(postgres.url('postgres'), 'SHOW server_version');
    expect(row?.server_version).toMatch(/^15\./);
    await postgres.stop();
    const refused = startEmbeddedPostgres({ folder });
    await expect(refused).rejects.toThrow('is of PostgreSQL 15, not 18');
    await expect(refused).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES' });
  });

  it('reports why it cannot start', async () => {
    const folder = await temporaryFolder();
    const postgres = await startEmbeddedPostgres({ folder });
    await postgres.stop();
    await writeFile(join(clusterPaths(postgres.base).data, 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(startEmbeddedPostgres({ folder })).rejects.toThrow(/no_such_setting/);
  });
});
