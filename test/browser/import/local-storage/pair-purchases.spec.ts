import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  pairPurchases,
  pairingTolerance,
} from '../../../../src/browser/import/local-storage/pair-purchases.js';
import type {
  PairedFee,
  PairedPurchase,
} from '../../../../src/browser/import/local-storage/pair-purchases.js';

const at = (seconds: number) => Date.parse('2026-11-25T01:00:00.000Z') + seconds * 1000;
const purchase = (seconds: number, terms = 'call'): PairedPurchase => ({ at: at(seconds), terms });
const fee = (seconds: number | null): PairedFee => ({ createdAt: seconds === null ? null : at(seconds) });

describe('purchases and fees of one symbol, amount and day', () => {
  it('pair by position if all purchases have equal terms, also without created_at', () => {
    expect(pairPurchases([purchase(0)], [fee(null)])).toEqual([0]);
    expect(pairPurchases([purchase(0), purchase(9)], [fee(null), fee(null)])).toEqual([0, 1]);
  });

  it('otherwise pair by created_at', () => {
    const purchases = [purchase(0, 'call'), purchase(600, 'put')];
    expect(pairPurchases(purchases, [fee(601), fee(3)])).toEqual([1, 0]);
    expect(pairPurchases([purchase(0)], [fee(60), fee(-1)])).toEqual([0]);
  });

  it('pair within one second, where created_at lacks the milliseconds of the purchase', () => {
    const purchases = [purchase(0.782, 'call'), purchase(600.04, 'put')];
    expect(pairPurchases(purchases, [fee(600), fee(0)])).toEqual([1, 0]);
  });

  it.each([
    ['the fee came before', [purchase(0)], [fee(-1), fee(100)]],
    ['the fee came more than a minute later', [purchase(0)], [fee(61), fee(100)]],
    ['two fees are near', [purchase(0)], [fee(1), fee(2)]],
    ['two purchases are near', [purchase(0, 'call'), purchase(1, 'put')], [fee(2), fee(200)]],
    ['the fees have no created_at', [purchase(0)], [fee(null), fee(null)]],
    ['there is no fee', [purchase(0)], []],
  ])('do not pair where %s', (_, purchases, fees) => {
    expect(new Set(pairPurchases(purchases, fees))).toEqual(new Set([null]));
  });

  it('pair like an exhaustive search', () => {
    const seconds = fc.integer({ min: 0, max: 300 });
    const milliseconds = fc.integer({ min: 0, max: 300_000 });
    const purchases = fc.array(
      fc.record({ at: milliseconds.map((ms) => at(ms / 1000)), terms: fc.constantFrom('call', 'put') }),
      { maxLength: 6 },
    );
    const fees = fc.array(fc.record({ createdAt: fc.option(seconds.map(at)) }), { maxLength: 6 });
    fc.assert(
      fc.property(purchases, fees, (bought, stored) => {
        const isUniform =
          bought.length === stored.length && bought.every(({ terms }) => terms === bought[0]?.terms);
        const expected = isUniform ? bought.map((_, index) => index) : searched(bought, stored);
        expect(pairPurchases(bought, stored)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

function searched(purchases: readonly PairedPurchase[], fees: readonly PairedFee[]): (number | null)[] {
  const isNear = (one: PairedPurchase, { createdAt }: PairedFee) => {
    const second = Math.floor(one.at / 1000) * 1000;
    return createdAt !== null && createdAt >= second && createdAt <= second + pairingTolerance;
  };
  return purchases.map((one) => {
    const near = fees.filter((stored) => isNear(one, stored));
    const [only] = near;
    if (near.length !== 1 || only === undefined) return null;
    return purchases.filter((other) => isNear(other, only)).length === 1 ? fees.indexOf(only) : null;
  });
}
