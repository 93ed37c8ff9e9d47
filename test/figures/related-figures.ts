import { expect } from '@jest/globals';
import {
  AccountsRepository,
  CashReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import type { CostMethod, DatedRequest, EntryRecord, FigurePeriod } from '../../src/index.js';
import { units } from '../oracles/ledger-numbers.js';
import type { LedgerEntry } from '../oracles/ledger.model.js';
import type { JournalUnderTest } from '../support/database-journal.js';

/** A day on which all options of the random journals have expired. */
export const today = '2029-06-01';

const methods = ['average', 'fifo', 'lifo', 'hifo'] as const;
export const byCash = ['byCash average', 'byCash fifo', 'byCash lifo', 'byCash hifo'];
export const byTax = ['byTax average', 'byTax fifo', 'byTax lifo', 'byTax hifo'];

export type Row = Record<string, string | number | boolean | null>;
/** The rows of each figure. */
export type Figures = Record<string, Row[]>;

/** All figures of a new user with the accounts `acct-1` to `acct-3` and these entries. */
export async function figuresOf(
  under: JournalUnderTest,
  entries: readonly LedgerEntry[],
  { per = 'day', ...request }: DatedRequest & { per?: FigurePeriod } = {},
): Promise<Figures> {
  const { today: _, ...ofDay } = request;
  const dated = request.on === undefined ? { today, ...request } : request;
  const [options, shares] = [under.get(OptionPositionsReadModel), under.get(ShareLotsReadModel)];
  const [profits, cash] = [under.get(ProfitReadModel), under.get(CashReadModel)];
  const realised = (basis: 'cash' | 'tax', method: CostMethod) =>
    profits.realised({ ...dated, per, basis, method });
  return under.scope.run(await under.newUser(), async () => {
    await under.get(AccountsRepository).create({ id: 'acct-3', name: 'Empty' });
    await under.journal.load(entries as EntryRecord[]);
    const figures: Record<string, object[]> = {
      positions: await options.list({ ...dated, status: 'all' }),
      lots: await shares.list({ ...dated, method: 'fifo' }),
      'average lots': await shares.list(dated),
      'open lots': await shares.open({ ...dated, method: 'fifo' }),
      'closed lots': await profits.closedLots(dated),
      unmatched: await profits.unmatched(dated),
      'unassigned fees': await profits.unassignedFees(ofDay),
      balances: await cash.balances(ofDay),
      premium: await cash.premium({ ...ofDay, per }),
      dividends: await cash.dividends({ ...ofDay, per }),
      fees: await cash.fees({ ...ofDay, per }),
    };
    for (const method of methods) {
      figures[`byCash ${method}`] = await realised('cash', method);
      figures[`byTax ${method}`] = await realised('tax', method);
    }
    return figures as Figures;
  });
}

/** The rows of some figures. */
export function pick(figures: Figures, names: readonly string[]): Figures {
  return Object.fromEntries(names.map((name) => [name, figures[name] ?? []]));
}

/** Changes every row of every figure. */
export function eachRow(figures: Figures, change: (row: Row, name: string) => Partial<Row>): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, rows]) => [
      name,
      rows.map((row) => ({ ...row, ...change(row, name) }) as Row),
    ]),
  );
}

/** Replaces every match in the texts of all rows. */
export function replaced(figures: Figures, pattern: RegExp, by: (match: string) => string): Figures {
  return JSON.parse(JSON.stringify(figures).replaceAll(pattern, by)) as Figures;
}

/** Expects equal rows, in any order: several relations change the bytes that decide the order. */
export function expectSame(one: Figures, other: Figures): void {
  const inOrder = (figures: Figures) =>
    Object.entries(figures).map(([name, rows]) => [name, ...rows.map((row) => JSON.stringify(row)).sort()]);
  expect(inOrder(one)).toEqual(inOrder(other));
}

/** The sum of a member of all rows, in units of 10⁻⁸. */
export function sumOf(rows: readonly Row[] | undefined, member: string): bigint {
  return (rows ?? []).reduce((sum, row) => sum + units(String(row[member] ?? '0')), 0n);
}

/** The sums of members by a key, without sums of zero. */
export function sumsBy(
  rows: readonly Row[] | undefined,
  members: readonly string[],
  keyOf: (row: Row) => string,
): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const row of rows ?? [])
    for (const member of members) {
      const key = `${keyOf(row)} ${member}`;
      sums.set(key, (sums.get(key) ?? 0n) + units(String(row[member] ?? '0')));
    }
  return new Map([...sums].filter(([, sum]) => sum !== 0n).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Expects equal sums, up to some units of 10⁻⁸ that rounding can leave. */
export function expectNear(one: Map<string, bigint>, other: Map<string, bigint>, most = 100n): void {
  const keys = [...new Set([...one.keys(), ...other.keys()])];
  const apart = keys.filter((key) => {
    const difference = (one.get(key) ?? 0n) - (other.get(key) ?? 0n);
    return difference > most || difference < -most;
  });
  expect(apart.map((key) => [key, one.get(key), other.get(key)])).toEqual([]);
}
