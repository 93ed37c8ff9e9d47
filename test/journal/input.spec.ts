import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccountNotFoundError, EntryNotFoundError, InvalidInputError, entryTypes } from '../../src/index.js';
import type { NewEntry, NewUser } from '../../src/index.js';
import { failureOf } from '../support/failure.js';
import { appendable } from '../support/conforming.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

const looped: Record<string, unknown> = {};
looped['itself'] = looped;
describe('Invalid or hostile input', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);

  beforeAll(async () => {
    under = await startJournal();
    userId = await under.newUser();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it('is reported column by column, and nothing is written', async () => {
    const bad = {
      ts: new Date(Number.NaN),
      accountId: '',
      type: 'gift',
      amount: 1.5,
      symbol: '',
      qty: '-1',
      strike: '1e3',
      expiration: '2026-02-30',
      underlyingPrice: '0.123456789',
      notes: 'a\0b',
      meta: [],
      gift: true,
    };
    const failure = await failureOf(
      inScope(() =>
        under.journal.append([putSold({ id: 'good' }), { ...bad, id: 'bad' } as unknown as NewEntry]),
      ),
    );

    expect(failure).toBeInstanceOf(InvalidInputError);
    const { problems, message } = failure as InvalidInputError;
    expect(problems.map(({ column }) => column).sort()).toEqual([
      'account_id',
      'amount',
      'expiration',
      'gift',
      'meta',
      'notes',
      'qty',
      'strike',
      'symbol',
      'ts',
      'type',
      'underlying_price',
    ]);
    expect(problems.every(({ index, id }) => index === 1 && id === 'bad')).toBe(true);
    expect(message).toContain('and 7 more');
    expect((await inScope(() => under.journal.page())).entries).toEqual([]);
  });

  it.each<[string, Partial<NewEntry>]>([
    ['NUL in notes', { notes: 'a\0b' }],
    ['half of a surrogate pair in notes', { notes: '\ud83c' }],
    ['NUL deep within meta', { meta: { legs: [{ note: '\0' }] } }],
    ['half of a surrogate pair in a name within meta', { meta: { legs: { '\udfc6': 1 } } }],
    ['meta that holds itself', { meta: looped }],
    ['a bigint in meta', { meta: { shares: 10n } }],
    ['NUL in the symbol', { symbol: '\0' }],
    ['a symbol of 201 characters', { symbol: 'x'.repeat(201) }],
    ['an id of 201 characters', { id: '🏆'.repeat(201) }],
    ['the year 10000', { ts: new Date(Date.UTC(10000, 0)) }],
    ['the year 0', { ts: new Date(-62_167_219_200_000) }],
    ['an expiration in the year 0', { expiration: '0000-01-01' }],
    ['thirteen digits before the point', { amount: '1000000000000' }],
  ])('is refused: %s', async (_, different) => {
    await expect(inScope(() => under.journal.append(putSold(different)))).rejects.toThrow(InvalidInputError);
  });

  it('may have the maximum length of everything in the indexes', async () => {
    // Emoji of different colours, four bytes each, which PostgreSQL cannot compress.
    const long = (seed: number) =>
      Array.from({ length: 200 }, (_, index) =>
        String.fromCodePoint(0x1f300 + ((index * 7919 + seed * 131) % 700)),
      ).join('');
    const [id, accountId, symbol] = [long(1), long(2), long(3)];
    await inScope(() => under.accounts.create({ id: accountId, name: long(4).repeat(50) }));
    const entry = await inScope(() =>
      under.journal.append(
        putSold({ id, accountId, symbol, notes: long(5).repeat(50), meta: { [long(6)]: '\\u0000' } }),
      ),
    );

    expect(entry).toMatchObject({ id, accountId, symbol, meta: { [long(6)]: '\\u0000' } });
    expect(await inScope(() => under.journal.get(id))).toEqual(entry);
  });

  it('is not found by an impossible id', async () => {
    await inScope(() =>
      under.accounts.create({ id: '\ufffd', name: 'what pg makes of half of a surrogate pair' }),
    );
    await inScope(() => under.journal.append(putSold({ id: '\ufffd' })));
    for (const id of ['\0', '\ud800', '']) {
      await expect(inScope(() => under.journal.get(id))).rejects.toThrow(EntryNotFoundError);
      await expect(inScope(() => under.accounts.get(id))).rejects.toThrow(AccountNotFoundError);
    }
  });

  it('is shortened in messages, without passwords', async () => {
    const messageOf = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);
    const user = { email: 'x@example.com', passwordHash: 'secret\0', password: 'secret' } as NewUser;

    expect(await messageOf(under.users.create(user))).not.toContain('secret');
    expect(
      await messageOf(inScope(() => under.journal.append(putSold({ notes: 'x\0'.repeat(9_999) })))),
    ).toMatch(/^.{1,300}$/);
  });

  it.each(entryTypes)('does not include an ordinary %s', async (type) => {
    expect((await inScope(() => under.journal.append(appendable(putSold({ type }))))).type).toBe(type);
  });
});
