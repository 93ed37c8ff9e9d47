// @slow: imports a file for each test
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { OptionPositionsReadModel } from '../../../../src/figures/option-positions.read-model.js';
import { ImportApplication } from '../../../support/import-application.js';
import {
  StorageImports,
  bought,
  corrected,
  cost,
  localStorageDump,
  midnight,
  soldPut,
} from '../../../support/browser-storage.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';
import type { LegacyCells } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const imports = new StorageImports(application, files);

describe('a corrected expiration', () => {
  it('amends every live entry of its position, and no other entry', async () => {
    const email = application.newEmail();
    const others = [
      ...soldPut('strike', { strike: 155 }),
      ...soldPut('later', { expiration: midnight('2026-01-16') }),
      ...soldPut('other', { symbol: 'F' }),
    ];
    const gone = legacyEntry('gone', { ...soldPut('gone')[0], deleted_at: '2025-11-01T00:00:00.000Z' });
    const report = await imports.import(email, [...soldPut('put'), ...others, gone], {
      wheel_dte_overrides: corrected('2025-12-19'),
    });
    expect(report.localStorage?.expirations).toEqual([
      {
        ...{ symbol: 'AAPL', strike: '150.00000000', from: '2025-12-15', to: '2025-12-19' },
        correctedAt: '2025-11-20T10:00:00.000Z',
        ...{ amended: ['put', 'put-end'], unchanged: [], notApplied: [] },
      },
    ]);
    const entries = await imports.journalOf(email);
    expect(entries.filter(({ expiration }) => expiration === '2025-12-19')).toMatchObject([
      {
        type: 'expiration',
        ts: new Date(midnight('2025-12-19')),
        day: '2025-12-19',
        originalEntryId: 'put-end',
      },
      { type: 'sell_to_open', ts: new Date('2025-03-04T15:30:00.000Z'), originalEntryId: 'put' },
    ]);
    expect(entries.filter(({ originalEntryId }) => originalEntryId === null)).toHaveLength(10);
    const history = await imports.historyOf(email, 'put');
    expect(history.map(({ expiration, editReason }) => [expiration, editReason])).toEqual([
      [
        '2025-12-15',
        'Expiration corrected in the browser application (2025-11-20T10:00:00.000Z, from 2025-12-15 to 2025-12-19)',
      ],
      ['2025-12-19', null],
    ]);
  });

  it('also amends entries whose text for the day has another form', async () => {
    const email = application.newEmail();
    const [sold = {}] = soldPut('put', { expiration: '2025-12-15' });
    const { localStorage } = await imports.import(email, [sold], {
      wheel_dte_overrides: corrected('2025-12-19'),
    });
    expect(localStorage?.expirations).toMatchObject([{ amended: ['put'] }]);
  });

  it('does not change the day of an assignment, which the trader typed', async () => {
    const email = application.newEmail();
    const [sold = {}, , end = {}] = soldPut('put');
    const journal = [sold, { ...end, meta: '{"assigned":true}' }];
    await imports.import(email, journal, { wheel_dte_overrides: corrected('2025-12-19') });
    const [assigned] = await imports.journalOf(email);
    expect(assigned).toMatchObject({ expiration: '2025-12-19', ts: new Date(midnight('2025-12-15')) });
  });

  it.each([
    [
      'without a position in the journal',
      corrected('2025-12-19', undefined, midnight('2025-12-14')),
      /no live entry/,
    ],
    ['without a day', corrected('2025-12-19', undefined, 'soon'), /its key has neither a day nor a midnight/],
    [
      'that contradicts another correction',
      { ...corrected('2025-12-19'), ...corrected('2025-12-22', undefined, '2025-12-15') },
      /was corrected to 2025-12-19 and 2025-12-22/,
    ],
  ])('%s is reported', async (_, overrides, reason) => {
    const email = application.newEmail();
    const { localStorage } = await imports.import(email, soldPut('put'), { wheel_dte_overrides: overrides });
    expect(localStorage?.expirations).toMatchObject([
      { amended: [], notApplied: [{ id: null, reason: expect.stringMatching(reason) }] },
    ]);
    expect(await imports.historyOf(email, 'put')).toHaveLength(1);
  });

  it('is reported and rolled back by a dry run', async () => {
    const email = application.newEmail();
    await imports.import(email, soldPut('put'));
    const before = await application.snapshot();
    const storage = { wheel_dte_overrides: corrected('2025-12-19') };
    const { localStorage } = await imports.import(email, soldPut('put'), storage, { dryRun: true });
    expect(localStorage?.expirations).toMatchObject([{ amended: ['put', 'put-end'] }]);
    expect(await application.snapshot()).toEqual(before);
  });
});

const soldCall = (cells: LegacyCells = {}) =>
  legacyEntry('sold', {
    ...{ type: 'sell_to_open', symbol: 'TSLA', ts: midnight('2025-11-01'), qty: 1, amount: 300, strike: 400 },
    ...{ expiration: midnight('2025-12-19'), meta: '{"leg":"call"}' },
    ...cells,
  });

describe('a bought option', () => {
  it('amends its fee without changing the amount, notes and meta', async () => {
    const email = application.newEmail();
    const events = [
      {
        ...{ name: 'trade_add_success', ts: '2025-11-25T01:00:05.000Z' },
        props: {
          symbol: 'TSLA',
          side: 'B',
          type: 'C',
          qty: 1,
          strike: 400,
          dte: 52,
          expiration: '2026-01-16',
        },
      },
    ];
    const storage = { 'journal.v1': [bought], 'telemetry.events': events };
    const report = await imports.import(email, [cost('fee', { meta: '{"broker":"x"}' })], storage);
    expect(report.localStorage?.purchases).toMatchObject([
      { purchase: 'second-1', fee: 'fee', outcome: 'amended', expiration: '2026-01-16', reason: null },
    ]);
    expect(await imports.historyOf(email, 'fee')).toMatchObject([
      {
        type: 'fee',
        editReason: 'Option bought, which the browser application stored as a fee (journal.v1 second-1)',
      },
      {
        ...{ type: 'buy_to_open', symbol: 'TSLA', qty: '1.00000000', strike: '400.00000000' },
        ...{ amount: '-250.70000000', expiration: '2026-01-16', notes: 'LEAPS', deletedAt: null },
        meta: { broker: 'x', leg: 'call', journalV1: { id: 'second-1', premium: 2.5, fees: 0.7 } },
      },
    ]);
    const positions = await imports.inScope(email, () =>
      application.get(OptionPositionsReadModel).list({ today: '2025-12-01' }),
    );
    expect(positions).toMatchObject([{ leg: 'call', long: '1.00000000' }]);
  });

  it.each([
    [
      'the file has no fee of the purchase',
      [cost('fee', { amount: -250 })],
      /no fee of this symbol, amount and day/,
    ],
    ['it is of another day', [cost('fee', { ts: midnight('2025-11-24') })], /no fee/],
    ['it is of another symbol', [cost('fee', { symbol: 'F' })], /no fee/],
    ['it belongs to another trade', [cost('fee', { meta: '{"template":"tmplRoll"}' })], /no fee/],
    ['it was deleted', [cost('fee', { deleted_at: '2025-11-26T00:00:00.000Z' })], /no fee/],
    ['two are near', [cost('fee'), cost('second', { created_at: '2025-11-25 01:00:01' })], /several fees/],
  ])('amends no fee if %s', async (_, journal, reason) => {
    const email = application.newEmail();
    const { localStorage } = await imports.import(email, journal, { 'journal.v1': [bought] });
    expect(localStorage?.purchases).toMatchObject([
      { fee: null, outcome: 'notApplied', reason: expect.stringMatching(reason) },
    ]);
    expect(await imports.journalOf(email)).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ type: 'buy_to_open' })]),
    );
  });

  it.each([
    ['an open call', [soldCall()]],
    ['a call of two, of which one was bought back', [soldCall({ qty: 2 }), closed()]],
    ['a call that is bought back on the same day', [soldCall(), closed({ ts: midnight('2025-11-25') })]],
    ['an option of no known leg', [soldCall({ meta: '{}' })]],
    ['a call with a corrected expiration', [soldCall({ expiration: midnight('2025-11-21') })]],
  ])('is only reported if it may have closed %s', async (_, shorts) => {
    const email = application.newEmail();
    const positionId = `TSLA_400_${midnight('2025-11-21')}`;
    const override = { ticker: 'TSLA', strike: 400, overrideExpiration: '2025-11-28', timestamp: 0 };
    const storage = { 'journal.v1': [bought], wheel_dte_overrides: { [positionId]: override } };
    const { localStorage } = await imports.import(email, [...shorts, cost('fee')], storage);
    expect(localStorage?.purchases).toMatchObject([
      {
        ...{ fee: 'fee', outcome: 'notApplied' },
        reason: expect.stringMatching(/^may have closed the short position that expires on 2025-1[12]-\d\d$/),
      },
    ]);
    expect(await imports.historyOf(email, 'fee')).toHaveLength(1);
  });

  it.each([
    ['a put', [soldCall({ meta: '{"leg":"put"}' })]],
    ['a call of another strike', [soldCall({ strike: 410 })]],
    ['a call that had expired', [soldCall({ expiration: midnight('2025-11-21') })]],
    ['a call that was sold later', [soldCall({ ts: midnight('2025-11-26') })]],
    ['a call that had been bought back', [soldCall(), closed()]],
    [
      'a call that had been assigned',
      [soldCall(), closed({ type: 'expiration', meta: '{"assigned":true}' })],
    ],
    ['a deleted call', [soldCall({ deleted_at: '2025-11-02T00:00:00.000Z' })]],
  ])('is not taken for a closing of %s', async (_, shorts) => {
    const email = application.newEmail();
    const { localStorage } = await imports.import(email, [...shorts, cost('fee')], {
      'journal.v1': [bought],
    });
    expect(localStorage?.purchases).toMatchObject([{ outcome: 'amended' }]);
  });

  function closed(cells: LegacyCells = {}): LegacyCells {
    return soldCall({
      id: 'closed',
      type: 'buy_to_close',
      amount: -100,
      ts: midnight('2025-11-10'),
      ...cells,
    });
  }
});

describe('a journal that the browser application wrote in Sydney', () => {
  it('receives the corrected expiration of a call and the contract of a bought call', async () => {
    const email = application.newEmail();
    const override = { ticker: 'F', strike: 11, overrideExpiration: '2026-12-24', timestamp: 1795590000000 };
    const storage = {
      wheel_dte_overrides: { 'F_11_2026-12-17T13:00:00.000Z': override },
      'journal.v1': [{ ...bought, when: '2026-11-25T01:00:00.000Z' }],
    };
    const localStorageFile = await files.writeBytes(localStorageDump(storage));
    const file = resolve('test', 'fixtures', 'import', 'sydney-roll.sqlite');
    const { localStorage } = await application.import(file, email, {
      timeZone: 'Australia/Sydney',
      localStorageFile,
    });
    expect(localStorage).toMatchObject({
      expirations: [{ from: '2026-12-18', to: '2026-12-24', notApplied: [] }],
      purchases: [{ fee: 'jrnl_36yp1odnnp3mwvf2cg0', outcome: 'amended' }],
    });
    const positions = await imports.inScope(email, () =>
      application.get(OptionPositionsReadModel).list({ today: '2026-12-01' }),
    );
    expect(positions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ symbol: 'F', strike: '11.00000000', expiration: '2026-12-24' }),
        expect.objectContaining({ symbol: 'TSLA', strike: '400.00000000', long: '1.00000000' }),
      ]),
    );
  });
});

describe('a dump of localStorage', () => {
  it('is reported with its unused items', async () => {
    const storage = { theme: 'dark', 'journal.v1': [{ kind: 'sell_put' }], user_symbols_history: ['F'] };
    const { localStorage } = await imports.import(application.newEmail(), [legacyEntry('e')], storage);
    expect(localStorage).toMatchObject({
      ...{ expirations: [], purchases: [], unreadable: [] },
      notTaken: [
        { key: 'journal.v1', items: 1 },
        { key: 'user_symbols_history', items: 1 },
        { key: 'theme', items: 1 },
      ],
    });
  });

  it('is optional', async () => {
    const { localStorage } = await imports.import(application.newEmail(), [legacyEntry('e')]);
    expect(localStorage).toBeNull();
  });

  it.each([
    ['broken', () => files.writeBytes('{"theme":'), /is not JSON/],
    ['not in UTF-8', () => files.writeBytes(Uint8Array.of(0x7b, 0xff, 0x7d)), /is not UTF-8/],
    ['not there', () => Promise.resolve(files.path('nothing')), /cannot be opened \(ENOENT\)/],
    ['a folder', () => Promise.resolve(files.path('.')), /is not a regular file/],
    ['too large', largeFile, /is too large \(at most 32 MiB\)/],
  ])('causes a refusal of the import if it is %s', async (_, write, message) => {
    const file = await files.write({ journal: [legacyEntry('e')] });
    const before = await application.snapshot();
    await expect(
      application.import(file, application.newEmail(), { localStorageFile: await write() }),
    ).rejects.toMatchObject({ code: 'LOCAL_STORAGE', message: expect.stringMatching(message) });
    expect(await application.snapshot()).toEqual(before);
  });
});

async function largeFile(): Promise<string> {
  const path = await files.writeBytes('');
  const file = await open(path, 'r+');
  await file.truncate(32 * 1024 * 1024 + 1);
  await file.close();
  return path;
}
