import { expect, it } from '@jest/globals';
import { daysText, localStorageText, unplacedText } from '../../src/cli/import-report.text.js';

it('the table of corrected expirations names three entries, and counts the rest', () => {
  const textOf = (count: number) => {
    const notApplied = Array.from({ length: count }, (_, index) => ({ id: `e${index}`, reason: 'changed' }));
    const about = { symbol: 'AAPL', strike: '150', from: '2025-12-15', to: '2025-12-19' };
    const outcome = { ...about, correctedAt: '2025-11-20T10:00:00.000Z', amended: [], unchanged: [] };
    const none = { purchases: [], notTaken: [], unreadable: [] };
    return localStorageText({ expirations: [{ ...outcome, notApplied }], ...none }).join();
  };
  expect(textOf(3)).toContain(' e0: changed; e1: changed; e2: changed ');
  expect(textOf(20)).toContain(
    ' e0: changed; e1: changed; e2: changed; and 17 more entries; --json lists all ',
  );
});

it('the table of purchases mentions no fee of a purchase that has none', () => {
  const purchase = {
    ...{ purchase: 'second-1', boughtAt: '2025-11-25T01:00:00.000Z', symbol: 'TSLA', leg: 'call' as const },
    ...{ contracts: '1' as const, strike: '400' as const, amount: '-250.7' as const, expiration: null },
    ...{ fee: null, outcome: 'notApplied' as const, reason: 'the journal has no fee' },
  };
  const others = { expirations: [], notTaken: [], unreadable: [] };
  const text = localStorageText({ purchases: [purchase], ...others }).join();
  expect(text).toMatch(/│ not applied +│ the journal has no fee +│/);
});

it('the hint at typed days asks for another time zone than the given one', () => {
  const example = '2025-10-01T15:00:00.000Z';
  const days = { dates: 0, utcMidnights: 14, localMidnights: 0, possibleMidnights: 1, example };
  const hint = (timeZone: string | null) =>
    daysText({ days, timeZone }).join().split('typed days there, ')[1];
  expect(hint(null)).toBe('give the time zone in which the journal was kept.');
  expect(hint('America/Denver')).toBe(
    'the journal was kept in another time zone than America/Denver: give it.',
  );
});

it('the fees that belong to no trade can be many', () => {
  const fee = { accountId: 'acct-1', symbol: 'SPY', day: '2026-01-05', amount: '-0.65' as const };
  const unassignedFees = Array.from({ length: 150_000 }, (_, index) => ({ id: `fee-${index}`, ...fee }));
  expect(unplacedText({ unmatched: [], unassignedFees }).join()).toContain(
    'Fees that belong to no trade (150000, -97500.00 in all):',
  );
});
