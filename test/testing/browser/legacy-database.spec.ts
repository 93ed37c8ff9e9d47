// @slow: generates many files
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { openLegacyFile } from '../../../src/browser/import/read/open-legacy-file.js';
import { generateLegacyDatabase } from '../../../src/testing/browser/legacy-database.js';
import type { LegacyDatabaseOptions } from '../../../src/testing/browser/legacy-database.js';
import type { LegacyEntry } from '../../../src/testing/browser/legacy-entry.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'legacy-'));
});

afterAll(() => rm(directory, { recursive: true }));

async function generate(options?: LegacyDatabaseOptions) {
  const path = join(directory, 'generated.db');
  await writeFile(path, await generateLegacyDatabase(options));
  const source = await openLegacyFile(path);
  const journal = [...source.journal()] as unknown as LegacyEntry[];
  const accounts = [...source.accounts()];
  const { notImported } = source;
  source.close();
  return { journal, accounts, notImported };
}

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const sqliteForm = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** The object in a `meta`, also if it is encoded repeatedly; undefined if it is invalid. */
function metaOf({ meta }: LegacyEntry): Record<string, unknown> | undefined {
  try {
    const once: unknown = JSON.parse(meta ?? '{}');
    return (typeof once === 'string' ? JSON.parse(once) : once) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

describe('the generator', () => {
  it('creates equal bytes from equal options, and other bytes from another seed', async () => {
    const [one, same, other] = await Promise.all([
      generateLegacyDatabase({ seed: 7 }),
      generateLegacyDatabase({ seed: 7 }),
      generateLegacyDatabase({ seed: 8 }),
    ]);
    expect(Buffer.compare(one, same)).toBe(0);
    expect(Buffer.compare(one, other)).not.toBe(0);
  });

  it('creates about 300 entries of two years by default, and the requested number of trades', async () => {
    const { journal } = await generate();
    expect(journal.length).toBeGreaterThan(270);
    expect(journal.length).toBeLessThan(330);
    const recorded = journal.map(({ created_at }) => created_at.slice(0, 10)).sort();
    expect(recorded.at(0)).toBe('2024-01-02');
    expect(recorded.at(-1)).toMatch(/^2025-12|^2026-01-0/);
    expect((await generate({ trades: 0 })).journal).toMatchObject([{ id: 'seed-1' }]);
    const { journal: earlier } = await generate({ trades: 3, startDate: '2020-03-01' });
    expect(earlier[0]?.ts).toMatch(/^2020-03-01/);
  });

  it('creates 60,000 entries', async () => {
    const bytes = await generateLegacyDatabase({ trades: 17_500 });
    expect(bytes.length).toBeGreaterThan(15_000_000);
  });

  it.each([
    [{ timeZone: 'Mars/Base' }, '"Mars/Base" is not an IANA time zone'],
    [{ startDate: 'soon' }, '"soon" is not a date; expected YYYY-MM-DD'],
    [{ trades: -1 }, '-1 is not a number of trades'],
  ])('refuses %j', async (options, message) => {
    await expect(generateLegacyDatabase(options)).rejects.toThrow(new RangeError(message));
  });

  it.each(['America/Denver', 'Australia/Sydney'])(
    'dates expirations at local midnight in %s',
    async (timeZone) => {
      const { journal } = await generate({ timeZone });
      const instants = journal.flatMap(({ expiration }) => (expiration?.includes('T') ? [expiration] : []));
      const local = instants.map((instant) => DateTime.fromISO(instant, { zone: timeZone }));
      expect(new Set(local.map((time) => time.toFormat('HH:mm:ss.SSS')))).toEqual(new Set(['00:00:00.000']));
      // Summer time and winter time both occur.
      expect(new Set(instants.map((instant) => instant.slice(10))).size).toBe(2);
      expect(new Set(local.map((time) => time.weekday))).toEqual(new Set([5]));
    },
  );
});

describe('the sample', () => {
  let journal: LegacyEntry[];
  let ids: Set<string>;

  beforeAll(async () => {
    ({ journal } = await generate());
    ids = new Set(journal.map(({ id }) => id));
  });

  it('has exactly the twelve types', () => {
    expect([...new Set(journal.map(({ type }) => type))].sort()).toEqual([
      'assignment_shares',
      'buy_to_close',
      'buy_to_open',
      'correction',
      'dividend',
      'expiration',
      'fee',
      'option_premium',
      'sell_to_close',
      'sell_to_open',
      'share_sale',
      'transfer',
    ]);
  });

  it('has two accounts, and a cache that is not imported', async () => {
    const { accounts, notImported } = await generate();
    expect(accounts).toEqual([
      { id: 'acct-1', name: 'Primary' },
      { id: 'acct-2', name: 'IRA — Roth ☂' },
    ]);
    expect(notImported).toEqual([{ table: 'ticker_min_strikes', rows: 6 }]);
  });

  it('begins with seed-1, and has several forms of ids, timestamps and expirations', () => {
    expect(journal[0]).toMatchObject({ id: 'seed-1', amount: 5 });
    const live = journal.filter(({ meta }) => !meta?.startsWith('"'));
    expect(live.some(({ id }) => /^jrnl_[a-z0-9]{19}$/.test(id))).toBe(true);
    expect(live.some(({ id }) => /^[0-9a-f]{8}-[0-9a-f]{4}-4/.test(id))).toBe(true);
    for (const column of ['created_at', 'updated_at'] as const) {
      expect(live.some((entry) => iso.test(entry[column]))).toBe(true);
      expect(live.some((entry) => sqliteForm.test(entry[column]))).toBe(true);
      expect(journal.every((entry) => iso.test(entry[column]) || sqliteForm.test(entry[column]))).toBe(true);
    }
    expect(journal.some(({ expiration }) => /^\d{4}-\d\d-\d\d$/.test(expiration ?? ''))).toBe(true);
    expect(journal.every(({ ts }) => iso.test(ts))).toBe(true);
  });

  it('has floating-point errors of doubles, and at most eight real decimals', async () => {
    const premiums = journal.filter((entry) => metaOf(entry)?.template === 'tmplSellPut' && entry.amount > 0);
    expect(premiums.some(({ amount }) => /\d{12}$/.test(String(amount)))).toBe(true);
    for (const { amount, qty, strike } of (await generate({ trades: 500 })).journal) {
      for (const value of [amount, qty ?? 0, strike ?? 0])
        expect(value).toBeCloseTo(Number(value.toFixed(8)), 9);
      expect(qty ?? 0).toBeGreaterThanOrEqual(0);
    }
  });

  it('has fractional shares, whole lots, and missing or zero quantities', () => {
    const shares = journal.flatMap(({ type, qty }) => (type === 'assignment_shares' ? [qty ?? 0] : []));
    expect(shares.some((qty) => qty % 1 > 0)).toBe(true);
    expect(shares.some((qty) => qty >= 100 && qty % 100 === 0)).toBe(true);
    expect(journal.some(({ qty }) => qty === 0)).toBe(true);
    expect(journal.some(({ qty }) => qty === null)).toBe(true);
  });

  it('has symbols that are empty, NULL, or with a point, and notes in several scripts', () => {
    expect(new Set(journal.map(({ symbol }) => symbol))).toEqual(
      new Set(['', null, 'AAPL', 'AMD', 'BRK.B', 'F', 'PLTR', 'SPY']),
    );
    expect(journal.some(({ symbol, type }) => symbol === '' && type === 'fee')).toBe(true);
    const notes = journal.map((entry) => entry.notes ?? '').join('');
    for (const script of ['🏆', 'ö', '配', 'מ', '\n']) expect(notes).toContain(script);
    expect(journal.some((entry) => entry.notes === null)).toBe(true);
    expect(journal.some((entry) => entry.notes === '')).toBe(true);
  });

  it('has expirations in the future, assignments and rolls', () => {
    const ahead = journal.filter((entry) => metaOf(entry)?.closes === 'sell_to_open');
    expect(ahead.length).toBeGreaterThan(10);
    expect(ahead.every(({ type, amount }) => type === 'expiration' && amount === 0)).toBe(true);
    expect(ahead.every(({ ts, created_at }) => ts.slice(0, 10) > created_at.slice(0, 10))).toBe(true);
    const assigned = journal.filter((entry) => metaOf(entry)?.assigned === true);
    expect(assigned.every(({ type, amount }) => type === 'expiration' && amount === 0)).toBe(true);
    const from = journal.map((entry) => `${entry.type} ${String(metaOf(entry)?.from)}`);
    expect(from).toEqual(expect.arrayContaining(['assignment_shares put', 'share_sale call']));
    const links = journal.flatMap((entry) =>
      [metaOf(entry)?.rolledTo, metaOf(entry)?.rolledFrom].filter(Boolean),
    );
    expect(links.length).toBeGreaterThan(4);
    expect(links.every((id) => ids.has(String(id)))).toBe(true);
  });

  it('has deleted rows, and edits that mostly do not link the replaced row', () => {
    const deleted = journal.filter(({ deleted_at }) => deleted_at !== null);
    expect(
      deleted.every(({ edit_reason, deleted_at }) => edit_reason !== null && iso.test(deleted_at ?? '')),
    ).toBe(true);
    expect(deleted.some(({ edit_reason }) => edit_reason === 'duplicate')).toBe(true);
    const copies = journal.filter(({ meta }) => meta?.startsWith('"'));
    expect(copies.length).toBeGreaterThan(8);
    const linked = copies.filter(({ original_entry_id }) => original_entry_id !== null);
    expect(linked.length).toBeGreaterThan(0);
    expect(linked.length).toBeLessThan(copies.length / 2);
    const replaced = deleted.map(({ id }) => id);
    expect(linked.every(({ original_entry_id }) => replaced.includes(original_entry_id ?? ''))).toBe(true);
    expect(copies.length).toBe(deleted.filter(({ edit_reason }) => edit_reason === 'wrong amount').length);
  });

  it('has one entry of an unknown account, and one invalid meta', () => {
    const accounts = journal.map(({ account_id }) => account_id).filter((id) => !/^acct-[12]$/.test(id));
    expect(accounts).toEqual(['acct-closed']);
    expect(journal.filter((entry) => metaOf(entry) === undefined)).toHaveLength(1);
  });

  it('never sells more shares than are held', () => {
    const held = new Map<string, number>();
    const trades = journal.filter(
      ({ type, meta }) => /_shares|share_sale/.test(type) && !meta?.startsWith('"'),
    );
    for (const { account_id, symbol, type, qty } of trades) {
      const holding = `${account_id} ${symbol ?? ''}`;
      const shares = (held.get(holding) ?? 0) + (type === 'share_sale' ? -1 : 1) * (qty ?? 0);
      expect(shares).toBeGreaterThan(-1e-9);
      held.set(holding, shares);
    }
  });
});
