import type { TradeEntry } from '../trades/index.js';
import { buyShares, callAssigned, sellCoveredCall, split } from '../trades/index.js';

/** What `demoTrades` records, for people. */
export const demoTradesText = [
  'Recorded by templates:',
  '- AAPL: a call that is assigned without shares opens a short position; 60 of 100 shares are bought back.',
  '- F: a 2-for-1 split in both accounts, and the adjustment of the open put by the memo of the OCC.',
].join('\n');

/**
 * Trades that a journal of the browser application cannot have. Their ids are fixed, so that a
 * second demo appends nothing.
 */
export function demoTrades(): TradeEntry[] {
  const aapl = { accountId: 'acct-1', symbol: 'AAPL' };
  const call = { ...aapl, contracts: '1', strike: '280', expiration: '2025-12-19' } as const;
  const f = { ts: new Date('2025-12-30T14:30:00Z'), symbol: 'F', ratioTo: 2, ratioFrom: 1 };
  const put = { leg: 'put', strike: '10.5', expiration: '2026-01-30' } as const;
  const adjusted = { ...put, targetStrike: '5.25', ratioTo: 2, ratioFrom: 1 } as const;
  return [
    ...sellCoveredCall({
      ...call,
      id: 'demo-call',
      ts: new Date('2025-12-01T15:30:00Z'),
      price: '1.85',
      fee: '0.65',
    }),
    ...callAssigned({ ...call, id: 'demo-end', ts: new Date('2025-12-19T21:00:00Z') }),
    ...buyShares({
      ...aapl,
      id: 'demo-cover',
      ts: new Date('2025-12-22T15:30:00Z'),
      shares: '60',
      price: '272',
    }),
    ...split({ ...f, id: 'demo-split-1', accountId: 'acct-1', options: [adjusted] }),
    ...split({ ...f, id: 'demo-split-2', accountId: 'acct-2' }),
  ];
}
