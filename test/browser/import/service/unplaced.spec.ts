// @slow: imports a file for each test
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { unplacedText } from '../../../../src/cli/import-report.text.js';
import { AccountsRepository, JournalRepository, UserScope, UsersRepository } from '../../../../src/index.js';
import type { JournalImport, UnplacedEntries } from '../../../../src/index.js';
import { returnOfCapital, transferPosition } from '../../../../src/trades/index.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';
import type { LegacyCells } from '../../../support/legacy-journals.js';

const application = new ImportApplication();
const files = new LegacyFolder();

const sydney = resolve('test', 'fixtures', 'import', 'sydney-roll.sqlite');
const inSydney = { timeZone: 'Australia/Sydney' };

/** An entry for puts with strike 180 that expire on 19 June 2026. */
const put = (id: string, day: string, type: string, qty: number | null, cells: LegacyCells = {}) =>
  legacyEntry(id, {
    ...{ ts: `${day}T15:00:00.000Z`, type, qty, amount: type === 'sell_to_open' ? 100 : -10 },
    ...{ strike: 180, expiration: '2026-06-19', meta: '{"leg":"put"}', ...cells },
  });

/** The entries that the figures cannot match after importing a file. */
async function unplacedOf(
  file: string,
  email = application.newEmail(),
  options: Partial<JournalImport> = {},
): Promise<UnplacedEntries> {
  const { figures } = await application.import(file, email, { checkFigures: true, ...options });
  if (figures === null) throw new Error('the report has no figures');
  return figures;
}

/** The entries without a counterpart after importing a journal. */
async function unmatchedOf(journal: LegacyCells[], email = application.newEmail()) {
  return (await unplacedOf(await files.write({ journal }), email)).unmatched;
}

/** Id, quantity, reason, and nearest counterpart. */
async function linesOf(journal: LegacyCells[]): Promise<string[]> {
  return (await unmatchedOf(journal)).map(({ id, quantity, reason, near }) => {
    const { differsBy, day, contracts, openedBy } = near ?? {};
    const words = [id, Number(quantity), reason, differsBy, day, contracts, openedBy?.join('+')];
    return words.filter((word) => word !== undefined).join(' ');
  });
}

describe('The report of an import lists entries that the figures cannot match:', () => {
  it('a closing before every opening, although a later closing found contracts', async () => {
    const journal = [
      put('early', '2026-06-01', 'buy_to_close', 1),
      put('open', '2026-06-05', 'sell_to_open', 1),
      put('close', '2026-06-08', 'buy_to_close', 1),
      put('again', '2026-06-09', 'buy_to_close', 1),
    ];
    expect(await linesOf(journal)).toEqual(['early 1 notOpened', 'again 1 closedTooOften']);
  });

  it('closings that the browser application dated one day early, in Sydney', async () => {
    const figures = await unplacedOf(sydney, application.newEmail(), inSydney);

    expect(figures.unmatched).toEqual([
      {
        ...{ id: 'jrnl_kynfh4mrqzmwvf2cg0', accountId: 'acct-1' },
        ...{ symbol: 'AMD', type: 'buy_to_close', day: '2026-11-25', leg: 'put' },
        ...{ strike: '150.00000000', expiration: '2026-12-17', reason: 'notOpened' },
        ...{ quantity: '2.00000000', cash: '-380.00000000' },
        near: {
          ...{ differsBy: 'expiration', day: '2026-12-18', contracts: '2.00000000' },
          openedBy: ['jrnl_6heksjp5bdqmvyjxr40'],
        },
      },
      {
        ...{ id: 'jrnl_9h1uj9boyajmwvf2cg0', accountId: 'acct-1', symbol: 'F', type: 'expiration' },
        ...{ day: '2026-11-25', leg: 'call', strike: '11.00000000', expiration: '2026-12-17' },
        ...{ reason: 'notOpened', quantity: '2.00000000', cash: '0.00000000' },
        near: {
          ...{ differsBy: 'expiration', day: '2026-12-18', contracts: '2.00000000' },
          openedBy: ['jrnl_nlui1wkfmlmvyjxr40'],
        },
      },
    ]);
    // A fee of two trades on F, both fees of the roll, and a bought option without another entry.
    expect(figures.unassignedFees.map(({ symbol, amount }) => `${symbol} ${Number(amount)}`)).toEqual([
      ...['F -1.4', 'AMD -0.7', 'AMD -0.7', 'TSLA -250.7'],
    ]);
    const text = unplacedText(figures).join('\n');
    expect(text).toMatch(
      /AMD 2026-12-17 150 put +│ +2 │ +-380.00 │ never opened +│ 2 open, expiring 2026-12-18/,
    );
    expect(text).toContain('Fees that belong to no trade (4, -253.50 in all):');
  });

  it('closings without an opening, and of more contracts than were opened', async () => {
    expect(
      await linesOf([
        put('open', '2026-01-05', 'sell_to_open', 3),
        put('close', '2026-01-06', 'buy_to_close', 2),
        put('again', '2026-01-07', 'buy_to_close', 2),
        put('late', '2026-01-08', 'buy_to_close', 1),
        put('long', '2026-01-08', 'sell_to_close', 1),
        put('call', '2026-01-08', 'buy_to_close', 1, { meta: '{"leg":"call"}' }),
        put('shares', '2026-01-09', 'share_sale', null, { meta: '{}' }),
      ]),
    ).toEqual([
      ...['again 1 closedTooOften', 'late 1 closedTooOften', 'long 1 notOpened', 'call 1 notOpened'],
      'shares 0 withoutQuantity',
    ]);
  });

  it('closings that state no leg, or no side, and find fewer contracts', async () => {
    const [legless, other] = [{ meta: '{}' }, { strike: 185 }];
    expect(
      await linesOf([
        put('put', '2026-01-05', 'sell_to_open', 1),
        put('call', '2026-01-05', 'sell_to_open', 1, { meta: '{"leg":"call"}' }),
        put('close', '2026-01-06', 'buy_to_close', 1),
        put('legless', '2026-01-07', 'buy_to_close', 2, legless),
        put('again', '2026-01-08', 'buy_to_close', 1, legless),
        put('long', '2026-01-09', 'sell_to_close', 1, legless),
        put('bought', '2026-01-05', 'buy_to_open', 1, other),
        put('exercised', '2026-01-09', 'expiration', 2, { ...other, meta: '{"leg":"put","assigned":true}' }),
      ]),
    ).toEqual([
      ...['legless 1 closedTooOften', 'again 1 closedTooOften', 'long 1 notOpened'],
      'exercised 1 closedTooOften',
    ]);
  });

  it('closings that would match one day later or earlier, with each open contract once', async () => {
    const [early, late] = [{ expiration: '2026-06-18' }, { expiration: '2026-06-20' }];
    expect(
      await linesOf([
        put('a', '2026-01-05', 'sell_to_open', 2),
        put('b', '2026-01-06', 'sell_to_open', 2),
        put('early', '2026-01-07', 'buy_to_close', 3, early),
        put('late', '2026-01-08', 'buy_to_close', 2, late),
        put('none left', '2026-01-09', 'buy_to_close', 1, late),
        put('two days', '2026-01-09', 'buy_to_close', 1, { expiration: '2026-06-21' }),
        put('c', '2026-01-10', 'sell_to_open', 5),
        put('other leg', '2026-01-11', 'buy_to_close', 1, { ...early, meta: '{"leg":"call"}' }),
        put('other strike', '2026-01-11', 'buy_to_close', 1, { ...early, strike: 185 }),
      ]),
    ).toEqual([
      'early 3 notOpened expiration 2026-06-19 3.00000000 a+b',
      'late 2 notOpened expiration 2026-06-19 1.00000000 b',
      ...['none left 1 notOpened', 'two days 1 notOpened', 'other leg 1 notOpened'],
      'other strike 1 notOpened',
    ]);
  });

  it('closings on the day of the opening, or before it', async () => {
    const calls = { meta: '{"leg":"call"}' };
    expect(
      await linesOf([
        put('early', '2026-01-05', 'buy_to_close', 2),
        put('open', '2026-01-06', 'sell_to_open', 1),
        put('too early', '2026-01-05', 'buy_to_close', 1, calls),
        put('later', '2026-01-07', 'sell_to_open', 1, calls),
      ]),
    ).toEqual(['early 2 notOpened opening 2026-01-06 1.00000000 open', 'too early 1 notOpened']);
  });

  it('a closing without a leg, with the leg of the open contracts', async () => {
    expect(
      await linesOf([
        put('open', '2026-01-05', 'sell_to_open', 1, { expiration: '2026-06-20', meta: '{"leg":"call"}' }),
        put('close', '2026-01-06', 'buy_to_close', 1, { meta: '{}' }),
      ]),
    ).toEqual(['close 1 notOpened expiration 2026-06-20 1.00000000 open']);
  });

  it('an exercise that states the day before the expiration of the bought contracts', async () => {
    const exercise = { expiration: '2026-06-18', amount: 0 };
    const meta = '{"leg":"put","assigned":true,"closes":"buy_to_open"}';
    expect(
      await linesOf([
        put('bought', '2026-01-05', 'buy_to_open', 1),
        put('sold', '2026-01-05', 'sell_to_open', 1),
        put('exercise', '2026-06-18', 'expiration', 1, { ...exercise, meta }),
      ]),
    ).toEqual(['exercise 1 notOpened expiration 2026-06-19 1.00000000 bought']);
  });

  it('a closing without an expiration, from which no contracts are a day away', async () => {
    const undated = { expiration: null };
    expect(await linesOf([put('undated', '2026-06-01', 'buy_to_close', 1, undated)])).toEqual([
      'undated 1 notOpened',
    ]);
  });

  it('trades without a quantity, in the order of the ledger, with the leg of options only', async () => {
    const ofNoOption = { strike: null, expiration: null, meta: '{"from":"put"}' };
    const unmatched = await unmatchedOf([
      put('closing', '2026-01-06', 'buy_to_close', null),
      put('shares', '2026-01-05', 'share_sale', null, ofNoOption),
    ]);
    expect(unmatched).toMatchObject([
      { id: 'shares', reason: 'withoutQuantity', leg: null, strike: null, expiration: null, near: null },
      { id: 'closing', reason: 'withoutQuantity', leg: 'put', expiration: '2026-06-19', near: null },
    ]);
  });

  it('a corporate action and transfers of the server on what the account does not hold', async () => {
    const email = application.newEmail();
    const journal = [put('open', '2026-01-05', 'sell_to_open', 1)];
    await unmatchedOf(journal, email);
    const user = await application.get(UsersRepository).findByEmail(email);
    const trade = { ts: new Date('2026-02-01T12:00:00Z'), symbol: 'ET' };
    const accounts = { fromAccountId: 'acct-1', toAccountId: 'acct-2' };
    const option = { leg: 'put', contracts: '1', strike: '20', expiration: '2026-06-19' } as const;
    await application.get(UserScope).run(user?.id ?? '', async () => {
      await application.get(AccountsRepository).create({ id: 'acct-2', name: 'IRA' });
      await application
        .get(JournalRepository)
        .append([
          ...returnOfCapital({ ...trade, accountId: 'acct-1', id: 'paid', amount: '31' }),
          ...transferPosition({ ...trade, ...accounts, id: 'shares', shares: '5' }),
          ...transferPosition({ ...trade, ...accounts, id: 'option', option }),
        ]);
    });
    expect(await unmatchedOf(journal, email)).toMatchObject([
      { id: 'paid', quantity: '0.00000000', reason: 'notHeld', near: null },
      { id: 'shares', quantity: '5.00000000', reason: 'notHeld', near: null },
      { id: 'option', quantity: '1.00000000', reason: 'notHeld', near: null },
    ]);
  });

  it('closings of the whole journal, without deleted entries, until their opening is imported', async () => {
    const email = application.newEmail();
    const close = put('close', '2026-01-06', 'buy_to_close', 1);
    const deleted = { ...close, id: 'gone', deleted_at: '2026-01-07T00:00:00.000Z' };

    expect((await unmatchedOf([close, deleted], email)).map(({ id }) => id)).toEqual(['close']);
    expect(
      await unmatchedOf([put('other', '2026-01-05', 'sell_to_open', 1, { strike: 175 })], email),
    ).toMatchObject([{ id: 'close', near: null }]);
    expect(await unmatchedOf([put('open', '2026-01-05', 'sell_to_open', 1)], email)).toEqual([]);
  });

  it('in its text, at most twenty of each kind', async () => {
    const closings = Array.from({ length: 22 }, (_, index) =>
      put(`close-${String(index).padStart(2, '0')}`, '2026-01-06', 'buy_to_close', 1),
    );
    const figures = await unplacedOf(
      await files.write({ journal: [...closings, legacyEntry('fee', { symbol: null })] }),
      application.newEmail(),
    );
    const [unmatched, fees] = unplacedText(figures);

    expect(unmatched).toContain('close-19');
    expect(unmatched).not.toContain('close-20');
    expect(unmatched?.split('\n').at(-1)).toBe('And 2 more; --json lists all.');
    expect(fees).toContain('Fees that belong to no trade (1, -0.65 in all):');
    expect(unplacedText({ unmatched: [], unassignedFees: [] })).toEqual([]);
  });

  it('only on request', async () => {
    const { figures } = await application.import(sydney, application.newEmail(), inSydney);

    expect(figures).toBeNull();
  });
});
