import { describe, expect, it } from '@jest/globals';
import { readLocalStorage } from '../../../../src/browser/import/local-storage/read-local-storage.js';

const correctedAt = '2026-11-20T10:11:12.345Z';
const correction = {
  positionId: 'AAPL_172.5_2026-12-18T07:00:00.000Z',
  ticker: 'AAPL',
  strike: 172.5,
  originalDte: 30,
  overrideDte: 37,
  overrideExpiration: '2026-12-25',
  timestamp: Date.parse(correctedAt),
};
const purchase = {
  id: '0b0c6d6e-5b1b-4f0e-9d8e-3a53a1c6a001',
  when: '2026-11-25T01:00:00.000Z',
  kind: 'buy_close',
  symbol: 'TSLA',
  contracts: 1,
  strike: 400,
  premium: 2.5,
  fees: 0.7,
  type: 'C',
  side: 'B',
};
const event = {
  name: 'trade_add_success',
  ts: '2026-11-25T01:00:02.000Z',
  props: { symbol: 'TSLA', side: 'B', type: 'C', qty: 1, strike: 400, dte: 52, expiration: '2027-01-15' },
};

function dump(values: Record<string, unknown>): string {
  const texts = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return JSON.stringify(Object.fromEntries(texts));
}

describe('corrected expirations', () => {
  it('are read with the stored expiration from the key of the position', () => {
    const { expirations, unreadable } = readLocalStorage(
      dump({ wheel_dte_overrides: { [correction.positionId]: correction } }),
    );
    expect(expirations).toEqual([
      {
        symbol: 'AAPL',
        strike: '172.50000000',
        expiration: '2026-12-18T07:00:00.000Z',
        to: '2026-12-25',
        correctedAt,
      },
    ]);
    expect(unreadable).toEqual([]);
  });

  it.each([
    ['no object', 7, /expected object/],
    ['without a ticker', { ...correction, ticker: undefined }, /^ticker: must be text/],
    ['with a strike as text', { ...correction, strike: '172.5' }, /^strike: /],
    ['with a day that does not exist', { ...correction, overrideExpiration: '2026-02-30' }, /must be a day/],
    ['without a time', { ...correction, timestamp: null }, /^timestamp: /],
    ['with a time beyond all calendars', { ...correction, timestamp: 9e15 }, /^timestamp: /],
    ['of another position', { ...correction, strike: 170 }, /is not the key of a position/],
  ])('are reported if an expiration is %s', (_, item, reason) => {
    const { expirations, unreadable } = readLocalStorage(
      dump({ wheel_dte_overrides: { [correction.positionId]: item } }),
    );
    expect(expirations).toEqual([]);
    expect(unreadable).toEqual([
      {
        key: 'wheel_dte_overrides',
        item: correction.positionId,
        reason: expect.stringMatching(reason),
      },
    ]);
  });

  it('and purchases have symbols without the blanks around them, as entries have', () => {
    const positionId = 'AAPL _172.5_2026-12-18T07:00:00.000Z';
    const { expirations, purchases } = readLocalStorage(
      dump({
        wheel_dte_overrides: { [positionId]: { ...correction, positionId, ticker: 'AAPL ' } },
        'journal.v1': [{ ...purchase, symbol: ' TSLA' }],
        'telemetry.events': [{ ...event, props: { ...event.props, symbol: ' TSLA' } }],
      }),
    );
    expect(expirations).toMatchObject([{ symbol: 'AAPL', expiration: '2026-12-18T07:00:00.000Z' }]);
    expect(purchases).toMatchObject([{ symbol: 'TSLA', expiration: '2027-01-15' }]);
  });

  it('are reported with the first 100 characters of a key', () => {
    const items = { ['x'.repeat(1_000)]: 7 };
    const { unreadable } = readLocalStorage(dump({ wheel_dte_overrides: items }));
    expect(unreadable).toMatchObject([{ item: 'x'.repeat(100) }]);
  });

  it('are reported if more than 100 characters replace the expiration', () => {
    const day = `2026-12-18T07:00:00.${'0'.repeat(80)}`;
    const read = (text: string) =>
      readLocalStorage(dump({ wheel_dte_overrides: { [`AAPL_172.5_${text}`]: correction } }));
    expect(read(day.slice(0, 99) + 'Z').expirations).toMatchObject([{ expiration: `${day.slice(0, 99)}Z` }]);
    const { expirations, unreadable } = read(`${day.slice(0, 99)}Zx`);
    expect(expirations).toEqual([]);
    expect(unreadable).toMatchObject([{ reason: 'has more than 100 characters in place of the expiration' }]);
  });

  it.each([
    ['{"AAPL', 'is not JSON'],
    ['[]', 'is not an object'],
  ])('are reported as a whole if the text is %s', (text, reason) => {
    expect(readLocalStorage(dump({ wheel_dte_overrides: text })).unreadable).toEqual([
      { key: 'wheel_dte_overrides', item: null, reason },
    ]);
  });
});

describe('purchases', () => {
  const read = (journal: unknown, events?: unknown) =>
    readLocalStorage(
      dump({ 'journal.v1': journal, ...(events !== undefined && { 'telemetry.events': events }) }),
    );

  it('have the amount of their fee, and no expiration', () => {
    expect(read([purchase]).purchases).toEqual([
      {
        id: purchase.id,
        boughtAt: purchase.when,
        symbol: 'TSLA',
        leg: 'call',
        contracts: '1.00000000',
        strike: '400.00000000',
        premium: 2.5,
        fees: 0.7,
        amount: '-250.70000000',
        expiration: null,
      },
    ]);
  });

  it('have the expiration of the following event', () => {
    const [bought] = read([purchase], [event]).purchases;
    expect(bought?.expiration).toBe('2027-01-15');
  });

  it.each([
    ['came before', [{ ...event, ts: '2026-11-25T00:59:59.000Z' }]],
    ['came much later', [{ ...event, ts: '2026-11-25T02:00:00.001Z' }]],
    ['is of a sale', [{ ...event, props: { ...event.props, side: 'S' } }]],
    ['is of another contract', [{ ...event, props: { ...event.props, type: 'P' } }]],
    ['is one of two that differ', [event, { ...event, props: { ...event.props, expiration: '2027-02-19' } }]],
    ['is broken', [{ ...event, props: { ...event.props, expiration: 'soon' } }]],
    ['is not a list', event],
  ])('have no expiration if the event %s', (_, events) => {
    expect(read([purchase], events).purchases).toMatchObject([{ expiration: null }]);
  });

  it('are distinguished from other trades, which are counted', () => {
    const { purchases, notTaken } = read([{ kind: 'sell_put', symbol: 'F' }, purchase, { kind: 'fee' }, 3]);
    expect(purchases).toHaveLength(1);
    expect(notTaken).toEqual([{ key: 'journal.v1', items: 3, what: 'trades that the journal holds, too' }]);
  });

  it.each([
    [{ contracts: 0 }, /^contracts: /],
    [{ contracts: 1.5 }, /^contracts: /],
    [{ strike: 0 }, /^strike: /],
    [{ premium: -1 }, /^premium: /],
    [{ contracts: 1_000_000, premium: 10_000 }, /^the cost must be less than/],
    [{ type: undefined }, /^type: /],
    [{ symbol: '' }, /^symbol: must not be empty/],
    [{ when: 'yesterday' }, /^when: /],
    [{ fees: null }, /^fees: /],
  ])('are reported if they have %j', (cells, reason) => {
    const { purchases, unreadable } = read([{ kind: 'fee' }, { ...purchase, ...cells }]);
    expect(purchases).toEqual([]);
    expect(unreadable).toEqual([{ key: 'journal.v1', item: '1', reason: expect.stringMatching(reason) }]);
  });

  it('are reported as a whole if they are not a list', () => {
    expect(read({ 0: purchase })).toMatchObject({
      purchases: [],
      unreadable: [{ key: 'journal.v1', item: null, reason: 'is not a list' }],
    });
  });
});

describe('any other key', () => {
  it('is counted by its list elements, its object members, or as a single item', () => {
    const { notTaken } = readLocalStorage(
      dump({
        theme: 'dark',
        journal_page_size: '100',
        user_symbols_history: ['AAPL', 'F'],
        journal_filter_presets: [{ name: 'puts', filters: {} }],
        earnings_cache: { AAPL: {}, F: {}, T: {} },
        other: '[1,2,3]',
      }),
    );
    expect(notTaken.map(({ key, items }) => [key, items])).toEqual([
      ['earnings_cache', 3],
      ['journal_filter_presets', 1],
      ['user_symbols_history', 2],
      ['journal_page_size', 1],
      ['theme', 1],
      ['other', 1],
    ]);
  });

  it('are not offered as the journal where the browser may keep it in OPFS', () => {
    const { notTaken } = readLocalStorage(dump({ 'options-tracker.db': 'U1FMaXRl' }));
    const what = 'the journal of a browser without OPFS; with OPFS, an old copy';
    expect(notTaken).toEqual([{ key: 'options-tracker.db', items: 1, what }]);
  });

  it('is named among the first keys of other applications, and otherwise only counted', () => {
    const others = Array.from({ length: 25 }, (_, index) => [`other-${index}`, '']);
    const { notTaken } = readLocalStorage(dump(Object.fromEntries(others) as Record<string, string>));
    expect(notTaken).toHaveLength(21);
    expect(notTaken.at(-1)).toEqual({
      key: '5 more keys',
      items: 5,
      what: 'not a key of the browser application',
    });
  });

  it('may have the name of an inherited object member', () => {
    const text = '{"__proto__":"a","constructor":"b","wheel_dte_overrides":"{\\"__proto__\\":{}}"}';
    const { notTaken, unreadable } = readLocalStorage(text);
    expect(notTaken.map(({ key }) => key)).toEqual(['__proto__', 'constructor']);
    expect(unreadable).toMatchObject([{ item: '__proto__' }]);
  });
});

describe('an invalid dump', () => {
  it.each([
    ['', /is not JSON/],
    ['{"theme":"dark"', /is not JSON/],
    ['["theme"]', /is JSON, but not an object/],
    ['null', /is JSON, but not an object/],
    ['{"theme":{"name":"dark"}}', /has a value that is not text, under "theme"/],
    ['['.repeat(5_000_000), /is not JSON/],
  ])('is refused: %.20s', (text, message) => {
    expect(() => readLocalStorage(text)).toThrow(
      expect.objectContaining({
        code: 'LOCAL_STORAGE',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('is refused if a key has more items than a browser can keep', () => {
    const items = (count: number) => dump({ 'journal.v1': Array.from({ length: count }, () => 0) });
    expect(readLocalStorage(items(50_000)).notTaken).toMatchObject([{ items: 50_000 }]);
    expect(() => readLocalStorage(items(50_001))).toThrow(/has more than 50000 items under "journal.v1"/);
  });

  it('is accepted with a byte order mark', () => {
    expect(readLocalStorage(`\uFEFF${dump({ theme: 'dark' })}`).notTaken).toHaveLength(1);
  });
});
