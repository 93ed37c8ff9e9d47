// @slow: starts an application for each test
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answer, startGuideApplication, trade } from './guide-application.js';
import type { GuideApplication } from './guide-application.js';

let application: GuideApplication;
let [ann, bob] = ['', ''];

beforeAll(async () => {
  application = await startGuideApplication();
});

afterAll(() => application?.close());

beforeEach(async () => {
  [ann, bob] = [
    await application.signUp('ann@example.com'),
    await application.signUp('bob@example.com', 'bobs'),
  ];
});

afterEach(async () => {
  await application.owner.query('TRUNCATE users CASCADE');
});

describe('an error response of the feature module of the guide', () => {
  it.each(['', 'nonsense', '00000000-0000-4000-8000-000000000000.c2lnbmF0dXJl'])(
    'is 401 for a token that the application has not issued: %j',
    async (token) => {
      await application.get('/trades', token).expect(401);
    },
  );

  it('is 400 with the problems for a value that the journal refuses, and nothing is written', async () => {
    const body = await answer(400, application.post(ann, { ...trade, price: '0.123456789' }));
    expect(body).toMatchObject({
      statusCode: 400,
      code: 'INVALID_INPUT',
      problems: [{ index: 0, id: 'trade-1', column: 'price', value: '"0.123456789"' }],
    });
    expect(await answer(200, application.get('/trades', ann))).toEqual({ entries: [], next: null });
    expect(await answer(200, application.get('/watchlist', ann))).toEqual([]);
  });

  it.each([
    {},
    [],
    'not JSON',
    { ...trade, ts: 'yesterday' },
    { ...trade, price: 2.6 },
    { ...trade, more: 1 },
  ])('is 400 for a body that is not a trade: %j', async (body) => {
    await application.post(ann, body).expect(400);
  });

  it.each(['?after=nonsense', '?symbol=A&symbol=B'])('is 400 for the query %s', async (query) => {
    await application.get(`/trades${query}`, ann).expect(400);
  });

  it('is 400 for an account of another user', async () => {
    const body = await answer(400, application.post(ann, { ...trade, accountId: 'bobs' }));
    expect(body).toMatchObject({ code: 'UNKNOWN_ACCOUNT' });
    await application.post(bob, { ...trade, accountId: 'bobs' }).expect(201);
  });

  it('is 409 with the differing columns for the id of another trade', async () => {
    await application.post(ann, trade).expect(201);
    const body = await answer(409, application.post(ann, { ...trade, price: '2.61', symbol: 'MSFT' }));
    expect(body).toMatchObject({
      code: 'ENTRY_CONFLICT',
      conflicts: [
        { id: 'trade-1', columns: ['symbol', 'amount'] },
        { id: 'trade-1:fee', columns: ['symbol'] },
      ],
    });
    expect(await answer(200, application.get('/trades/totals', ann))).toMatchObject({
      inflow: '1040.00000000',
    });
    expect(await answer(200, application.get('/watchlist', ann))).toEqual([
      expect.objectContaining({ symbol: 'AAPL' }),
    ]);
  });

  it('is 401 for a user who was deleted after the sign-in', async () => {
    await application.owner.query('TRUNCATE users CASCADE');
    expect(await answer(401, application.post(ann, trade))).toMatchObject({ code: 'USER_NOT_FOUND' });
  });

  it('is 500 without details for a server error', async () => {
    const { owner } = application;
    await owner.query('ALTER TABLE journal RENAME TO elsewhere');
    try {
      const body = await answer(500, application.get('/trades', ann));
      expect(body).toEqual({ statusCode: 500, message: 'Internal server error' });
    } finally {
      await owner.query('ALTER TABLE elsewhere RENAME TO journal');
    }
  });
});
