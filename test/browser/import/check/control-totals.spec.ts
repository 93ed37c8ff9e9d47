import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Decimal } from '../../../../src/model/decimal.js';
import type { ControlSum } from '../../../../src/journal/journal-sums.js';
import {
  compareTotals,
  ControlTotals,
  legacyControlSum,
  TotalsOfRows,
} from '../../../../src/browser/import/check/control-totals.js';
import { VerificationError } from '../../../../src/browser/import/import-errors.js';
import type { Verification } from '../../../../src/browser/import/report/import-report.js';

const entries = fc.array(
  fc.record({
    live: fc.boolean(),
    accountId: fc.constantFrom('acct-1', 'acct-2', 'null', '[]'),
    type: fc.constantFrom('fee', 'dividend', 'transfer'),
    symbol: fc.constantFrom('AAPL', 'F', 'null', null),
    units: fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }),
  }),
  { maxLength: 40 },
);
type Entry = { live: boolean; accountId: string; type: string; symbol: string | null; units: bigint };

function amount(units: bigint): ControlSum['amount'] {
  const digits = (units < 0n ? -units : units).toString().padStart(9, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -8)}.${digits.slice(-8)}` as ControlSum['amount'];
}

function totals(all: readonly Entry[]): ControlTotals {
  const made = new ControlTotals();
  for (const { units, ...entry } of all)
    made.add({ ...entry, count: 1, amount: amount(units) } as ControlSum);
  return made;
}

/** `units` × 10^-scale. */
function decimal(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Units of 10^-8, rounded half away from zero. */
function rounded8(units: bigint, scale: number): bigint {
  const factor = 10n ** BigInt(scale - 8);
  const magnitude = ((units < 0n ? -units : units) + factor / 2n) / factor;
  return units < 0n ? -magnitude : magnitude;
}

const verify = (file: readonly Entry[], database: readonly Entry[]): Promise<Verification> =>
  totals(file).verify(totals(database));

describe('control totals', () => {
  it('let the event loop run while they are compared', async () => {
    const many = totals(
      Array.from({ length: 5_000 }, (_, n) => ({
        ...{ live: true, accountId: 'a', type: 'fee', symbol: `S${n}`, units: 1n },
      })),
    );
    let turns = 0;
    const count = () => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    expect((await many.verify(many)).bySymbol.length).toBe(5_000);
    clearImmediate(next);
    // Four passes over 5,000 sums, in chunks of 1,000.
    expect(turns).toBeGreaterThanOrEqual(4 * 5);
  });

  it('match for equal entries in any order, and are exact', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (all) => {
        const { matches, total, ...groups } = await verify(all, all.toReversed());
        expect(matches).toBe(true);
        const sum = amount(all.reduce((units, entry) => units + entry.units, 0n));
        expect(total).toMatchObject({ fileCount: all.length, fileAmount: sum, databaseAmount: sum });
        const live = all.filter((entry) => entry.live);
        const liveSum = amount(live.reduce((units, entry) => units + entry.units, 0n));
        expect(groups.live).toMatchObject({
          fileCount: live.length,
          fileAmount: liveSum,
          databaseAmount: liveSum,
        });
        const expected = (key: (entry: Entry) => string | null) =>
          [...new Set(all.map(key))].sort().map((value) => {
            const group = all.filter((entry) => key(entry) === value);
            const units = group.reduce((before, entry) => before + entry.units, 0n);
            return { key: value, fileCount: group.length, fileAmount: amount(units) };
          });
        expect(groups).toMatchObject({
          byAccount: expected((entry) => entry.accountId),
          byType: expected((entry) => entry.type),
          bySymbol: expected((entry) => entry.symbol),
        });
      }),
    );
  });

  it('do not match if an entry is missing, or differs in any property', async () => {
    const alterations: ((entry: Entry) => Entry[])[] = [
      () => [],
      (entry) => [entry, entry],
      (entry) => [{ ...entry, units: entry.units + 1n }],
      (entry) => [{ ...entry, accountId: 'acct-3' }],
      (entry) => [{ ...entry, type: 'correction' }],
      (entry) => [{ ...entry, live: !entry.live }],
      (entry) => [{ ...entry, symbol: entry.symbol === null ? 'null' : null }],
    ];
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), fc.constantFrom(...alterations), async (all, at, alter) => {
        fc.pre(all.length > 0);
        const index = at % all.length;
        const altered = all.flatMap((entry, place) => (place === index ? alter(entry) : [entry]));
        expect((await verify(all, altered)).matches).toBe(false);
        expect((await verify(altered, all)).matches).toBe(false);
      }),
    );
  });

  it('do not match if differences cancel out in every sum except the combined sum', async () => {
    const entry = (accountId: string, type: string, symbol: string): Entry => ({
      live: true,
      accountId,
      type,
      symbol,
      units: 1n,
    });
    const file = [entry('a', 'fee', 'F'), entry('b', 'dividend', 'F')];
    const database = [entry('a', 'dividend', 'F'), entry('b', 'fee', 'F')];
    const verification = await verify(file, database);
    expect(verification.matches).toBe(false);
    expect(new VerificationError(verification).message).toMatch(
      /account, type and symbol together differ\.$/,
    );
  });

  it('do not match if an entry without an amount is missing', async () => {
    const lapse = { live: true, accountId: 'acct-1', type: 'expiration', symbol: 'F', units: 0n };
    expect((await verify([lapse], [])).matches).toBe(false);
    expect((await verify([lapse, lapse], [lapse])).matches).toBe(false);
  });

  it('equal the sums of the remaining entries after a subtraction', async () => {
    const row = { type: 'fee', symbol: 'F', deleted_at: null };
    const kept = legacyControlSum({ ...row, account_id: 'a', amount: '-1.000000001' });
    const conflict = legacyControlSum({ ...row, account_id: 'b', amount: '-2.000000009' });
    const totalsOf = (...sums: (typeof kept)[]) => {
      const made = new ControlTotals();
      for (const sum of sums) made.add(sum);
      return made;
    };
    const file = totalsOf(kept, conflict, conflict);
    file.subtract(conflict);
    file.subtract(conflict);
    expect(await file.verify(totalsOf())).toEqual(await totalsOf(kept).verify(totalsOf()));
  });

  it.each([
    [{}, {}],
    [{ symbol: '' }, { symbol: null }],
    [{ symbol: null }, { symbol: null }],
    [{ deleted_at: '2025-01-02 03:04:05' }, { live: false }],
    [{ amount: '1.123456785' }, { amount: '1.123456785', rounding: '0.000000005' }],
    [{ amount: 'none' }, { amount: '0.00000000' }],
  ])('of a file row with %p are the sums of its values', (values, expected) => {
    const row = { account_id: 'a', type: 'fee', symbol: 'F', amount: '1.5', deleted_at: null };
    const sum = { accountId: 'a', type: 'fee', symbol: 'F', live: true, count: 1, amount: '1.5' };
    const { amount, ...others } = legacyControlSum({ ...row, ...values });
    const { amount: wanted, ...rest } = { ...sum, ...expected };
    expect(others).toEqual(rest);
    expect(new Decimal(amount).equals(wanted)).toBe(true);
  });

  it('of all rows count rows without an amount, and are compared with the stored rows', async () => {
    const file = new TotalsOfRows();
    const deleted_at = '2025-01-02 03:04:05';
    for (const row of [
      { amount: '10' },
      { amount: '-3', deleted_at },
      { amount: 'x' },
      { amount: 'y', deleted_at },
    ])
      file.add(row);
    const sum = { accountId: 'a', type: 'fee', symbol: null } as const;
    const totals = file.with([
      { ...sum, live: true, count: 1, amount: '0.25' },
      { ...sum, live: true, count: 2, amount: '0.25' },
      { ...sum, live: false, count: 1, amount: '-1' },
    ]);
    expect(totals).toEqual({
      entries: 8,
      live: 5,
      withoutAmount: 2,
      amount: '6.50000000',
      liveAmount: '10.50000000',
    });
    const stored = (live: boolean, units: bigint) => ({
      live,
      accountId: 'a',
      type: 'fee',
      symbol: null,
      units,
    });
    const [live, dead] = [stored(true, 1_000_000_000n), stored(false, -300_000_000n)];
    expect(compareTotals(totals, await verify([live, dead], [live, dead]))).toEqual({
      file: { entries: 8, live: 5, amount: '6.50000000', liveAmount: '10.50000000' },
      stored: { entries: 2, live: 1, amount: '7.00000000', liveAmount: '10.00000000' },
      difference: { entries: 6, live: 4, amount: '-0.50000000', liveAmount: '0.50000000' },
      leftOut: '-0.50000000',
      withoutAmount: 2,
    });
  });

  it('compare unrounded sums, and match if rounding each amount explains the difference', async () => {
    const digits = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
    await fc.assert(
      fc.asyncProperty(
        fc.array(digits, { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        async (all, isAltered) => {
          const [inFile, inDatabase] = [new ControlTotals(), new ControlTotals()];
          const cell = { live: true, accountId: 'a', type: 'fee', symbol: null } as const;
          for (const units of all)
            inFile.add(legacyControlSum({ account_id: 'a', type: 'fee', amount: decimal(units, 14) }));
          const rounded = all.map((units) => rounded8(units, 14));
          for (const [index, units] of rounded.entries())
            inDatabase.add({
              ...cell,
              count: 1,
              amount: amount(units + (isAltered && index === 0 ? 1n : 0n)),
            });
          const { matches, total } = await inFile.verify(inDatabase);

          const [sum, stored] = [all, rounded].map((each) =>
            each.reduce((before, units) => before + units, 0n),
          ) as [bigint, bigint];
          expect(matches).toBe(!isAltered);
          expect(new Decimal(total.fileAmount).equals(decimal(sum, 14))).toBe(true);
          expect(new Decimal(total.rounding).equals(decimal(stored * 10n ** 6n - sum, 14))).toBe(true);
        },
      ),
    );
  });

  it('report each difference with its amount', async () => {
    const fee = { live: true, accountId: 'acct-1', type: 'fee', symbol: null, units: -65_000_000n };
    const { message } = new VerificationError(await verify([fee, fee], [fee]));
    expect(message).toContain(
      'entries in all: 2 of -1.30000000 in the file, 1 of -0.65000000 in the database; account acct-1: 2 of',
    );
    expect(message).toContain('symbol none: 2 of -1.30000000 in the file');
  });
});
