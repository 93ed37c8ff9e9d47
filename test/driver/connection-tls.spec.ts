import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDatabaseSettings } from '../../src/config/database.settings.js';
import type { Environment } from '../../src/config/database.settings.js';
import { dataSourceOptions } from '../../src/data-source/data-source-options.js';
import { DatabaseConnectionError } from '../../src/driver/failures/connection.errors.js';
import { JournalDataSource } from '../../src/data-source/journal.data-source.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { throughPort } from '../support/forwarding-server.js';
import { ca, caFile, startTlsServer } from '../support/tls-server.js';
import type { TlsServer } from '../support/tls-server.js';

describe('TLS', () => {
  let database: TestDatabase;
  let server: TlsServer;
  let serverWithoutTls: TlsServer;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    server = await startTlsServer(database.url);
    serverWithoutTls = await startTlsServer(database.url, false);
  });

  afterAll(async () => {
    await server.close();
    await serverWithoutTls.close();
    await database.drop();
  });

  async function connect(tls: Environment, { host = 'localhost', port = server.port, search = '' } = {}) {
    const settings = readDatabaseSettings({
      DATABASE_URL: throughPort(database.url, port, host) + search,
      DATABASE_CONNECT_RETRY_MS: '0',
      ...tls,
    });
    const dataSource = new JournalDataSource(dataSourceOptions(settings));
    await dataSource.initialize();
    try {
      return await dataSource.query<{ answer: number }[]>('SELECT 42 AS answer');
    } finally {
      await dataSource.destroy();
    }
  }

  const answer = [{ answer: 42 }];

  it('is not used if it is disabled, although the server offers it', async () => {
    expect(await connect({ DATABASE_TLS: 'disable' })).toEqual(answer);
    expect(server.encrypted.at(-1)).toBe(false);
  });

  it('accepts an untrusted certificate with `require`, and encrypts', async () => {
    expect(await connect({ DATABASE_TLS: 'require' })).toEqual(answer);
    expect(server.encrypted.at(-1)).toBe(true);
  });

  it('follows the sslmode of the URL', async () => {
    expect(await connect({}, { search: '?sslmode=require' })).toEqual(answer);
    expect(server.encrypted.at(-1)).toBe(true);
    await expect(connect({}, { search: '?sslmode=verify-full' })).rejects.toThrow('DATABASE_TLS_CA');
  });

  it('rejects a certificate of an unknown CA with `verify-full`, and names the variable to set', async () => {
    const error: unknown = await connect({ DATABASE_TLS: 'verify-full' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseConnectionError);
    expect(String(error)).toContain('set DATABASE_TLS_CA to its CA');
  });

  it.each([
    ['from a file', caFile],
    ['inline', ca],
    ['inline, with \\n for line breaks', ca.replaceAll('\n', '\\n')],
  ])('accepts the certificate with `verify-full` and the CA %s', async (_where, DATABASE_TLS_CA) => {
    expect(await connect({ DATABASE_TLS: 'verify-full', DATABASE_TLS_CA })).toEqual(answer);
    expect(server.encrypted.at(-1)).toBe(true);
  });

  it('rejects a certificate of another host with `verify-full`, and states the reason', async () => {
    const verified = { DATABASE_TLS: 'verify-full', DATABASE_TLS_CA: ca };
    const error: unknown = await connect(verified, { host: '127.0.0.1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseConnectionError);
    expect(String(error)).toContain('is for another host');
    expect(String(error)).not.toContain('DATABASE_TLS_CA');
  });

  it.each(['require', 'verify-full'])(
    'is required with `%s`: the connection fails without it',
    async (mode) => {
      const error: unknown = await connect({ DATABASE_TLS: mode }, { port: serverWithoutTls.port }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(DatabaseConnectionError);
      expect(String(error)).toContain('check DATABASE_TLS');
      expect(serverWithoutTls.encrypted).toEqual([]);
    },
  );
});
