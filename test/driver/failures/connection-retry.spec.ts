// @slow: waits for servers that start late
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { connectionFailure, connectOnce } from '../../support/connection-attempt.js';
import { forward, listen, throughPort, unusedPort } from '../../support/forwarding-server.js';
import type { TestTcpServer } from '../../support/forwarding-server.js';
import { firstTimes, turnAway } from '../../support/scripted-server.js';

// Tolerance for late timers on a busy machine.
const late = 5_000;

describe('a first connection', () => {
  let database: TestDatabase;
  const servers: TestTcpServer[] = [];

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  afterAll(() => database.drop());

  async function serve(...args: Parameters<typeof listen>) {
    const server = await listen(...args);
    servers.push(server);
    return server;
  }

  const pass = (socket: Parameters<typeof forward>[0]) => forward(socket, database.url);

  it('waits for a server that starts late', async () => {
    const port = await unusedPort();
    const connecting = connectOnce({
      DATABASE_URL: throughPort(database.url, port),
      DATABASE_CONNECT_RETRY_MS: '20000',
    });
    await sleep(600);
    const server = await serve(pass, port);
    await expect(connecting).resolves.toHaveLength(1);
    expect(server.connections()).toBe(1);
  });

  it.each([
    ['hangs up', (socket: { destroy(): unknown }) => void socket.destroy()],
    ['is starting up', (socket) => turnAway(socket, '57P03', 'the database system is starting up')],
    ['has no free connection', (socket) => turnAway(socket, '53300', 'sorry, too many clients already')],
    [
      'is a PgBouncer whose server is down',
      (socket) =>
        turnAway(socket, '08P01', 'server login has been failing, try again later (server_login_retry)'),
    ],
    [
      'is a PgBouncer with too many clients',
      (socket) => turnAway(socket, '08P01', 'no more connections allowed (max_client_conn)'),
    ],
    ['is a PgBouncer without a free session', (socket) => turnAway(socket, '08P01', 'query_wait_timeout')],
  ] satisfies [string, Parameters<typeof firstTimes>[1]][])(
    'is retried if the server %s',
    async (_what, refuse) => {
      const server = await serve(firstTimes(2, refuse, pass));
      await connectOnce({
        DATABASE_URL: throughPort(database.url, server.port),
        DATABASE_CONNECT_RETRY_MS: '20000',
      });
      expect(server.connections()).toBe(3);
    },
  );

  it('is retried until the configured time if nothing listens', async () => {
    const { error, elapsed } = await connectionFailure({
      DATABASE_URL: throughPort(database.url, await unusedPort()),
      DATABASE_CONNECT_RETRY_MS: '1500',
    });
    expect(error.message).toContain('No answer (connect ECONNREFUSED');
    expect(elapsed).toBeGreaterThanOrEqual(1_500);
    expect(elapsed).toBeLessThan(1_500 + late);
  });

  it('also waits for the Unix socket of a server', async () => {
    const url = new URL(database.url);
    const { error, elapsed } = await connectionFailure({
      DATABASE_URL: `postgresql://${url.username}@%2Fnowhere${url.pathname}`,
      DATABASE_CONNECT_RETRY_MS: '400',
    });
    expect(error.target).toBe(`${url.username}@/nowhere:5432${url.pathname}`);
    expect(elapsed).toBeGreaterThanOrEqual(400);
  });

  it('is tried once if the time is 0', async () => {
    const server = await serve((socket) => void socket.destroy());
    const { error } = await connectionFailure({
      DATABASE_URL: throughPort(database.url, server.port),
      DATABASE_CONNECT_RETRY_MS: '0',
    });
    expect(error.message).toContain('check the host and port');
    expect(server.connections()).toBe(1);
  });

  it('fails at its own time-out if the server never answers', async () => {
    const server = await serve(() => undefined);
    const { error, elapsed } = await connectionFailure({
      DATABASE_URL: throughPort(database.url, server.port),
      DATABASE_CONNECTION_TIMEOUT_MS: '500',
      DATABASE_CONNECT_RETRY_MS: '0',
    });
    expect(error.message).toContain('timeout');
    expect(elapsed).toBeGreaterThanOrEqual(490);
    expect(elapsed).toBeLessThan(500 + late);
    expect(server.connections()).toBe(1);
  });

  it('fails at most one time-out after the configured time if the server never answers', async () => {
    const server = await serve(() => undefined);
    const { elapsed } = await connectionFailure({
      DATABASE_URL: throughPort(database.url, server.port),
      DATABASE_CONNECTION_TIMEOUT_MS: '500',
      DATABASE_CONNECT_RETRY_MS: '900',
    });
    expect(server.connections()).toBeGreaterThan(1);
    expect(elapsed).toBeGreaterThanOrEqual(900);
    expect(elapsed).toBeLessThan(900 + 500 + late);
  });
});
