import type { PseudoRandom } from './pseudo-random.js';

/** Average share prices of the sample trades, in dollars. */
const prices: Readonly<Record<string, number>> = {
  AAPL: 212.4,
  PLTR: 28.15,
  'BRK.B': 461.3,
  AMD: 148.72,
  F: 12.36,
  SPY: 548.9,
};

export const sampleSymbols = Object.keys(prices);

/** A share price within 12 per cent of the symbol's average, in whole cents. */
export function sharePrice(random: PseudoRandom, symbol: string): number {
  return Math.round((prices[symbol] ?? 100) * random.integer(88, 112)) / 100;
}

/** A strike `perCent` above (+) or below (−) a price, rounded to half a dollar. */
export function strikeNear(price: number, perCent: number): number {
  return Math.round(price * (1 + perCent / 100) * 2) / 2;
}

/** A premium per share, in whole cents: about two per cent of the price. */
export function premiumFor(random: PseudoRandom, price: number): number {
  return Math.max(5, Math.round((price * random.integer(8, 32)) / 10)) / 100;
}

/** The accounts of `generateJournal`: create them before loading its entries. */
export const sampleAccounts = [
  { id: 'acct-1', name: 'Primary' },
  { id: 'acct-2', name: 'IRA' },
] as const;
