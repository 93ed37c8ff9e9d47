import { Decimal, toColumnScale } from '../../database/entities/decimal.js';
import type { EntryType } from '../../database/entities/entry-type.js';
import type { ControlSum } from '../../database/repositories/journal-sums.js';
import type { Verification, VerifiedSum } from './import-report.js';
import { differs } from './import-errors.js';
import type { LegacyRow } from './read/legacy-source.js';

type Key = string | null;
type Side = Map<Key, { count: number; amount: Decimal }>;
const dimensions = ['accountId', 'type', 'symbol'] as const;

/** Counts and exact sums by account, type and symbol, of one side of the comparison. */
export class ControlTotals {
  readonly #sides = { accountId: new Map() as Side, type: new Map() as Side, symbol: new Map() as Side };
  /** Live entries alone. */
  readonly #live: Side = new Map();
  readonly #cells = new Map<string, { count: number; amount: Decimal }>();

  add(sum: ControlSum): void {
    for (const dimension of dimensions) addTo(this.#sides[dimension], sum[dimension], sum);
    addTo(this.#cells, JSON.stringify([sum.live, ...dimensions.map((dimension) => sum[dimension])]), sum);
    addTo(this.#live, 'live', { ...sum, ...(!sum.live && { count: 0, amount: '0' }) });
  }

  subtract(sum: ControlSum): void {
    const amount = toColumnScale(new Decimal(sum.amount).negated());
    this.add({ ...sum, count: -sum.count, amount });
  }

  /** Sums that add up to these totals: one for each combination of account, type, symbol and whether an entry is live. */
  *sums(): Iterable<ControlSum> {
    for (const [cell, { count, amount }] of this.#cells) {
      const [live, accountId, type, symbol] = JSON.parse(cell) as [boolean, string, EntryType, string | null];
      yield { live, accountId, type, symbol, count, amount: toColumnScale(amount) };
    }
  }

  /** Compares this side, the file's, with the database's: in every combination of account, type, symbol and whether an entry is live. */
  verify(database: ControlTotals): Verification {
    const by = (dimension: (typeof dimensions)[number]) =>
      compare(this.#sides[dimension], database.#sides[dimension]);
    const cells = compare(this.#cells, database.#cells);
    return {
      matches: !cells.some(differs),
      total: total(cells),
      live: total(compare(this.#live, database.#live)),
      byAccount: by('accountId'),
      byType: by('type'),
      bySymbol: by('symbol'),
    };
  }
}

/**
 * What one row of the file adds, from its values as they stand there and not as they were converted: so that a fault in the
 * conversion shows, too.
 */
export function legacyControlSum(row: LegacyRow): ControlSum {
  return {
    accountId: row['account_id'] as string,
    type: row['type'] as EntryType,
    symbol: (row['symbol'] as string | null | undefined) || null,
    live: !row['deleted_at'],
    count: 1,
    amount: toColumnScale(new Decimal(row['amount'] as number | string)),
  };
}

function addTo<K>(
  side: Map<K, { count: number; amount: Decimal }>,
  key: K,
  { count, amount }: ControlSum,
): void {
  const before = side.get(key);
  side.set(key, {
    count: (before?.count ?? 0) + count,
    amount: before === undefined ? new Decimal(amount) : before.amount.plus(amount),
  });
}

function compare<K extends Key>(
  file: Map<K, { count: number; amount: Decimal }>,
  database: typeof file,
): VerifiedSum[] {
  const keys = [...new Set([...file.keys(), ...database.keys()])].sort();
  const sums = keys.map((key) => {
    const [inFile, inDatabase] = [file.get(key), database.get(key)];
    return {
      key,
      fileCount: inFile?.count ?? 0,
      fileAmount: toColumnScale(inFile?.amount ?? new Decimal(0)),
      databaseCount: inDatabase?.count ?? 0,
      databaseAmount: toColumnScale(inDatabase?.amount ?? new Decimal(0)),
    };
  });
  // Of a group all of whose rows were conflicts nothing is left to compare.
  return sums.filter((sum) => sum.fileCount !== 0 || differs(sum));
}

function total(sums: readonly VerifiedSum[]): VerifiedSum {
  const count = (side: 'fileCount' | 'databaseCount') => sums.reduce((all, sum) => all + sum[side], 0);
  const amount = (side: 'fileAmount' | 'databaseAmount') =>
    toColumnScale(sums.reduce((all, sum) => all.plus(sum[side]), new Decimal(0)));
  return {
    key: null,
    fileCount: count('fileCount'),
    fileAmount: amount('fileAmount'),
    databaseCount: count('databaseCount'),
    databaseAmount: amount('databaseAmount'),
  };
}
