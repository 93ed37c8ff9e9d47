import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CashReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { planOfCall } from '../support/plan-nodes.js';

const entriesOfUser = 100;

describe('Under row-level security, for one of many users,', () => {
  let under: JournalUnderTest;
  let userId: string;

  beforeAll(async () => {
    under = await startJournal();
    userId = await under.newUser();
    await under.owner.query(
      `WITH others AS (INSERT INTO users (email) SELECT n || '@example.com' FROM generate_series(1, 300) n RETURNING id),
         owned AS (INSERT INTO accounts (user_id, id, name) SELECT id, 'acct-1', 'Margin' FROM others RETURNING user_id)
       INSERT INTO journal (user_id, id, ts, account_id, symbol, type, qty, amount, strike, expiration, created_at)
       SELECT owner, 'e-' || n, '2026-01-05'::timestamptz + n * interval '1 hour', 'acct-1', 'S' || n % 5,
         (ARRAY['sell_to_open', 'assignment_shares', 'dividend', 'fee'])[n % 4 + 1],
         CASE WHEN n % 4 < 2 THEN 1 END, n, CASE n % 4 WHEN 0 THEN 50 END,
         CASE n % 4 WHEN 0 THEN '2026-03-20'::date END, '2026-01-01'
       FROM (SELECT user_id FROM owned UNION ALL SELECT $1::uuid) users (owner), generate_series(1, $2::int) n`,
      [userId, entriesOfUser],
    );
    await under.owner.query('VACUUM ANALYZE journal');
  });
  afterAll(() => under.close());

  const [today, per] = ['2026-02-01', 'month'] as const;
  const whole = { today };
  const onDay = { on: today, timeZone: 'America/Denver' };
  const known = { today, asOf: new Date('2026-06-01') };
  const requests = Object.entries({ whole, onDay, known, symbol: { today, symbol: 'S1' } });
  const figures = requests.flatMap(([name, request]): [string, () => Promise<unknown>][] => {
    const { today: _, ...cash } = { today, ...request };
    const inTimeZone = { per, timeZone: 'UTC', ...('asOf' in cash && { asOf: cash.asOf }) };
    return [
      [`positions, ${name}`, () => under.get(OptionPositionsReadModel).list(request)],
      [
        `all positions, ${name}`,
        () => under.get(OptionPositionsReadModel).list({ ...request, status: 'all' }),
      ],
      [`share lots, ${name}`, () => under.get(ShareLotsReadModel).list(request)],
      [`open lots, ${name}`, () => under.get(ShareLotsReadModel).open({ ...request, method: 'fifo' })],
      [`profit by cash, ${name}`, () => under.get(ProfitReadModel).realised({ ...request, per })],
      [
        `profit by tax, ${name}`,
        () => under.get(ProfitReadModel).realised({ ...request, per, basis: 'tax' }),
      ],
      [`closed lots, ${name}`, () => under.get(ProfitReadModel).closedLots(request)],
      [`unmatched entries, ${name}`, () => under.get(ProfitReadModel).unmatched(request)],
      [`premium, ${name}`, () => under.get(CashReadModel).premium(inTimeZone)],
    ];
  });

  it.each([...figures, ['balances', () => under.get(CashReadModel).balances()] as const])(
    "%s is read by one statement, with the user's entries through an index",
    async (_, figure) => {
      const nodes = await planOf(figure);
      const scans = nodes.filter((node) => node['Relation Name'] === 'journal');

      expect(scans.length).toBeGreaterThan(0);
      expect(nodes.some((node) => node['Index Name'] !== undefined)).toBe(true);
      for (const scan of scans) {
        expect(scan['Node Type']).not.toBe('Seq Scan');
        const read = scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0);
        expect(read * scan['Actual Loops']).toBeLessThanOrEqual(entriesOfUser);
      }
    },
  );

  it('links between entries, and ids that fees name, are read through indexes if a fee requires them', async () => {
    await under.owner.query(
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount, original_entry_id)
       SELECT user_id, id || '~', ts, account_id, type, amount, id FROM journal WHERE id = 'e-7'`,
    );
    await under.owner.query(`UPDATE journal SET id = 'gone:fee' WHERE id = 'e-3' AND user_id = $1`, [userId]);
    await under.owner.query('VACUUM ANALYZE journal');
    const closedLots = () => under.get(ProfitReadModel).closedLots({ today });
    const nodes = await planOfCall(under, userId, closedLots, 3);
    const scans = nodes.filter((node) => node['Relation Name'] === 'journal');

    const indexes = nodes.map((node) => node['Index Name']);
    expect(indexes).toEqual(expect.arrayContaining(['uq_journal_successor', 'pk_journal']));
    expect(scans.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  });

  const planOf = (call: () => Promise<unknown>) => planOfCall(under, userId, call);
});
