// @slow: starts a server for each test
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { InvalidEnvironmentError } from '../../src/config/invalid-environment.error.js';
import { withDatabaseUrl } from '../../src/embedded/development-database.js';
import { findPostmaster } from '../../src/embedded/server.js';
import { startChild } from './child-process.js';
import { query } from './query.js';
import { cleanUp, deleteLater, temporaryFolder } from './temporary-folder.js';

const start = process.cwd();
let data: string;

beforeEach(async () => {
  const folder = await temporaryFolder();
  data = join(folder, '.data', 'postgres-18');
  deleteLater(data);
  process.chdir(folder);
});

afterEach(async () => {
  process.chdir(start);
  await cleanUp();
});

describe('withDatabaseUrl', () => {
  it('starts no server if a database is configured', async () => {
    const url = 'postgresql://someone@localhost/somewhere';
    const listeners = process.listenerCount('SIGINT');
    const environment = { DATABASE_URL: url };
    const result = await withDatabaseUrl(environment, () => {
      expect(process.listenerCount('SIGINT')).toBe(listeners);
      return Promise.resolve('the result of the work');
    });
    expect(result).toBe('the result of the work');
    expect(environment).toEqual({ DATABASE_URL: url });
    expect(findPostmaster(data)).toBeUndefined();
  });

  it.each([
    [['DATABASE_MIGRATION_URL'], 'DATABASE_MIGRATION_URL'],
    [['DATABASE_AUTH_URL'], 'DATABASE_AUTH_URL'],
    [['DATABASE_MIGRATION_URL', 'DATABASE_AUTH_URL'], 'DATABASE_AUTH_URL and DATABASE_MIGRATION_URL'],
  ])('rejects %j without DATABASE_URL, and connects to no database', async (given, names) => {
    const url = 'postgresql://someone@127.0.0.1:1/production';
    const environment = Object.fromEntries(given.map((name) => [name, url]));
    const work = jest.fn(() => Promise.resolve());
    await expect(withDatabaseUrl(environment, work)).rejects.toThrow(
      `DATABASE_URL is required together with ${names}; set it to the same database, or unset ${names}`,
    );
    expect(work).not.toHaveBeenCalled();
    expect(findPostmaster(data)).toBeUndefined();
  });

  it('requires a configured database in production', async () => {
    const work = jest.fn(() => Promise.resolve());
    const environment = { NODE_ENV: 'production', DATABASE_URL: '' };
    await expect(withDatabaseUrl(environment, work)).rejects.toThrow(InvalidEnvironmentError);
    expect(work).not.toHaveBeenCalled();
  });

  it('starts a server for its work, sets the environment, and stops the server even if the work fails', async () => {
    const report = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const before = { DATABASE_AUTH_URL: '', DATABASE_TLS: 'verify-full', DATABASE_TLS_CA: 'ca.pem' };
    const environment: NodeJS.ProcessEnv = { ...before };
    const listeners = process.listenerCount('SIGINT');
    const result = await withDatabaseUrl(environment, async () => {
      const { DATABASE_URL: url = '' } = environment;
      expect(process.listenerCount('SIGINT')).toBe(listeners + 1);
      expect(environment).toEqual({ DATABASE_URL: url, DATABASE_TLS: 'disable' });
      return query(url, 'SELECT current_database()::text AS name');
    });
    expect(result).toEqual([{ name: 'journal' }]);
    expect(environment).toEqual(before);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
    expect(findPostmaster(data)).toBeUndefined();
    expect(report.mock.calls).toEqual([[expect.stringContaining(data)]]);

    const failing = withDatabaseUrl(environment, () => Promise.reject(new Error('the work failed')));
    await expect(failing).rejects.toThrow('the work failed');
    expect(findPostmaster(data)).toBeUndefined();
    report.mockRestore();
  });

  it('stops the server if a signal ends the command', async () => {
    const env = { DATABASE_URL: '', NODE_ENV: 'test' };
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const child = await startChild('hold-database.js', [], { cwd: process.cwd(), env });
      expect(findPostmaster(data)).toBeDefined();
      const [exit] = await Promise.all([child.kill(signal), child.kill(signal)]);
      expect(exit).toBe(code);
      expect(findPostmaster(data)).toBeUndefined();
    }
  });
});
