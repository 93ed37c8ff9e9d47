// @slow: starts the application of the guide
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answer, startGuideApplication, trade } from './guide-application.js';
import type { GuideApplication } from './guide-application.js';

let application: GuideApplication;
let ann = '';
let made = 0;

beforeAll(async () => {
  application = await startGuideApplication();
});

afterAll(() => application?.close());

beforeEach(async () => {
  made += 1;
  ann = await application.signUp(`ann-${made}@example.com`);
});

const change = (id: string, body: object) => application.send('patch', `/accounts/${id}`, ann, body);

async function idsOf(query = ''): Promise<string[]> {
  const accounts = (await answer(200, application.get(`/accounts${query}`, ann))) as { id: string }[];
  return accounts.map(({ id }) => id);
}

describe('the accounts of the guide', () => {
  it('are created, listed and renamed', async () => {
    await application.send('post', '/accounts', ann, { id: 'acct-2', name: 'IRA' }).expect(201);

    expect(await idsOf()).toEqual(['acct-1', 'acct-2']);
    expect(await answer(200, change('acct-2', { name: 'Roth IRA' }))).toMatchObject({
      id: 'acct-2',
      name: 'Roth IRA',
      closedAt: null,
    });
    expect(await answer(404, change('acct-3', { name: 'x' }))).toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    expect(await answer(400, change('acct-2', { name: '' }))).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('are closed, which rejects new trades, and reopened', async () => {
    await application.post(ann, trade).expect(201);
    const closed = (await answer(200, change('acct-1', { name: 'Old', closed: true }))) as object;

    expect(closed).toMatchObject({ name: 'Old', closedAt: expect.stringMatching(/Z$/) });
    expect(await idsOf()).toEqual([]);
    expect(await idsOf('?status=all')).toEqual(['acct-1']);
    await application.get('/accounts?status=live', ann).expect(400);
    await application.post(ann, { ...trade, id: 'trade-2' }).expect(409);
    expect(await answer(200, application.get('/trades/totals', ann))).toMatchObject({ count: 2 });

    expect(await answer(200, change('acct-1', { closed: false }))).toMatchObject({ closedAt: null });
    await application.post(ann, { ...trade, id: 'trade-2' }).expect(201);
  });

  it('keep all values if a part of the change is refused', async () => {
    await change('acct-1', { name: '', closed: true }).expect(400);
    expect(await idsOf()).toEqual(['acct-1']);
  });
});
