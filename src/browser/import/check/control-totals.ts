import { Decimal, toColumnScale } from '../../../model/decimal.js';
import type { EntryType } from '../../../model/entry-type.js';
import type { ControlSum } from '../../../journal/journal-sums.js';
import type { EntryTotals, ImportReport, Verification, VerifiedSum } from '../report/import-report.js';
import { chunksOf } from './chunks.js';
import { plainDecimal, readDecimal, storedSymbol } from '../convert/stored-values.js';
import type { LegacyRow } from '../read/legacy-source.js';

/** Sums of all decimals that `readDecimal` reads are exact with this precision. */
const Exact = Decimal.clone({ precision: 3_000 });

/** A control sum of rows of a file. */
export interface FileSum extends Omit<ControlSum, 'amount'> {
  /** The exact sum of the unrounded amounts in the file, in plain notation. */
  amount: string;
  /** The effect on the sum of rounding each amount to eight decimals. Default 0. */
  rounding?: string | undefined;
}

interface Sum {
  count: number;
  amount: Decimal;
  rounding: Decimal;
}

const none: Readonly<Sum> = { count: 0, amount: new Exact(0), rounding: new Exact(0) };

/** The sum of one combination of live, account, type and symbol. */
type Cell = Sum & Pick<FileSum, 'live' | 'accountId' | 'type' | 'symbol'>;

type Key = string | null;
type Side = Map<Key, Sum>;

/** Counts and exact sums by account, type and symbol, of the file or of the database. */
export class ControlTotals {
  /** Keyed by the JSON text of live, account, type and symbol. */
  readonly #cells = new Map<string, Cell>();

  add(sum: FileSum): void {
    const { live, accountId, type, symbol } = sum;
    const key = JSON.stringify([live, accountId, type, symbol]);
    const cell = this.#cells.get(key) ?? { live, accountId, type, symbol, ...none };
    increase(cell, sum);
    this.#cells.set(key, cell);
  }

  subtract({ count, amount, rounding = '0', ...cell }: FileSum): void {
    this.add({ ...cell, count: -count, amount: negated(amount), rounding: negated(rounding) });
  }

  /** One sum per combination of live, account, type and symbol. */
  *sums(): Iterable<FileSum> {
    for (const cell of this.#cells.values())
      yield { ...cell, amount: exact(cell.amount), rounding: exact(cell.rounding) };
  }

  /** Number of combinations of live, account, type and symbol. */
  get size(): number {
    return this.#cells.size;
  }

  /**
   * Compares these totals of the file with those of the database, in every combination of live,
   * account, type and symbol. Expects: exact sum of the file + rounding = sum of the database. Lets
   * the event loop run meanwhile.
   */
  async verify(database: ControlTotals): Promise<Verification> {
    const [file, stored] = [await this.#groups(), await database.#groups()];
    return {
      matches: await match(this.#cells, database.#cells),
      total: verified(null, file.total, stored.total),
      live: verified(null, file.live, stored.live),
      byAccount: await compare(file.byAccount, stored.byAccount),
      byType: await compare(file.byType, stored.byType),
      bySymbol: await compare(file.bySymbol, stored.bySymbol),
    };
  }

  async #groups(): Promise<Groups> {
    const groups: Groups = {
      total: { ...none },
      live: { ...none },
      byAccount: new Map(),
      byType: new Map(),
      bySymbol: new Map(),
    };
    for await (const keys of chunksOf(this.#cells.keys())) {
      for (const key of keys) {
        const cell = this.#cells.get(key) as Cell;
        increase(groups.total, cell);
        if (cell.live) increase(groups.live, cell);
        increase(sumOf(groups.byAccount, cell.accountId), cell);
        increase(sumOf(groups.byType, cell.type), cell);
        increase(sumOf(groups.bySymbol, cell.symbol), cell);
      }
    }
    return groups;
  }
}

interface Groups {
  readonly total: Sum;
  readonly live: Sum;
  readonly byAccount: Side;
  readonly byType: Side;
  readonly bySymbol: Side;
}

function sumOf(side: Side, key: Key): Sum {
  let sum = side.get(key);
  if (sum === undefined) side.set(key, (sum = { ...none }));
  return sum;
}

/**
 * The contribution of one valid row. Its amount is the unconverted value, so that verification
 * detects a conversion error.
 */
export function legacyControlSum(row: LegacyRow): FileSum {
  const { amount, rounding } = amountOf(row);
  // A literal without spreads: this runs for each row, and V8 is slow at copies.
  return {
    accountId: row['account_id'] as string,
    type: row['type'] as EntryType,
    symbol: storedSymbol(row['symbol'] as string | null | undefined),
    live: !row['deleted_at'],
    count: 1,
    amount,
    rounding,
  };
}

/** The unrounded amount of a row, 0 without a number, and the effect of rounding it. */
export function amountOf(row: LegacyRow): Pick<FileSum, 'amount' | 'rounding'> {
  const plain = plainDecimal(row['amount']);
  if (plain !== undefined) return { amount: plain, rounding: undefined };
  const amount = readDecimal(row['amount']) ?? new Exact(0);
  const isRounded = amount.decimalPlaces() > 8;
  return {
    amount: exact(amount),
    rounding: isRounded ? exact(new Exact(toColumnScale(amount)).minus(amount)) : undefined,
  };
}

/** Totals of all rows of a file, including rows that cannot be imported. */
export interface FileTotals extends EntryTotals {
  /** Rows whose amount is not a number: counted as entries, but not part of a sum. */
  withoutAmount: number;
}

/** Adds up rows of a file, valid or not. */
export class TotalsOfRows {
  readonly #sums = { live: new Exact(0), deleted: new Exact(0) };
  readonly #counts = { entries: 0, live: 0, withoutAmount: 0 };

  add(row: LegacyRow): void {
    const amount = readDecimal(row['amount']);
    if (amount === undefined) this.#counts.withoutAmount += 1;
    this.#add({ live: !row['deleted_at'], count: 1, amount: amount ?? new Exact(0) });
  }

  /** The totals of the added rows and of further ones, given by their sums. */
  with(sums: Iterable<FileSum>): FileTotals {
    for (const sum of sums) this.#add(sum);
    const { live, deleted } = this.#sums;
    return { ...this.#counts, amount: exact(live.plus(deleted)), liveAmount: exact(live) };
  }

  #add({ live, count, amount }: { live: boolean; count: number; amount: Decimal | string }): void {
    const side = live ? 'live' : 'deleted';
    this.#counts.entries += count;
    if (live) this.#counts.live += count;
    this.#sums[side] = this.#sums[side].plus(amount);
  }
}

/** Compares all rows of a file with the entries stored for them. */
export function compareTotals(file: FileTotals, { total, live }: Verification): ImportReport['totals'] {
  const { withoutAmount, ...inFile } = file;
  const stored = {
    entries: total.databaseCount,
    amount: total.databaseAmount,
    live: live.databaseCount,
    liveAmount: live.databaseAmount,
  };
  const difference = {
    entries: inFile.entries - stored.entries,
    amount: minus(inFile.amount, stored.amount),
    live: inFile.live - stored.live,
    liveAmount: minus(inFile.liveAmount, stored.liveAmount),
  };
  return {
    file: inFile,
    stored,
    difference,
    leftOut: minus(inFile.amount, total.fileAmount),
    withoutAmount,
  };
}

/** Whether the database differs from the file by more than rounding. */
export function differs({
  fileCount,
  fileAmount,
  rounding,
  databaseCount,
  databaseAmount,
}: VerifiedSum): boolean {
  return fileCount !== databaseCount || !new Exact(fileAmount).plus(rounding).equals(databaseAmount);
}

/** The difference of two sums, in plain notation. */
export function minus(one: string, other: string): string {
  return exact(new Exact(one).minus(other));
}

function negated(amount: string): string {
  return exact(new Exact(amount).negated());
}

/** A sum in plain notation, with eight decimals or, if it has more, with all of them. */
function exact(sum: Decimal): string {
  return sum.decimalPlaces() > 8 ? sum.toFixed() : toColumnScale(sum);
}

function increase(sum: Sum, { count, amount, rounding }: Sum | FileSum): void {
  sum.count += count;
  sum.amount = sum.amount.plus(amount);
  if (rounding !== undefined) sum.rounding = sum.rounding.plus(rounding);
}

/** The sums of both sides in chunks, ordered by key. */
async function* compared(file: Side, database: Side): AsyncGenerator<VerifiedSum[]> {
  for await (const keys of chunksOf([...new Set([...file.keys(), ...database.keys()])].sort()))
    yield keys.map((key) => verified(key, file.get(key) ?? none, database.get(key) ?? none));
}

async function compare(file: Side, database: Side): Promise<VerifiedSum[]> {
  const found: VerifiedSum[] = [];
  // Omits groups in which every row was a conflict: nothing was stored.
  for await (const sums of compared(file, database))
    found.push(...sums.filter((sum) => sum.fileCount !== 0 || differs(sum)));
  return found;
}

async function match(file: Side, database: Side): Promise<boolean> {
  for await (const sums of compared(file, database)) if (sums.some(differs)) return false;
  return true;
}

function verified(key: Key, file: Sum, database: Sum): VerifiedSum {
  return {
    key,
    fileCount: file.count,
    fileAmount: exact(file.amount),
    rounding: exact(file.rounding),
    databaseCount: database.count,
    databaseAmount: exact(database.amount),
  };
}
