// @slow: starts the application of the guide
import { once } from 'node:events';
import { get } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountsRepository, JournalRepository, UserScope, UsersRepository } from 'trading-journal-database';
import { generateJournal, sampleAccounts } from 'trading-journal-database/testing';
import { answer, startGuideApplication, trade } from './guide-application.js';
import type { GuideApplication } from './guide-application.js';
import { until } from '../support/until.js';

let application: GuideApplication;

beforeAll(async () => {
  application = await startGuideApplication();
});

afterAll(() => application?.close());

async function tradesOf(email: string): Promise<string> {
  const token = await application.signUp(email);
  await answer(201, application.post(token, trade));
  return token;
}

/** A journal that does not fit into the buffers of a socket. */
async function manyTradesOf(email: string): Promise<string> {
  const token = await application.signUp(email);
  const { nest } = application;
  const user = await nest.get(UsersRepository).findByEmail(email);
  await nest.get(UserScope).run(user?.id ?? '', async () => {
    for (const { id, name } of sampleAccounts) {
      if (id !== 'acct-1') await nest.get(AccountsRepository).create({ id, name });
    }
    await nest.get(JournalRepository).load(generateJournal({ entries: 20_000 }));
  });
  return token;
}

function download(token: string, format = 'ndjson'): ClientRequest {
  const headers = { authorization: `Bearer ${token}` };
  return get(`${application.url}/exports?format=${format}`, { headers });
}

describe('the download of the guide', () => {
  it.each([
    ['sqlite', 'application/vnd.sqlite3', 'options-tracker.db'],
    ['json', 'application/json', 'journal.json'],
    ['ndjson', 'application/x-ndjson', 'journal.ndjson'],
    ['csv', 'text/csv; charset=utf-8', 'journal.csv'],
  ])("is a file of the user's own journal as %s", async (format, type, name) => {
    const token = await tradesOf(`${format}@example.com`);
    await tradesOf(`other-${format}@example.com`);
    const download = await application
      .get(`/exports?format=${format}`, token)
      .responseType('blob')
      .expect(200);

    expect(download.headers).toMatchObject({
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
    });
    const text = (download.body as Buffer).toString('latin1');
    expect(text).toContain('trade-1:fee');
    expect(text).not.toContain('other-');
  });

  it('is refused with a status before the first byte is sent', async () => {
    const token = await tradesOf('refused@example.com');

    await application.get('/exports?format=json', '').expect(401);
    await application.get('/exports?format=xml', token).expect(400);
    // The export reads the accounts before it writes.
    await application.owner.query('REVOKE SELECT ON accounts FROM journal_user');
    const failed = await application.get('/exports?format=json', token);
    await application.owner.query('GRANT SELECT ON accounts TO journal_user');
    expect(failed.status).toBe(500);
    expect(failed.body).toEqual({ statusCode: 500, message: 'Internal server error' });
  });

  it('ends its transaction when the client disconnects', async () => {
    const token = await manyTradesOf('gone@example.com');
    const request = download(token);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    await once(response, 'data');
    expect(await openTransactions()).toBe(1);
    response.on('error', () => undefined).destroy();

    await until(async () => (await openTransactions()) === 0);
    await application.get('/exports?format=csv', token).expect(200);
  });

  it('ends when the client disconnects before the first byte', async () => {
    const token = await tradesOf('impatient@example.com');
    const blocker = application.owner.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('LOCK TABLE journal');
    const requests = Array.from({ length: 4 }, () => download(token, 'sqlite').on('error', () => undefined));
    await until(async () => (await openTransactions()) === 5);
    for (const request of requests) request.destroy();

    // Four exports at once are allowed. A fifth is refused until these end; then it waits, too.
    const next = async () => {
      for (let tries = 0; tries < 20; tries += 1) {
        const { status } = await application.get('/exports?format=csv', token);
        if (status !== 503) return status;
        await setTimeout(100);
      }
      return 503;
    };
    const answered = next();
    const first = await Promise.race([answered, setTimeout(5_000, 'waiting')]);
    await blocker.rollbackTransaction();
    await blocker.release();
    expect([first, await answered]).toEqual(['waiting', 200]);
  });

  it('is refused while clients that do not read hold four others, so that they do not take the pool', async () => {
    const token = await manyTradesOf('slow@example.com');
    const responses = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const [response] = (await once(download(token), 'response')) as [IncomingMessage];
        return response.on('error', () => undefined);
      }),
    );
    expect(await openTransactions()).toBe(4);

    const refused = await application.get('/exports?format=csv', token);
    for (const response of responses) response.destroy();
    expect(refused.status).toBe(503);
    await until(async () => (await openTransactions()) === 0);
    await application.get('/exports?format=csv', token).expect(200);
  });
});

async function openTransactions(): Promise<number> {
  const [row] = await application.owner.query<[{ open: number }]>(
    `SELECT count(*)::integer AS open FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
       AND backend_type = 'client backend'`,
  );
  return row.open;
}
