import type { LegacyEntry } from './legacy-entry.js';
import type { LegacyLedger, Trade } from './legacy-ledger.js';
import { isoInstant } from './legacy-time.js';

/** The entry that the browser application adds to every new database. */
export function recordSeedEntry(ledger: LegacyLedger, trade: Trade): void {
  const seed = { ...trade, symbol: 'AAPL', notes: null };
  ledger.record(seed, trade.day, [
    { id: 'seed-1', type: 'dividend', qty: 0, amount: 5, meta: { note: 'Welcome seed' } },
  ]);
  const recorded = ledger.entries.at(-1);
  if (recorded !== undefined) recorded.entry.ts = isoInstant(recorded.recordedAt);
}

/** Faults of real files: an entry of a missing account, and a `meta` that is not JSON. */
export function recordOddities(ledger: LegacyLedger, trade: Trade): void {
  ledger.record({ ...trade, account: 'acct-closed' }, trade.day, [
    { type: 'transfer', amount: -120.5, symbol: '' },
  ]);
  ledger.record(trade, trade.day, [{ type: 'correction', amount: 0.01 }]);
  spoilMeta(ledger.entries.at(-1)?.entry);
}

function spoilMeta(entry: LegacyEntry | undefined): void {
  if (entry !== undefined) entry.meta = '{"note":"broken off';
}
