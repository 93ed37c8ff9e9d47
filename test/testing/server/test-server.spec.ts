// @slow: starts and refuses servers
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DatabaseConnectionError } from '../../../src/index.js';
import { startTestServer } from '../../../src/testing/index.js';
import { onServer } from '../../../src/testing/server/on-server.js';

class Failing20990101000000 implements MigrationInterface {
  name = 'Failing20990101000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE nowhere ADD a int');
  }

  async down(): Promise<void> {}
}

describe('startTestServer, after an error', () => {
  const server = process.env['TEST_DATABASE_URL'] ?? '';
  const login = 'test_server_login';
  let url: URL;

  beforeEach(async () => {
    // A separate role, which owns only the databases of this test.
    await onServer(server, (client) =>
      client.query(`CREATE ROLE ${login} LOGIN SUPERUSER PASSWORD 'secret'`),
    );
    url = new URL(server);
    [url.username, url.password] = [login, 'secret'];
    process.env['TEST_DATABASE_URL'] = url.toString();
  });

  afterEach(async () => {
    process.env['TEST_DATABASE_URL'] = server;
    await onServer(server, (client) => client.query(`DROP ROLE ${login}`));
  });

  it('drops the database of a failed migration', async () => {
    const started = startTestServer({ migrations: [Failing20990101000000] });

    await expect(started).rejects.toThrow('relation "nowhere" does not exist');
    const { rows } = await onServer(server, (client) =>
      client.query(`SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = $1`, [login]),
    );
    expect(rows).toEqual([]);
  });

  it('reports that the server refuses the login', async () => {
    url.username = 'unknown_role';
    process.env['TEST_DATABASE_URL'] = url.toString();

    await expect(startTestServer()).rejects.toThrow(DatabaseConnectionError);
  });
});
