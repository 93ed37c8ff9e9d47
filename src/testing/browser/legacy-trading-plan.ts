import type { DateTime } from 'luxon';
import type { LegacyLedger, Trade } from './legacy-ledger.js';
import { sampleSymbols } from '../samples/legacy-market.js';
import { recordOddities, recordSeedEntry } from './legacy-oddities.js';
import {
  buyLongCall,
  correct,
  payAccountFee,
  reinvestDividend,
  takeDividend,
  takePremium,
  transferCash,
} from './legacy-other-trades.js';
import { sellCoveredCall, sellPut } from './legacy-short-options.js';

export const tradingDays = 728;

type TradeKind = (ledger: LegacyLedger, trade: Trade) => void;

/** The trades repeat this round, so that the mix does not depend on chance. */
const round: readonly TradeKind[] = [
  transferCash,
  (ledger, trade) => sellPut(ledger, trade, 'assigned'),
  (ledger, trade) => sellCoveredCall(ledger, trade, 'expired'),
  reinvestDividend,
  (ledger, trade) => sellPut(ledger, trade, 'rolled'),
  payAccountFee,
  (ledger, trade) => sellCoveredCall(ledger, trade, 'assigned'),
  buyLongCall,
  (ledger, trade) => sellPut(ledger, trade, 'closed'),
  takeDividend,
  (ledger, trade) => sellPut(ledger, trade, 'expired'),
  takePremium,
  (ledger, trade) => sellCoveredCall(ledger, trade, 'rolled'),
  correct,
];

const notes: readonly (string | null)[] = [
  null,
  '',
  'roll?',
  'O\'Neil "cup" 🏆',
  null,
  'Dividende – Köln',
  '配当金',
  null,
  'מניה',
  'line one\nline two',
];

/** Records trades spread evenly over the two years that begin with `start`. */
export function recordTrades(ledger: LegacyLedger, start: DateTime, trades: number): void {
  recordSeedEntry(ledger, newTrade(0, start));
  for (let index = 0; index < trades; index += 1) {
    const trade = newTrade(index, start.plus({ days: Math.floor((index * tradingDays) / trades) }));
    if (index === 1) recordOddities(ledger, trade);
    round[index % round.length]?.(ledger, trade);
  }
}

// Quirks recur at intervals coprime to the length of the round, so that each quirk occurs with
// every kind of trade.
function newTrade(index: number, day: DateTime): Trade {
  return {
    day,
    account: index % 5 === 4 ? 'acct-2' : 'acct-1',
    symbol: sampleSymbols[index % sampleSymbols.length] ?? 'AAPL',
    notes: notes[index % notes.length] ?? null,
    plainDates: index % 9 === 8,
    uuids: index % 11 === 4,
    isoTimestamps: index % 5 === 2,
  };
}
