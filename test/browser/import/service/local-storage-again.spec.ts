import { describe, expect, it } from '@jest/globals';
import { StorageImports, bought, corrected, cost, soldPut } from '../../../support/browser-storage.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder } from '../../../support/legacy-journals.js';
import type { LegacyCells } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const imports = new StorageImports(application, files);

describe('a corrected expiration, imported again', () => {
  it('is applied once, with the first import or a later one', async () => {
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

  it('follows a second correction', async () => {
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

  it('leaves what was changed on the server, before it or since', async () => {
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
    expect(again.localStorage?.expirations).toMatchObject([{ amended: [], unchanged: ['put-end'] }]);
    const later = { wheel_dte_overrides: corrected('2025-12-26', '2025-11-21T10:00:00.000Z') };
    const last = await imports.import(email, soldPut('put'), later);
    expect(last.localStorage?.expirations).toMatchObject([
      { amended: [], notApplied: [{ id: 'put' }, { id: 'put-end', reason: 'the server has 2025-12-22' }] },
    ]);
  });

  it('leaves what was removed on the server', async () => {
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

describe('a bought option, imported again', () => {
  it('is amended once, also if the server changed it since', async () => {
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

describe('an entry that an import amended, and that the browser application changed since', () => {
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
    ['without it', undefined],
  ])('is deleted as the browser application deleted it, %s', async (_, dump) => {
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

  it('is restored, and amended once more', async () => {
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
