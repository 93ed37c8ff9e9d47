import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { settingsOf } from '../../../src/testing/test-server.js';
import { startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';
import { endTogether, listen, throughPort } from '../../support/forwarding-server.js';
import type { TestTcpServer } from '../../support/forwarding-server.js';

let proxy: TestTcpServer;
let under: JournalUnderTest;
/** How long the server's answer to START TRANSACTION is on its way. */
let delay = 0;

beforeAll(async () => {
  under = await startJournal(async ({ url }) => {
    const { hostname, port } = new URL(url);
    proxy = await listen((client) => {
      const server = connect(Number(port), hostname);
      let late = Promise.resolve();
      client.on('data', (chunk: Buffer) => {
        if (chunk.includes('START TRANSACTION')) late = setTimeout(delay);
        server.write(chunk);
      });
      server.on('data', (chunk: Buffer) => void late.then(() => client.write(chunk)));
      endTogether(client, server);
    });
    const settings = settingsOf(`${throughPort(url, proxy.port)}?query_timeout=200`);
    return { ...settings, pool: { ...settings.pool, max: 1 } };
  });
});
afterAll(async () => {
  await under.close();
  await proxy.close();
});

it('A connection on which a transaction may still begin is not handed to anybody else', async () => {
  const user = await under.newUser();
  const entry = {
    id: 'kept',
    ts: new Date('2026-01-05'),
    accountId: 'acct-1',
    type: 'fee',
    amount: '-1',
  } as const;
  await under.scope.run(user, async () => {
    delay = 600;
    const begun = under.scope.transaction(() => Promise.resolve(), { attempts: 1 });
    await expect(begun).rejects.toThrow('timeout');
    delay = 0;
    await under.journal.append(entry);
  });

  // In the transaction that began late it would be lost.
  expect(await under.owner.query('SELECT id FROM journal')).toEqual([{ id: 'kept' }]);
});
