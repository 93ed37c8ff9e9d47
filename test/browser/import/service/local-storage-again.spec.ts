// @slow: imports a file again and again
import { describe, expect, it } from '@jest/globals';
import { amendmentId } from '../../../../src/browser/import/merge/stored-chain.js';
import {
  StorageImports,
  bought,
  corrected,
  cost,
  midnight,
  soldPut,
} from '../../../support/browser-storage.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';
import type { LegacyCells } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const imports = new StorageImports(application, files);

describe('a corrected expiration, imported again', () => {
  it('is applied once, by the first import or a later import', async () => {
    const email = application.newEmail();
    await imports.import(email, soldPut('put'));
    const storage = { wheel_dte_overrides: corrected('2025-12-19') };
    const second = await imports.import(email, soldPut('put'), storage);
    expect(second.localStorage?.expirations).toMatchObject([{ amended: ['put', 'put-end'] }]);
    const before = await application.snapshot();
    const third = await imports.import(email, soldPut('put'), storage);
    expect(third.localStorage?.expirations).toMatchObject([{ amended: [], unchanged: ['put', 'put-end'] }]);
    await imports.import(email, soldPut('put'));
    expect(await application.snapshot()).toEqual(before);
  });

  it('is replaced by a second correction', async () => {
    const email = application.newEmail();
    await imports.import(email, soldPut('put'), { wheel_dte_overrides: corrected('2025-12-19') });
    const again = corrected('2025-12-26', '2025-11-21T10:00:00.000Z');
    const { localStorage } = await imports.import(email, soldPut('put'), { wheel_dte_overrides: again });
    expect(localStorage?.expirations).toMatchObject([{ amended: ['put', 'put-end'] }]);
    expect((await imports.historyOf(email, 'put')).map(({ expiration }) => expiration)).toEqual([
      '2025-12-15',
      '2025-12-19',
      '2025-12-26',
    ]);
  });

  it('is not replaced by an earlier correction of an older dump', async () => {
    const email = application.newEmail();
    const later = { wheel_dte_overrides: corrected('2025-12-26', '2025-11-21T10:00:00.000Z') };
    await imports.import(email, soldPut('put'), later);
    const before = await application.snapshot();
    const earlier = { wheel_dte_overrides: corrected('2025-12-19') };
    const reason = 'a later correction to 2025-12-26 is stored';
    const { localStorage } = await imports.import(email, soldPut('put'), earlier);
    expect(localStorage?.expirations).toMatchObject([
      {
        amended: [],
        notApplied: [
          { id: 'put', reason },
          { id: 'put-end', reason },
        ],
      },
    ]);
    await imports.import(email, soldPut('put'), later);
    expect(await application.snapshot()).toEqual(before);
  });

  it('is the stored value that the report names for an edit in the browser', async () => {
    const email = application.newEmail();
    const [put = {}] = soldPut('put');
    await imports.import(email, [put], { wheel_dte_overrides: corrected('2025-12-19') });
    const at = '2025-11-22T10:00:00.500Z';
    const edited = {
      ...put,
      id: 'edit',
      expiration: midnight('2025-12-26'),
      created_at: '2025-11-22 10:00:00',
    };
    const deletion = { deleted_at: at, edit_reason: 'Edited by user', updated_at: at };
    const { entryChanges } = await imports.import(email, [{ ...put, ...deletion }, edited]);
    expect(entryChanges).toMatchObject([
      {
        action: 'replaced',
        stored: { expiration: '2025-12-19', deleted_at: null },
        file: { id: 'edit', expiration: '2025-12-26', deleted_at: at },
      },
    ]);
    expect(entryChanges[0]?.stored['id']).not.toBe('put');
  });

  it('is not applied to an entry that was changed on the server, before or after the first import', async () => {
    const email = application.newEmail();
    const amend = (id: string, expiration: string) =>
      imports.inScope(email, (journal) =>
        journal.amend(id, { expiration }, { reason: 'as the broker has it' }),
      );
    await imports.import(email, soldPut('put'));
    await amend('put', '2025-12-22');
    const storage = { wheel_dte_overrides: corrected('2025-12-19') };
    const { localStorage } = await imports.import(email, soldPut('put'), storage);
    expect(localStorage?.expirations).toMatchObject([
      { amended: ['put-end'], notApplied: [{ id: 'put', reason: 'the server has 2025-12-22' }] },
    ]);
    const end = (await imports.historyOf(email, 'put-end')).at(-1);
    await amend(end?.id ?? '', '2025-12-22');
    const again = await imports.import(email, soldPut('put'), storage);
    expect(again.localStorage?.expirations).toMatchObject([
      {
        ...{ amended: [], unchanged: [] },
        notApplied: [{ id: 'put' }, { id: 'put-end', reason: 'the server has 2025-12-22' }],
      },
    ]);
    const later = { wheel_dte_overrides: corrected('2025-12-26', '2025-11-21T10:00:00.000Z') };
    const last = await imports.import(email, soldPut('put'), later);
    expect(last.localStorage?.expirations).toMatchObject([
      { amended: [], notApplied: [{ id: 'put' }, { id: 'put-end', reason: 'the server has 2025-12-22' }] },
    ]);
  });

  it('is not applied to an entry that was removed on the server', async () => {
    const email = application.newEmail();
    await imports.import(email, soldPut('put'));
    await imports.inScope(email, (journal) => journal.remove('put', { reason: 'never sold' }));
    const storage = { wheel_dte_overrides: corrected('2025-12-19') };
    const { localStorage } = await imports.import(email, soldPut('put'), storage);
    expect(localStorage?.expirations).toMatchObject([
      {
        amended: ['put-end'],
        notApplied: [{ id: 'put', reason: 'the entry was removed on the server' }],
      },
    ]);
  });
});

describe('many live entries of a chain', () => {
  it('are corrected once, in batches, each as a successor of the previous entry', async () => {
    const email = application.newEmail();
    const [sold = {}] = soldPut('put');
    const journal = Array.from({ length: 600 }, (_, index) => ({
      ...sold,
      id: `put-${index}`,
      notes: `put ${index}`,
      original_entry_id: index === 0 ? null : `put-${index - 1}`,
    }));
    const storage = { wheel_dte_overrides: corrected('2025-12-19') };
    const ids = journal.map(({ id }) => id);
    const first = await imports.import(email, journal, storage);
    expect(first.localStorage?.expirations[0]?.amended.toSorted()).toEqual(ids.toSorted());
    const history = await imports.historyOf(email, 'put-0');
    expect(history).toHaveLength(2 * ids.length);
    expect(history.slice(ids.length).map(({ notes }) => notes)).toEqual(
      first.localStorage?.expirations[0]?.amended.map((id) => id.replace('-', ' ')),
    );
    const before = await application.snapshot();
    const second = await imports.import(email, journal, storage);
    expect(second.localStorage?.expirations[0]?.unchanged).toHaveLength(ids.length);
    expect(await application.snapshot()).toEqual(before);
  });
});

describe('the date of a corrected expiration', () => {
  const expired = (cells: LegacyCells = {}) =>
    legacyEntry('end', {
      ...{ type: 'expiration', qty: 1, amount: 0, strike: 150, expiration: '2025-12-15' },
      ts: midnight('2025-12-15'),
      ...cells,
    });
  const storage = { wheel_dte_overrides: corrected('2025-12-19', undefined, '2025-12-15') };
  const later = {
    wheel_dte_overrides: corrected('2025-12-26', '2025-11-21T10:00:00.000Z', '2025-12-15'),
  };
  const liveOf = async (email: string) =>
    (await imports.journalOf(email)).map(({ expiration, day, ts }) => [expiration, day, ts.toISOString()]);

  it('changes with each correction', async () => {
    const email = application.newEmail();
    await imports.import(email, [expired()], storage);
    await imports.import(email, [expired()], later);
    expect(await liveOf(email)).toEqual([['2025-12-26', '2025-12-26', midnight('2025-12-26')]]);
  });

  it('changes if it was imported without a time zone', async () => {
    const email = application.newEmail();
    await imports.import(email, [expired()], undefined, { timeZone: undefined });
    await imports.import(email, [expired()], storage);
    expect(await liveOf(email)).toEqual([['2025-12-19', '2025-12-19', midnight('2025-12-19')]]);
  });

  it('does not change if the server amended it, before or after the correction', async () => {
    const email = application.newEmail();
    await imports.import(email, [expired()]);
    const date = { ts: new Date(midnight('2025-12-12')), day: '2025-12-12' };
    await imports.inScope(email, (journal) => journal.amend('end', date, { reason: 'bought back' }));
    await imports.import(email, [expired()], storage);
    expect(await liveOf(email)).toEqual([['2025-12-19', '2025-12-12', midnight('2025-12-12')]]);
    await imports.import(email, [expired()], later);
    expect(await liveOf(email)).toEqual([['2025-12-26', '2025-12-12', midnight('2025-12-12')]]);
  });

  it('does not change if the server amended it to a time of day', async () => {
    const email = application.newEmail();
    await imports.import(email, [expired()]);
    const ts = new Date('2025-12-15T20:00:00.000Z');
    await imports.inScope(email, (journal) => journal.amend('end', { ts }, { reason: 'at the close' }));
    await imports.import(email, [expired()], storage);
    expect(await liveOf(email)).toEqual([['2025-12-19', null, ts.toISOString()]]);
  });
});

describe('a correction for a row in conflict', () => {
  it('is not applied, and the entry does not change', async () => {
    const email = application.newEmail();
    await imports.import(email, [...soldPut('put'), cost('fee')]);
    const [sold = {}, ...others] = soldPut('put');
    const journal = [{ ...sold, notes: 'other' }, ...others, cost('fee', { notes: 'other' })];
    const storage = { wheel_dte_overrides: corrected('2025-12-19'), 'journal.v1': [bought] };
    const { localStorage } = await imports.import(email, journal, storage, { skipInvalid: true });
    expect(localStorage).toMatchObject({
      expirations: [{ amended: ['put-end'], notApplied: [{ id: 'put', reason: 'the row was left out' }] }],
      purchases: [{ fee: 'fee', outcome: 'notApplied', reason: 'the row was left out' }],
    });
    expect(await imports.historyOf(email, 'put')).toMatchObject([{ deletedAt: null }]);
    expect(await imports.historyOf(email, 'fee')).toMatchObject([{ deletedAt: null }]);
  });
});

describe('an amendment whose id another entry has', () => {
  it('is not applied, and the entry does not change', async () => {
    const email = application.newEmail();
    const reason =
      'Expiration corrected in the browser application (2025-11-20T10:00:00.000Z, from 2025-12-15 to 2025-12-19)';
    const id = amendmentId({ id: 'put', editReason: reason });
    await imports.import(email, [...soldPut('put'), legacyEntry(id)]);
    const storage = { wheel_dte_overrides: corrected('2025-12-19') };
    const { localStorage } = await imports.import(email, soldPut('put'), storage);
    expect(localStorage?.expirations).toMatchObject([
      {
        amended: ['put-end'],
        notApplied: [{ id: 'put', reason: `another entry is stored under the id ${id}` }],
      },
    ]);
    expect(await imports.historyOf(email, 'put')).toMatchObject([{ deletedAt: null }]);
  });
});

describe('a bought option, imported again', () => {
  it.each([
    ['another quantity', { qty: '2' as const }, 'the server has the qty 2.00000000'],
    [
      'a fee again',
      { type: 'fee' as const, qty: null, strike: null },
      /^the server has the type fee, the qty/,
    ],
    ['another leg', { meta: { leg: 'put' } }, 'the server has the leg put'],
  ])('is not applied if the server has %s', async (_, changes, reason) => {
    const email = application.newEmail();
    const storage = { 'journal.v1': [bought] };
    await imports.import(email, [cost('fee')], storage);
    const [, purchase] = await imports.historyOf(email, 'fee');
    await imports.inScope(email, (journal) =>
      journal.amend(purchase?.id ?? '', changes, { reason: 'as the broker has it' }),
    );
    const before = await application.snapshot();
    const { localStorage } = await imports.import(email, [cost('fee')], storage);
    expect(localStorage?.purchases).toMatchObject([
      { outcome: 'notApplied', reason: expect.stringMatching(reason) },
    ]);
    expect(await application.snapshot()).toEqual(before);
  });

  it.each([
    ['type', { type: 'dividend' as const }, 'the server has the type dividend'],
    ['amount', { amount: '-250' as const }, 'the server has the amount -250.00000000'],
    ['symbol', { symbol: 'F' }, 'the server has the symbol F'],
  ])('is not applied if the server changed the %s of the fee', async (_, changes, reason) => {
    const email = application.newEmail();
    await imports.import(email, [cost('fee')]);
    await imports.inScope(email, (journal) => journal.amend('fee', changes, { reason: 'no such purchase' }));
    const { localStorage } = await imports.import(email, [cost('fee')], { 'journal.v1': [bought] });
    expect(localStorage?.purchases).toMatchObject([{ outcome: 'notApplied', reason }]);
    expect(await imports.historyOf(email, 'fee')).toHaveLength(2);
  });

  it('is amended once, also if the server has set its expiration since', async () => {
    const email = application.newEmail();
    const storage = { 'journal.v1': [bought] };
    await imports.import(email, [cost('fee')], storage);
    const [, purchase] = await imports.historyOf(email, 'fee');
    await imports.inScope(email, (journal) =>
      journal.amend(purchase?.id ?? '', { expiration: '2026-01-16' }, { reason: 'as the broker has it' }),
    );
    const before = await application.snapshot();
    const { localStorage } = await imports.import(email, [cost('fee')], storage);
    expect(localStorage?.purchases).toMatchObject([{ outcome: 'unchanged', reason: null }]);
    expect(await application.snapshot()).toEqual(before);
  });
});

describe('an entry that an import amended and the browser application then changed', () => {
  const storage = {
    wheel_dte_overrides: corrected('2025-12-19', '2025-03-05T10:00:00.000Z'),
    'journal.v1': [bought],
  };
  const deletedAt = '2025-11-26T12:00:00.000Z';
  const gone = (row: LegacyCells) => ({ ...row, deleted_at: deletedAt, edit_reason: 'User deleted' });
  const journal = [...soldPut('put'), cost('fee')];
  const deleted = journal.map(gone);

  const state = async (email: string) =>
    (await imports.journalOf(email)).map(({ type, symbol, expiration, amount }) => [
      type,
      symbol,
      expiration,
      Number(amount),
    ]);

  it.each([
    ['with the dump', storage],
    ['without the dump', undefined],
  ])('is deleted like in the browser application, %s', async (_, dump) => {
    const email = application.newEmail();
    await imports.import(email, journal, storage);
    const report = await imports.import(email, deleted, dump);
    expect(report.verification.matches).toBe(true);
    expect(await imports.journalOf(email)).toEqual([]);
    expect((await imports.historyOf(email, 'put')).at(-1)).toMatchObject({
      ...{ expiration: '2025-12-19', editReason: 'User deleted', deletedAt: new Date(deletedAt) },
    });
    const before = await application.snapshot();
    await imports.import(email, deleted, dump);
    expect(await application.snapshot()).toEqual(before);
  });

  it('is restored, and amended again', async () => {
    const email = application.newEmail();
    await imports.import(email, journal, storage);
    const amended = await state(email);
    await imports.import(email, deleted, storage);
    const restored = journal.map((row) => ({ ...row, updated_at: '2025-11-27T12:00:00.000Z' }));
    await imports.import(email, restored, storage);
    expect(await state(email)).toEqual(amended);
    const before = await application.snapshot();
    await imports.import(email, restored, storage);
    expect(await application.snapshot()).toEqual(before);
  });

  it('is replaced by its edited copy, which is amended in turn', async () => {
    const email = application.newEmail();
    await imports.import(email, journal, storage);
    const edited = journal.flatMap((row) => [
      gone(row),
      { ...row, id: `${String(row['id'])}-edited`, notes: 'edited', created_at: deletedAt },
    ]);
    const report = await imports.import(email, edited, storage);
    expect(report.rejected).toEqual([]);
    expect(report.localStorage).toMatchObject({
      expirations: [{ amended: ['put-edited', 'put-end-edited'] }],
      purchases: [{ fee: 'fee-edited', outcome: 'amended' }],
    });
    const entries = await imports.journalOf(email);
    expect(entries).toHaveLength(journal.length);
    expect(entries.every(({ notes }) => notes === 'edited')).toBe(true);
    expect((await imports.historyOf(email, 'fee')).map(({ type }) => type)).toEqual([
      'fee',
      'buy_to_open',
      'fee',
      'buy_to_open',
    ]);
    const before = await application.snapshot();
    await imports.import(email, edited, storage);
    expect(await application.snapshot()).toEqual(before);
  });
});
