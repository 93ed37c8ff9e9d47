// @slow: waits for time-outs
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CommitOutcomeUnknownError, StatementTimeoutError } from '../../src/index.js';
import { settingsOf } from '../../src/testing/server/test-server.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { endTogether, listen, throughPort } from '../support/forwarding-server.js';
import type { TestTcpServer } from '../support/forwarding-server.js';

/** Far above the duration of the statements whose answers are not delayed. */
const statementLimit = 600;
const delay = 2 * statementLimit;
const timeout = { code: 'STATEMENT_TIMEOUT' };

describe.each([
  ['fast', true],
  ['plain', false],
])('A late answer, on the %s transport,', (_name, fastPath) => {
  let proxy: TestTcpServer;
  let under: JournalUnderTest;
  let user: string;
  /** Delays the server's answers on a connection on which the client sends matching bytes. */
  let awaited: RegExp | undefined;

  beforeAll(async () => {
    under = await startJournal(async ({ url }) => {
      const { hostname, port } = new URL(url);
      proxy = await listen((client) => {
        const server = connect(Number(port), hostname);
        let late = Promise.resolve();
        client.on('data', (chunk: Buffer) => {
          if (awaited?.test(chunk.toString('latin1'))) late = setTimeout(delay);
          server.write(chunk);
        });
        server.on('data', (chunk: Buffer) => void late.then(() => client.write(chunk)));
        endTogether(client, server);
      });
      const settings = settingsOf(throughPort(url, proxy.port));
      return { ...settings, fastPath, statementLimit, pool: { ...settings.pool, max: 1 } };
    });
  });
  afterAll(async () => {
    await under.close();
    await proxy.close();
  });
  beforeEach(async () => {
    awaited = undefined;
    user = await under.newUser();
  });

  const append = (id: string) => under.scope.run(user, () => under.journal.append(putSold({ id })));
  const insert = `INSERT INTO accounts (user_id, id, name) VALUES (current_setting('app.user_id')::uuid, 'late', 'Late')`;
  const unit = () =>
    under.scope.run(user, () =>
      under.scope.transaction(() => under.dataSource.query(insert), { attempts: 1 }),
    );

  /**
   * In a transaction that is still open, later writes would be lost or would belong to another
   * user.
   */
  async function expectNextIsStored(): Promise<void> {
    awaited = undefined;
    await append('kept');
    await setTimeout(delay);
    expect(await under.owner.query('SELECT id FROM journal WHERE user_id = $1', [user])).toEqual([
      { id: 'kept' },
    ]);
  }

  it.each([
    ['BEGIN', /BEGIN/, unit],
    ['a statement of a unit', /INSERT INTO accounts/, unit],
    [
      'BEGIN of a statement alone',
      /BEGIN/,
      () => under.scope.run(user, () => under.dataSource.query(insert)),
    ],
  ])('to %s, closes the connection', async (_what, text, work) => {
    awaited = text;

    await expect(work()).rejects.toThrow(StatementTimeoutError);
    await expectNextIsStored();
    expect(await under.owner.query(`SELECT FROM accounts WHERE id = 'late'`)).toEqual([]);
  });

  it.each<[string, (error: Error) => void, object]>([
    ['hides', () => undefined, { name: 'UnitOfWorkAbortedError', cause: timeout }],
    [
      'wraps',
      (cause) => {
        throw new RangeError('no report', { cause });
      },
      { name: 'RangeError', cause: timeout },
    ],
    [
      'replaces',
      () => {
        throw new RangeError('no report');
      },
      { name: 'RangeError' },
    ],
  ])('is not awaited again by a unit that %s the error', async (_what, handle, expected) => {
    awaited = /INSERT INTO accounts/;
    let attempts = 0;
    const slow = under.scope.run(user, () =>
      under.scope.transaction(async () => {
        attempts += 1;
        await under.dataSource.query(insert).catch(handle);
      }),
    );

    await expect(slow).rejects.toMatchObject(expected);
    expect(attempts).toBe(1);
  });

  it('to COMMIT, closes the connection, and the outcome is unknown', async () => {
    awaited = /COMMIT/;

    await expect(unit()).rejects.toThrow(CommitOutcomeUnknownError);
    await expectNextIsStored();
  });

  it('to ROLLBACK, closes the connection, and the failure is reported', async () => {
    awaited = /ROLLBACK/;
    const failing = () =>
      under.scope.run(user, () => under.scope.transaction(() => under.dataSource.query('SELECT 1 / 0')));

    await expect(failing()).rejects.toThrow('division by zero');
    await expectNextIsStored();
  });
});
