import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { framed } from '../support/framed-messages.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { endTogether, listen, throughPort } from '../support/forwarding-server.js';
import type { TestTcpServer } from '../support/forwarding-server.js';
import { until } from '../support/until.js';

const fields = [
  'SFATAL',
  'C57P01',
  'Mterminating connection due to administrator command',
  'RProcessInterrupts',
];
const shutdown = framed('E', Buffer.from(`${fields.join('\0')}\0\0`));

describe.each([
  ['fast', true],
  ['plain', false],
])('A session that ends right after its first answer, on the %s transport,', (_name, fastPath) => {
  let proxy: TestTcpServer;
  let under: JournalUnderTest;
  let isEnding = false;

  beforeAll(async () => {
    under = await startJournal(async ({ url }) => {
      const { hostname, port } = new URL(url);
      proxy = await listen((client) => {
        const server = connect(Number(port), hostname);
        client.on('data', (chunk: Buffer) => void server.write(chunk));
        server.on('data', (chunk: Buffer) => {
          const isFirst = chunk.includes('searchPath');
          client.write(isFirst && isEnding ? Buffer.concat([chunk, shutdown]) : chunk);
        });
        endTogether(client, server);
      });
      const pool = { min: 0, max: 1, idleTimeout: 1, connectionTimeout: 5_000 };
      return { url: throughPort(url, proxy.port), fastPath, pool };
    });
  });
  afterAll(async () => {
    await under.close();
    await proxy.close();
  });

  it('rejects the call with a named error, and is replaced for the next one', async () => {
    const user = await under.newUser();
    const append = () => under.scope.run(user, () => under.journal.append(putSold({ id: 'put-1' })));
    const unit = () =>
      under.scope.run(user, () => under.scope.transaction(() => Promise.resolve(), { attempts: 1 }));
    // The pool must close the connection itself: it could lend a connection that the server ended.
    await until(async () => {
      const sessions = await under.owner.query<unknown[]>(
        `SELECT FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'trading-journal'`,
      );
      return sessions.length === 0;
    });
    isEnding = true;
    const refused = { code: 'DATABASE_CONNECTION', cause: { code: '57P01' } };
    await expect(append()).rejects.toMatchObject(refused);
    await expect(unit()).rejects.toMatchObject(refused);
    isEnding = false;

    expect((await append()).id).toBe('put-1');
  });
});
