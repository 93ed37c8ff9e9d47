import type { PseudoRandom } from './pseudo-random.js';

/** Share prices in dollars around which the sample trades are made. */
const prices: Readonly<Record<string, number>> = {
  AAPL: 212.4,
  PLTR: 28.15,
  'BRK.B': 461.3,
  AMD: 148.72,
  F: 12.36,
  SPY: 548.9,
};

/** The symbols of the sample trades. */
export const sampleSymbols = Object.keys(prices);

/** A share price near the symbol's usual one, in whole cents. */
export function sharePrice(random: PseudoRandom, symbol: string): number {
  return Math.round((prices[symbol] ?? 100) * random.integer(88, 112)) / 100;
}

/**
 * A strike near a price, some per cent above (call) or below (put) it, in steps of half a dollar.
 */
export function strikeNear(price: number, perCent: number): number {
  return Math.round(price * (1 + perCent / 100) * 2) / 2;
}

/** A premium per share, in whole cents: about two per cent of the price. */
export function premiumFor(random: PseudoRandom, price: number): number {
  return Math.max(5, Math.round((price * random.integer(8, 32)) / 10)) / 100;
}
