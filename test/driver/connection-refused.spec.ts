import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Column, Entity } from 'typeorm';
import { databaseUrl } from '../../src/testing/server/test-server.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { connectionFailure, connectOnce, dataSourceOf } from '../support/connection-attempt.js';
import { forward, listen, throughPort } from '../support/forwarding-server.js';
import { turnAway } from '../support/scripted-server.js';

// A long retry delay, so that the elapsed time shows whether a failure was retried.
const retry = { DATABASE_CONNECT_RETRY_MS: '30000' };
const atOnce = 15_000;

const withMarker = fc
  .tuple(fc.string({ maxLength: 10 }), fc.string({ maxLength: 10 }))
  .map(([before, after]) => `${before}hunter2${after}`)
  .filter((text) => !text.includes('\0'));

describe('a connection that a retry cannot establish', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
  });

  afterAll(() => database.drop());

  function as(user: string, password: string): string {
    const url = new URL(database.url);
    url.username = encodeURIComponent(user);
    url.password = encodeURIComponent(password);
    return url.toString();
  }

  it('is not retried after a wrong password, and the error does not contain the password', async () => {
    await fc.assert(
      fc.asyncProperty(withMarker, async (password) => {
        const { error, elapsed } = await connectionFailure({
          DATABASE_URL: as('postgres', password),
          ...retry,
        });
        expect(error.message).toContain('refused the user name or the password');
        expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toContain(
          'hunter2',
        );
        expect(elapsed).toBeLessThan(atOnce);
      }),
      { numRuns: 20 },
    );
  });

  it('is refused without a password, with a remedy, and its socket is closed', async () => {
    let hungUp: Promise<unknown> | undefined;
    const server = await listen((socket) => {
      hungUp = new Promise((resolve) => socket.once('close', resolve));
      forward(socket, database.url);
    });
    const url = throughPort(as('postgres', ''), server.port);
    const { error } = await connectionFailure({ DATABASE_URL: url, ...retry });
    expect(error.message).toContain('refused the user name or the password');
    await expect(Promise.race([hungUp, sleep(atOnce, 'still open')])).resolves.not.toBe('still open');
    await server.close();
  });

  it('is not retried if the database does not exist', async () => {
    const url = databaseUrl(database.url, 'no_such_database');
    const { error, elapsed } = await connectionFailure({ DATABASE_URL: url, ...retry });
    expect(error.message).toMatch(/no_such_database\. The database does not exist/);
    expect(elapsed).toBeLessThan(atOnce);
  });

  it('is not retried without the privilege CONNECT, or if the database accepts no connections', async () => {
    const [role, name] = [`connecting_${database.url.slice(-12)}`, new URL(database.url).pathname.slice(1)];
    const refused = async () => {
      const { error, elapsed } = await connectionFailure({ DATABASE_URL: as(role, 'secret'), ...retry });
      expect(elapsed).toBeLessThan(atOnce);
      return error.message;
    };
    await onServer(databaseUrl(database.url, 'postgres'), async (client) => {
      await client.query(`CREATE ROLE "${role}" LOGIN PASSWORD 'secret'`);
      try {
        await client.query(`REVOKE CONNECT ON DATABASE "${name}" FROM PUBLIC`);
        expect(await refused()).toMatch(/^Cannot connect to PostgreSQL at .* lacks the privilege CONNECT/);
        await client.query(`GRANT CONNECT ON DATABASE "${name}" TO PUBLIC`);
        await client.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`);
        expect(await refused()).toContain('The server refused the connection (database ');
      } finally {
        await client.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`);
        await client.query(`DROP ROLE "${role}"`);
      }
    });
  });

  it('causes an error that names the setting of a pooler without support for time-outs', async () => {
    const pooler = await listen((socket) =>
      turnAway(socket, '08P01', 'unsupported startup parameter: statement_timeout'),
    );
    const url = throughPort(database.url, pooler.port);
    const { error, elapsed } = await connectionFailure({ DATABASE_URL: url, ...retry });
    await pooler.close();
    expect(error.message).toContain('statement_timeout');
    expect(error.message).toContain('ignore_startup_parameters');
    expect(elapsed).toBeLessThan(atOnce);
  });

  it('is not retried without an entry of pg_hba.conf, and the error names the encryption', async () => {
    const refusal =
      'no pg_hba.conf entry for host "10.0.0.9", user "anna", database "journal", no encryption';
    const server = await listen((socket) => turnAway(socket, '28000', refusal));
    const url = throughPort(database.url, server.port);
    const { error, elapsed } = await connectionFailure({ DATABASE_URL: url, ...retry });
    await server.close();
    expect(error.message).toContain(`The server refused this login (${refusal})`);
    expect(error.message).toContain('DATABASE_TLS=verify-full');
    expect(elapsed).toBeLessThan(atOnce);
  });

  it('is not reported for an entity that cannot be mapped', async () => {
    class Keyless {
      timeout!: string;
    }
    Column('text')(Keyless.prototype, 'timeout');
    Entity()(Keyless);
    const dataSource = dataSourceOf({ DATABASE_URL: database.url, ...retry }, { entities: [Keyless] });
    await expect(dataSource.initialize()).rejects.toMatchObject({ name: 'MissingPrimaryColumnError' });
    expect(dataSource.isInitialized).toBe(false);
  });

  it('is established with any user and password that are percent-encoded in the URL', async () => {
    const role = `journal test @:/?#%[] ${database.url.slice(-12)}`;
    const printable = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
    const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
    await onServer(database.url, async (client) => {
      await client.query(
        `SET standard_conforming_strings = on; CREATE ROLE "${role}" LOGIN IN ROLE journal_user`,
      );
      try {
        await fc.assert(
          fc.asyncProperty(printable, async (password) => {
            await client.query(`ALTER ROLE "${role}" PASSWORD ${quote(password)}`);
            const rows = await connectOnce({ DATABASE_URL: as(role, password), ...retry });
            expect(rows).toMatchObject([{ session_user: role }]);
          }),
          { numRuns: 20 },
        );
      } finally {
        await client.query(`DROP ROLE "${role}"`);
      }
    });
  });
});
