// @slow: starts the application of the guide
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JournalPage, JournalTotals, NumberedPage } from 'trading-journal-database';
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

async function page(token: string, query = ''): Promise<JournalPage> {
  return (await answer(200, application.get(`/trades${query}`, token))) as JournalPage;
}

async function totals(token: string, query = ''): Promise<JournalTotals> {
  return (await answer(200, application.get(`/trades/totals${query}`, token))) as JournalTotals;
}

describe('the feature module of the guide', () => {
  it('has applied its own migration and those of the package', async () => {
    const rows: { name: string }[] = await application.owner.query(
      'SELECT name FROM migrations ORDER BY timestamp, id',
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(rows).toContainEqual({ name: 'CreateWatchlist20261123090000' });
  });

  it('records a trade as its premium and its fee, and adds the symbol to the watchlist', async () => {
    const body = await answer(201, application.post(ann, trade));
    expect(body).toEqual([
      expect.objectContaining({ id: 'trade-1', type: 'sell_to_open', amount: '1040.00000000' }),
      expect.objectContaining({ id: 'trade-1:fee', type: 'fee', amount: '-2.60000000' }),
    ]);
    expect(await totals(ann)).toEqual({
      count: 2,
      inflow: '1040.00000000',
      outflow: '2.60000000',
      net: '1037.40000000',
    });
    expect(await answer(200, application.get('/watchlist', ann))).toEqual([
      expect.objectContaining({ symbol: 'AAPL' }),
    ]);
  });

  it('records a trade once, even if it is sent repeatedly', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => application.post(ann, trade)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(await totals(ann)).toMatchObject({ count: 2 });
  });

  it('amends, removes and shows one entry by its first id', async () => {
    await application.post(ann, trade).expect(201);
    const amend = (changes: object) =>
      application.send('patch', '/entries/trade-1', ann, { changes, reason: 'typo', id: 'trade-1b' });
    const ts = '2026-03-02T16:00:00.000Z';
    expect(await answer(200, amend({ amount: '1000', ts }))).toMatchObject({ id: 'trade-1b', ts });
    expect(await answer(200, application.get('/entries/trade-1', ann))).toMatchObject({ editReason: 'typo' });
    const twice = application.send('patch', '/entries/trade-1', ann, { changes: { qty: '3' }, reason: 'no' });
    expect(await answer(409, twice)).toMatchObject({
      code: 'ENTRY_ALREADY_AMENDED',
      successorId: 'trade-1b',
    });
    await answer(200, application.send('delete', '/entries/trade-1b?reason=never%20happened', ann));
    const history = await answer(200, application.get('/entries/trade-1/history', ann));
    expect((history as { id: string }[]).map(({ id }) => id)).toEqual(['trade-1', 'trade-1b']);

    await answer(404, application.get('/entries/trade-1', bob));
    await answer(400, application.send('delete', '/entries/trade-1b', ann));
    expect(await answer(400, amend({ qty: 3 }))).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('isolates two users with equal ids', async () => {
    await application.post(ann, trade).expect(201);
    expect((await page(bob)).entries).toEqual([]);
    expect(await answer(200, application.get('/watchlist', bob))).toEqual([]);
    await application.post(bob, { ...trade, symbol: 'MSFT', contracts: '1', price: '0.07' }).expect(201);
    expect(await totals(ann)).toMatchObject({ inflow: '1040.00000000' });
    expect(await totals(bob)).toMatchObject({ inflow: '7.00000000' });
    expect(await answer(200, application.get('/watchlist', bob))).toEqual([
      expect.objectContaining({ symbol: 'MSFT' }),
    ]);
  });

  it('returns a page by its number, with the total number of entries', async () => {
    for (const id of ['t1', 't2', 't3']) await application.post(ann, { ...trade, id }).expect(201);
    const second = await answer(200, application.get('/trades/numbered?symbol=AAPL&page=2&limit=4', ann));

    expect(second).toMatchObject({ total: 6, page: 2, pages: 2 });
    expect((second as NumberedPage).items).toHaveLength(2);
    expect(await answer(200, application.get('/trades/numbered', bob))).toEqual({
      items: [],
      total: 0,
      page: 1,
      pages: 0,
    });
    for (const query of ['page=0', 'limit=101', 'page=1.5'])
      expect(await answer(400, application.get(`/trades/numbered?${query}`, ann))).toMatchObject({
        code: 'INVALID_INPUT',
      });
    await application.get('/trades/numbered?page=two', ann).expect(400);
  });

  it('pages by symbol through all trades, newest first', async () => {
    const ids = Array.from({ length: 30 }, (_, day) => `t${String(day).padStart(2, '0')}`);
    for (const [day, id] of ids.entries()) {
      const ts = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
      await application.post(ann, { ...trade, id, ts, symbol: day % 2 === 0 ? 'AAPL' : 'MSFT' }).expect(201);
    }
    const first = await page(ann);
    const second = await page(ann, `?after=${first.next}`);
    const seen = [...first.entries, ...second.entries].map(({ id }) => id);
    expect(seen).toEqual(
      ids
        .flatMap((id) => [`${id}:fee`, id])
        .sort()
        .reverse(),
    );
    expect(second.next).toBeNull();
    const { entries } = await page(ann, '?symbol=MSFT');
    expect(entries.map(({ symbol }) => symbol)).toEqual(Array.from({ length: 30 }, () => 'MSFT'));
    expect(await totals(ann, '?symbol=MSFT')).toMatchObject({ count: 30 });
  });

  it('isolates the users of 100 concurrent requests', async () => {
    const tokens = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? ann : bob));
    const answers = await Promise.all(
      tokens.map((token, index) =>
        application.post(token, {
          ...trade,
          id: `t${Math.floor(index / 2)}`,
          symbol: token === ann ? 'ANNS' : 'BOBS',
          contracts: '1',
          price: token === ann ? '0.01' : '10',
          fee: '0',
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const all = await Promise.all(tokens.map((token) => totals(token)));
    for (const [index, token] of tokens.entries()) {
      expect(all[index]).toMatchObject({
        count: 50,
        net: token === ann ? '50.00000000' : '50000.00000000',
      });
    }
    expect(await totals(ann, '?symbol=BOBS')).toMatchObject({ count: 0 });
    expect(await totals(bob, '?symbol=ANNS')).toMatchObject({ count: 0 });
  });
});
