// @slow: starts a server for each test
import { afterEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { findPostmaster } from '../../src/embedded/server.js';
import { startChild } from './child-process.js';
import { query } from './query.js';
import { cleanUp, temporaryFolder } from './temporary-folder.js';

afterEach(cleanUp);

describe('a server with several users', () => {
  it('is stopped by the last of two processes', async () => {
    const folder = await temporaryFolder();
    const [child, postgres] = await Promise.all([
      startChild('hold-server.js', [folder]),
      startEmbeddedPostgres({ folder }),
    ]);
    expect(child.url).toBe(postgres.url('postgres'));
    await postgres.stop();
    expect(await query(child.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await child.finish()).toBe(0);
    expect(findPostmaster(folder)).toBeUndefined();
  });

  it('is stopped by the last use within one process', async () => {
    const folder = await temporaryFolder();
    const uses = await Promise.all([1, 2, 3].map(() => startEmbeddedPostgres({ folder, ephemeral: true })));
    expect(new Set(uses.map((use) => use.url('postgres'))).size).toBe(1);
    const [first, ...others] = uses;
    await Promise.all(others.map((use) => use.stop()));
    expect(findPostmaster(folder)).toBeDefined();
    await first?.stop();
    expect(findPostmaster(folder)).toBeUndefined();
  });

  it('does not wait for a killed process', async () => {
    const folder = await temporaryFolder();
    const child = await startChild('hold-server.js', [folder]);
    const postgres = await startEmbeddedPostgres({ folder });
    await child.kill('SIGKILL');
    await postgres.stop();
    expect(findPostmaster(folder)).toBeUndefined();
  });

  it('is taken over after all its processes were killed', async () => {
    const folder = await temporaryFolder();
    const child = await startChild('hold-server.js', [folder]);
    await child.kill('SIGKILL');
    const left = findPostmaster(folder);
    expect(left).toBeDefined();
    const postgres = await startEmbeddedPostgres({ folder });
    expect(findPostmaster(folder)).toEqual(left);
    expect(postgres.url('postgres')).toBe(child.url);
    await postgres.stop();
    expect(findPostmaster(folder)).toBeUndefined();
  });
});
