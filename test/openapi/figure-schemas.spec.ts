import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import {
  CashReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import type { NewEntry } from '../../src/index.js';
import { figureSchemas } from '../../src/openapi/index.js';
import type { FigureSchemaName, SchemaTarget } from '../../src/openapi/index.js';
import * as trades from '../../src/trades/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

const common = { accountId: 'acct-1', symbol: 'AAPL' };
const on = (day: string) => new Date(`2026-${day}T15:30:00.000Z`);
const written = { ...common, contracts: '2', strike: '180', expiration: '2026-03-20' } as const;
const bought = { ...common, shares: '200', ts: on('01-05'), price: '150' } as const;

const journal: NewEntry[] = [
  trades.deposit({ ts: on('01-02'), accountId: 'acct-1', amount: '50000' }),
  trades.buyShares(bought),
  trades.sellShares({ ...bought, ts: on('01-20'), shares: '100', price: '140' }),
  trades.buyShares({ ...bought, ts: on('01-30'), shares: '10' }),
  trades.sellShares({ ...common, symbol: 'KO', ts: on('01-20'), shares: '10', price: '60' }),
  trades.sellPut({ ...written, ts: on('02-02'), price: '2.60', fee: '1.30' }),
  trades.buyToClose({ ...written, leg: 'put', ts: on('02-09'), contracts: '1', price: '1' }),
  trades.sellToClose({ ...written, leg: 'call', ts: on('02-09'), contracts: '1', price: '1' }),
  trades.dividend({ ...common, ts: on('02-10'), amount: '48' }),
  trades.fee({ ts: on('02-11'), accountId: 'acct-1', amount: '5' }),
].flat();

let under: JournalUnderTest;
let userId: string;

beforeAll(async () => {
  under = await startJournal();
  userId = await under.newUser();
  await under.scope.run(userId, () => under.journal.append(journal));
});
afterAll(() => under.close());

const [positions, lots] = [() => under.get(OptionPositionsReadModel), () => under.get(ShareLotsReadModel)];
const [cash, profit] = [() => under.get(CashReadModel), () => under.get(ProfitReadModel)];

/** Results with at least one row, with the name of the schema of their rows. */
const results: [FigureSchemaName, () => Promise<object[]>][] = [
  ['OptionPosition', () => positions().list({ on: '2026-02-28' })],
  ['ShareLot', () => lots().list()],
  ['OpenLot', () => lots().open()],
  ['PeriodCash', () => cash().premium({ per: 'quarter' })],
  ['CashBalance', () => cash().balances()],
  ['RealisedProfit', () => profit().realised({ per: 'week', basis: 'tax' })],
  ['ClosedLot', () => profit().closedLots()],
  ['UnmatchedEntry', () => profit().unmatched()],
  ['UnassignedFee', () => profit().unassignedFees()],
];

function validator(target: SchemaTarget, name: FigureSchemaName) {
  const ajv = new Ajv({ allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(figureSchemas(target)[name]);
}

describe.each<SchemaTarget>(['openapi-3.0', 'openapi-3.1'])('the schemas of figures in %s', (target) => {
  it.each(results)('describe each member of a row: %s', async (name, read) => {
    const rows = JSON.parse(JSON.stringify(await under.scope.run(userId, read))) as Record<string, unknown>[];
    const validate = validator(target, name);
    const { properties, required } = figureSchemas(target)[name];

    expect(rows).not.toEqual([]);
    for (const row of rows) {
      expect([validate(row), validate.errors]).toEqual([true, null]);
      expect(Object.keys(row).toSorted()).toEqual(Object.keys(properties as object).toSorted());
    }
    expect(required).toHaveLength(Object.keys(properties as object).length);
    for (const member of Object.keys(rows[0] ?? {}))
      expect(validate({ ...rows[0], [member]: {} })).toBe(false);
  });

  it('describe sales with and without a wash sale', async () => {
    const rows = await under.scope.run(userId, () => profit().closedLots());
    expect(new Set(rows.map(({ code }) => code))).toEqual(new Set(['W', null]));
  });

  it.each<[FigureSchemaName, object, boolean]>([
    ['ProfitRequest', { per: 'year', basis: 'tax', method: 'fifo', on: '2025-12-31' }, true],
    ['ProfitRequest', { basis: 'tax' }, false],
    ['CashRequest', { per: 'fortnight' }, false],
    ['PositionsRequest', { status: 'all', timeZone: 'America/Denver' }, true],
    ['LotsRequest', { day: '2026-01-01' }, false],
    ['ClosedLotsRequest', { method: 'hifo', accountId: 'acct-1' }, true],
    ['DayRequest', { on: 20260101 }, false],
  ])('describe the requests: %s %j', (name, request, isRight) => {
    expect(validator(target, name)(request)).toBe(isRight);
  });
});
