import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidInputError, entryTypes } from '../../src/index.js';
import type { EntryRecord, EntryType, JournalEntry, NewEntry } from '../../src/index.js';
import { refuseInvalidEntries, refuseInvalidRecords } from '../../src/journal/check-entries.js';
import type { ServerEntryType } from '../../src/model/entry-type.js';
import { typedColumns } from '../../src/journal/type-rules.js';
import { failureOf } from '../support/failure.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

type Values = Partial<NewEntry>;
type TypedColumn = (typeof typedColumns)[number];

const base = { id: 'e-1', ts: new Date('2026-01-05'), accountId: 'acct-1' };
const [none, received] = [{ amount: '0' }, { amount: '12.5' }] as const;
const merged = { symbol: 'OLD', targetSymbol: 'NEW', ratioTo: 3, ratioFrom: 2 };
const contract = { symbol: 'AAPL', strike: '180', expiration: '2026-01-16' } as const;

/** A valid entry of each new type, and the columns that the type requires. */
const valid: Readonly<Partial<Record<EntryType, Values & { amount: NewEntry['amount'] }>>> = {
  split: { symbol: 'AAPL', ratioTo: 4, ratioFrom: 1, qty: '0.5', ...received },
  symbol_change: { symbol: 'FB', targetSymbol: 'META', ...none },
  merger: { ...merged, ...received },
  spin_off: { ...merged, costShare: '0.25', ...none },
  return_of_capital: { symbol: 'AAPL', ...received },
  option_adjustment: { ...contract, meta: { leg: 'put' }, targetStrike: '90', ...none },
  position_transfer: { ...contract, qty: '2', targetAccountId: 'acct-2', multiplier: '10', ...none },
  shares_received: { symbol: 'AAPL', qty: '10', cost: '0', acquiredOn: '2020-02-29', ...none },
  interest: { amount: '-3.2' },
  dividend_in_lieu: { symbol: 'AAPL', amount: '-3.2' },
  securities_lending: { amount: '3.2' },
  withheld_tax: { symbol: 'AAPL', amount: '-3.2' },
  rebate: { amount: '0.01' },
} satisfies Record<ServerEntryType, Values>;
const cases = Object.entries(valid) as [EntryType, Values & { amount: NewEntry['amount'] }][];

/** The refused columns in order; empty for a valid entry. */
function refused(type: EntryType, values: Values, check = refuseNew): string[] {
  return problemsOf(type, values, check).map(({ column }) => column);
}

function problemsOf(type: EntryType, values: Values, check = refuseNew) {
  try {
    check({ ...base, type, amount: '1', ...values });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.problems;
  }
}

const refuseNew = (entry: NewEntry) => refuseInvalidEntries([entry]);
const refuseStored = (entry: NewEntry) => refuseInvalidRecords([entry as EntryRecord]);

describe('An entry of a new type', () => {
  it.each(cases)('is accepted as a valid %s, new or stored', (type, values) => {
    expect(refused(type, values)).toEqual([]);
    expect(refused(type, values, refuseStored)).toEqual([]);
  });

  it.each<[EntryType, readonly string[]]>([
    ['split', ['symbol', 'ratio_to', 'ratio_from']],
    ['symbol_change', ['symbol', 'target_symbol']],
    ['merger', ['symbol', 'target_symbol', 'ratio_to', 'ratio_from']],
    ['spin_off', ['symbol', 'target_symbol', 'ratio_to', 'ratio_from', 'cost_share']],
    ['return_of_capital', ['symbol']],
    ['option_adjustment', ['symbol', 'strike', 'expiration', 'meta', 'type']],
    ['position_transfer', ['symbol', 'target_account_id', 'qty']],
    ['shares_received', ['symbol', 'cost', 'qty']],
  ])('is refused without a required column of a %s, also in a backup', (type, columns) => {
    const { amount = '0' } = valid[type] ?? {};
    expect(refused(type, { amount })).toEqual(columns);
    expect(refused(type, { amount }, refuseStored)).toEqual(columns);
  });

  it.each<[EntryType, Values, string]>([
    ['symbol_change', { amount: '0.01' }, 'amount must be 0'],
    ['option_adjustment', { amount: '-0.01' }, 'amount must be 0'],
    ['position_transfer', { amount: '1' }, 'amount must be 0'],
    ['shares_received', { amount: '-1' }, 'amount must be 0'],
    ['return_of_capital', { amount: '0' }, 'amount must not be 0'],
    ['interest', { amount: '-0.00' }, 'amount must not be 0'],
    ['dividend_in_lieu', { amount: '0' }, 'amount must not be 0'],
    ['securities_lending', { amount: '0' }, 'amount must not be 0'],
    ['withheld_tax', { amount: '0' }, 'amount must not be 0'],
    ['rebate', { amount: '0' }, 'amount must not be 0'],
    ['symbol_change', { targetSymbol: 'FB' }, 'targetSymbol must differ from symbol'],
    ['spin_off', { targetSymbol: 'OLD' }, 'targetSymbol must differ from symbol'],
    ['option_adjustment', { ratioTo: 3 }, 'ratioFrom must be given, because a ratio has two numbers'],
    ['option_adjustment', { ratioFrom: 3 }, 'ratioTo must be given, because a ratio has two numbers'],
    ['option_adjustment', { targetStrike: null }, 'type needs a value of at least one of targetSymbol'],
    ['option_adjustment', { meta: { leg: 'P' } }, 'meta must have leg "put" or "call"'],
    ['position_transfer', { targetAccountId: 'acct-1' }, 'targetAccountId must differ from accountId'],
    ['position_transfer', { strike: null }, 'strike must be given for options; for shares, leave out both'],
    ['position_transfer', { expiration: null }, 'expiration must be given for options'],
    ['position_transfer', { qty: '0' }, 'qty must be more than 0'],
    ['position_transfer', { strike: null, expiration: null }, 'multiplier must be empty for shares'],
    ['shares_received', { qty: '0' }, 'qty must be more than 0'],
  ])('is refused as a %s with %j', (type, values, message) => {
    const [problem] = problemsOf(type, { ...valid[type], ...values }, refuseStored);
    expect(`${problem?.property} ${problem?.reason}`).toContain(message);
  });

  it('may have an amount of 0, or cash that its type permits', () => {
    for (const type of ['split', 'merger', 'spin_off'] as const)
      for (const amount of ['0', '-0', '7'] as const)
        expect(refused(type, { ...valid[type], amount })).toEqual([]);
    // The seller of short shares pays cash in lieu of the fraction.
    for (const type of ['split', 'spin_off'] as const)
      expect(refused(type, { ...valid[type], amount: '-7' })).toEqual([]);
    const shares = { strike: null, expiration: null, multiplier: null };
    expect(refused('position_transfer', { ...valid.position_transfer, ...shares })).toEqual([]);
  });
});

describe('A column of some types', () => {
  const options: readonly EntryType[] = [
    ...(['sell_to_open', 'buy_to_close', 'buy_to_open', 'sell_to_close', 'expiration'] as const),
    ...(['option_premium', 'option_adjustment', 'position_transfer'] as const),
  ];
  /** A missing column is a compile error. */
  const users: Readonly<Record<TypedColumn, readonly EntryType[]>> = {
    ratioTo: ['split', 'merger', 'spin_off', 'option_adjustment'],
    ratioFrom: ['split', 'merger', 'spin_off', 'option_adjustment'],
    targetSymbol: ['symbol_change', 'merger', 'spin_off', 'option_adjustment'],
    targetStrike: ['option_adjustment'],
    targetAccountId: ['position_transfer'],
    cost: ['shares_received'],
    costShare: ['spin_off'],
    acquiredOn: ['shares_received'],
    ...{ multiplier: options, deliverable: options, section1256: options },
  };
  const values: Required<Pick<NewEntry, TypedColumn>> = {
    ...{ ratioTo: 2, ratioFrom: 1, targetSymbol: 'NEW', targetStrike: '1', targetAccountId: 'acct-2' },
    ...{ cost: '1', costShare: '0.5', acquiredOn: '2020-01-01' },
    ...{ multiplier: '10', deliverable: '10', section1256: true },
  };

  it.each(typedColumns)('%s is refused for all other types', (property) => {
    const column = property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const accepting = entryTypes.filter((type) => {
      const entry: Values = { qty: '1', symbol: 'AAPL', ...valid[type], [property]: values[property] };
      const problem = problemsOf(type, entry).find((one) => one.column === column);
      if (problem) expect(problem.reason).toContain(`${users[property].join(', ')} may have it`);
      return problem === undefined;
    });
    expect(accepting.toSorted()).toEqual(users[property].toSorted());
  });
});

describe('New input', () => {
  it.each<[Values, string]>([
    [{ symbol: ' SPY' }, 'symbol must not begin or end with a blank (found " SPY")'],
    [{ symbol: 'SPY\n' }, 'symbol must not begin or end with a blank'],
    [{ meta: { leg: 'P' } }, 'meta must have leg "put" or "call", or no leg: write put instead of "P"'],
    [{ meta: { leg: 'CALL ' } }, 'write call instead of "CALL "'],
    [{ meta: { leg: 'both' } }, 'meta must have leg "put" or "call", or no leg (found'],
    [{ meta: { leg: null } }, 'meta must have leg "put" or "call", or no leg (found'],
    [{ qty: null }, 'qty must be more than 0 for the type sell_to_open (found null)'],
    [{ qty: '0.000' }, 'qty must be more than 0'],
  ])('is refused with %j, which a backup may contain', (values, message) => {
    const entry = { ...putSold(values), id: 'put-1' };
    expect(() => refuseInvalidEntries([entry])).toThrow(message);
    expect(() => refuseInvalidRecords([entry as EntryRecord])).not.toThrow();
  });

  it.each<EntryType>([
    ...(['sell_to_open', 'buy_to_close', 'buy_to_open', 'sell_to_close'] as const),
    ...(['assignment_shares', 'share_sale'] as const),
  ])('requires a quantity for %s', (type) => {
    expect(refused(type, {})).toEqual(['qty']);
    expect(refused(type, { qty: '0.00000001' })).toEqual([]);
  });

  it('refuses another spelling of the leg that delivered shares, of a share trade only', () => {
    const bought = { qty: '100', meta: { from: 'PUT' } } as const;
    expect(refused('assignment_shares', bought)).toEqual(['meta']);
    expect(refused('assignment_shares', bought, refuseStored)).toEqual([]);
    expect(refused('assignment_shares', { qty: '100', meta: { from: 'broker' } })).toEqual([]);
    expect(refused('dividend', { meta: { from: 'PUT' } })).toEqual([]);
    expect(() => refuseInvalidEntries([{ ...putSold(bought), type: 'share_sale' }])).toThrow(
      'meta must have from "put" instead of "PUT"',
    );
  });

  it('refuses blanks around a new symbol, which a backup may contain', () => {
    const renamed = { symbol: 'FB', targetSymbol: 'META ', amount: '0' } as const;
    expect(refused('symbol_change', renamed)).toEqual(['target_symbol']);
    expect(refused('symbol_change', renamed, refuseStored)).toEqual([]);
  });

  it('requires a quantity for an expiration that is an assignment', () => {
    expect(refused('expiration', { meta: { assigned: true } })).toEqual(['qty']);
    expect(refused('expiration', { meta: { assigned: true }, qty: '0' })).toEqual(['qty']);
    expect(refused('expiration', { meta: { assigned: true }, qty: '1' })).toEqual([]);
    expect(refused('expiration', { meta: { assigned: true } }, refuseStored)).toEqual([]);
    expect(refused('expiration', { meta: {} })).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{ assigned: 'true' }, 'must have assigned true or false, or no assigned'],
    [{ assigned: 1 }, 'must have assigned true or false, or no assigned'],
    [{ assigned: true, closes: 'long' }, 'must have closes "sell_to_open" or "buy_to_open", or no closes'],
    [{ closes: null }, 'must have closes "sell_to_open" or "buy_to_open", or no closes'],
  ])('is refused for an expiration with meta %j, which figures would ignore', (given, reason) => {
    const meta = given as Record<string, unknown>;
    expect(problemsOf('expiration', { meta, qty: '1' })).toMatchObject([{ property: 'meta', reason }]);
    expect(refused('expiration', { meta, qty: '1' }, refuseStored)).toEqual([]);
    expect(refused('fee', { meta })).toEqual([]);
  });

  it('is accepted for an expiration that states whether and what it closes', () => {
    for (const closes of ['sell_to_open', 'buy_to_open'])
      for (const assigned of [true, false])
        expect(refused('expiration', { meta: { assigned, closes }, qty: '1' })).toEqual([]);
  });

  it('is refused with every problem, with the position and id of its entry', () => {
    const entries = [putSold({ id: 'a' }), putSold({ id: 'b', symbol: 'B ', qty: '0', ratioTo: 2 })];
    expect(problemsOfList(entries)).toEqual([
      [1, 'b', 'ratio_to'],
      [1, 'b', 'qty'],
      [1, 'b', 'symbol'],
    ]);
  });

  it('is refused once for the leg of another program, with advice', () => {
    expect(problemsOf('option_adjustment', { ...valid.option_adjustment, meta: { leg: 'P' } })).toMatchObject(
      [
        {
          property: 'meta',
          reason: expect.stringMatching(/type option_adjustment: write put instead of "P"$/),
        },
      ],
    );
  });

  it.each<[string, NewEntry[], string]>([
    ['the position in a list', [putSold(), putSold({ qty: '-1' })], ': entries[1]: qty must'],
    ['the position and the id', [putSold(), putSold({ id: 'b', qty: '-1' })], ': entries[1] (b): qty must'],
    ['the id of a single entry', [putSold({ id: 'b', qty: '-1' })], ': b: qty must'],
  ])('is refused with %s in the message', (_, entries, message) => {
    expect(() => refuseInvalidEntries(entries)).toThrow(message);
  });

  function problemsOfList(entries: readonly NewEntry[]) {
    try {
      refuseInvalidEntries(entries);
    } catch (error) {
      return (error as InvalidInputError).problems.map(({ index, id, column }) => [index, id, column]);
    }
    return [];
  }
});

describe('Entries of the new types in the database', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);

  beforeAll(async () => {
    under = await startJournal();
    userId = await under.newUser();
  });
  afterAll(() => under.close());

  it.each(cases)('include a %s, which is stored and read with its columns', async (type, values) => {
    const entry = { ...base, id: type, type, ...values };
    const stored = await inScope(() => under.journal.append(entry));

    expect(await inScope(() => under.journal.get(type))).toEqual(stored);
    for (const [column, value] of Object.entries(values)) {
      const read = stored[column as keyof JournalEntry];
      const isDecimal = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
      expect([column, isDecimal ? Number(read) : read]).toEqual([column, isDecimal ? Number(value) : value]);
    }
  });

  it('require an existing target account, which the error names', async () => {
    const transfer = { ...base, type: 'position_transfer', ...valid.position_transfer } as NewEntry;
    const unknown = { ...transfer, id: 'gone', targetAccountId: 'acct-9' };
    const failures = [
      await failureOf(inScope(() => under.journal.append(unknown))),
      await failureOf(
        inScope(() =>
          under.journal.amend('position_transfer', { targetAccountId: 'acct-9' }, { reason: 'wrong' }),
        ),
      ),
    ];
    expect(failures).toMatchObject(Array(2).fill({ code: 'UNKNOWN_ACCOUNT', accountIds: ['acct-9'] }));
  });

  it('are refused in an amendment for its own violations, and not for earlier violations', async () => {
    const old = { ...putSold({ qty: null, meta: { leg: 'P' } }), id: 'old' };
    await inScope(() => under.journal.load([old]));
    const amend = (changes: Values) =>
      failureOf(inScope(() => under.journal.amend('old', changes, { reason: 'typo', id: 'new' })));

    expect(await amend({ qty: '0' })).toMatchObject({
      code: 'INVALID_INPUT',
      problems: [{ id: 'old', column: 'qty' }],
    });
    expect(await amend({ type: 'split' })).toMatchObject({
      problems: [{ column: 'ratio_to' }, { column: 'ratio_from' }],
    });
    expect((await inScope(() => under.journal.history('old'))).map(({ id }) => id)).toEqual(['old']);

    const noted = await inScope(() => under.journal.amend('old', { notes: 'x' }, { reason: 'note' }));
    expect(noted).toMatchObject({ notes: 'x', qty: null, meta: { leg: 'P' } });
  });
});
