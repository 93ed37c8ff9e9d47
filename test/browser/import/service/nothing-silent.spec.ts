// @slow: imports a file for each test
import { describe, expect, it } from '@jest/globals';
import type { ImportRejectedError } from '../../../../src/index.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();

describe('every change and omission is reported:', () => {
  it('a JSON amount keeps all digits, even if a double holds fewer', async () => {
    const amount = '123456789012.12345678';
    const row = JSON.stringify(legacyEntry('long')).replace('-0.65', amount);
    const email = application.newEmail();
    const report = await application.import(await files.writeBytes(`{"journal":[${row}]}`), email);
    expect(report.changes.filter(({ column }) => column === 'amount')).toEqual([]);
    expect(await application.journalOf(email)).toMatchObject([{ id: 'long' }]);
    expect(report.verification.total.databaseAmount).toBe(amount);
  });

  it('a number in a JSON meta that exceeds a double is reported', async () => {
    const row = JSON.stringify(legacyEntry('big')).replace(
      '"{}"',
      '{"big":12345678901234567890,"leg":"put"}',
    );
    const report = await application.import(
      await files.writeBytes(`{"journal":[${row}]}`),
      application.newEmail(),
    );
    expect(report.changes).toContainEqual(expect.objectContaining({ kind: 'rounded', column: 'meta' }));
  });

  it('a list in place of a JSON meta keeps all its digits', async () => {
    const row = JSON.stringify(legacyEntry('list')).replace('"{}"', '[12345678901234567890]');
    const email = application.newEmail();
    await application.import(await files.writeBytes(`{"journal":[${row}]}`), email);
    expect(await application.journalOf(email)).toMatchObject([
      { meta: { legacyMeta: '[12345678901234567890]' } },
    ]);
  });

  it('a symbol is stored without surrounding blanks, and reported', async () => {
    const file = await files.write({
      journal: [legacyEntry('a', { symbol: ' SPY\t' }), legacyEntry('b', { symbol: ' ' })],
    });
    const email = application.newEmail();
    const report = await application.import(file, email);
    expect(report.changes).toEqual([
      expect.objectContaining({ kind: 'normalised', id: 'a', column: 'symbol', to: 'SPY' }),
      expect.objectContaining({ kind: 'normalised', id: 'b', column: 'symbol', to: 'nothing' }),
    ]);
    expect(await application.journalOf(email)).toMatchObject([
      { id: 'a', symbol: 'SPY' },
      { id: 'b', symbol: null },
    ]);
    expect(await application.import(file, email)).toMatchObject({ entries: { unchanged: 2 } });
  });

  it('an instant with the hour 24 is refused, because its text names the previous day', async () => {
    const [iso, sqlite] = ['2025-01-02T24:00:00.000Z', '2025-01-02 24:00:00'];
    const reason = 'has the hour 24; write midnight as 00:00:00 of the following day';
    const file = await files.write({ journal: [legacyEntry('a', { ts: iso, created_at: sqlite })] });
    const importing = application.import(file, application.newEmail());
    await expect(importing).rejects.toMatchObject({
      rejected: [
        { row: 1, id: 'a', column: 'ts', value: `"${iso}"`, reason },
        { row: 1, id: 'a', column: 'created_at', value: `"${sqlite}"`, reason },
      ],
    });
  });

  it('an expiration with the hour 24 is refused', async () => {
    const expiration = '2025-01-02T24:00:00.000Z';
    const file = await files.write({ journal: [legacyEntry('a', { expiration })] });
    await expect(application.import(file, application.newEmail())).rejects.toMatchObject({
      rejected: [
        {
          row: 1,
          id: 'a',
          column: 'expiration',
          value: `"${expiration}"`,
          reason: 'must be a day as YYYY-MM-DD, or the instant of its midnight in UTC or local time',
        },
      ],
    });
  });

  it('a day that does not exist is reported once', async () => {
    const file = await files.write({ journal: [legacyEntry('a', { expiration: '0000-00-00' })] });
    const error = await application.import(file, application.newEmail()).catch((thrown: unknown) => thrown);
    expect((error as ImportRejectedError).rejected).toEqual([
      {
        table: 'journal',
        row: 1,
        id: 'a',
        column: 'expiration',
        value: '"0000-00-00"',
        reason: 'must be a day as YYYY-MM-DD',
      },
    ]);
  });

  it('a number in place of text is refused, at any length', async () => {
    const row = JSON.stringify(legacyEntry('x')).replace('"x"', '12345678901234567890');
    const file = await files.writeBytes(`{"journal":[${row}]}`);
    await expect(application.import(file, application.newEmail())).rejects.toMatchObject({
      rejected: [{ column: 'id', reason: 'must be text' }],
    });
  });

  it('a meta with a repeated key is kept unchanged', async () => {
    const meta = '{"a":1,"a":2}';
    const email = application.newEmail();
    await application.import(await files.write({ journal: [legacyEntry('twice', { meta })] }), email);
    expect(await application.journalOf(email)).toMatchObject([{ meta: { legacyMeta: meta } }]);
  });

  it('members beside the tables of a JSON export are named', async () => {
    const file = await files.writeBytes(
      JSON.stringify({ journal: [legacyEntry('a')], settings: { theme: 'dark' } }),
    );
    expect((await application.import(file, application.newEmail())).unreadColumns).toEqual(['settings']);
  });

  it('unknown columns are named', async () => {
    const journal = [{ ...legacyEntry('a'), strategy: 'wheel' }];
    const file = await files.writeBytes(
      JSON.stringify({ accounts: [{ id: 'acct-1', name: 'A', currency: 'USD' }], journal }),
    );
    const report = await application.import(file, application.newEmail());
    expect(report.unreadColumns).toEqual(['accounts.currency', 'journal.strategy']);
  });

  it('a link that cannot be kept replaces no value in meta', async () => {
    const meta = '{"legacyOriginalEntryId":"keep me"}';
    const email = application.newEmail();
    const file = await files.write({ journal: [legacyEntry('a', { original_entry_id: 'gone', meta })] });
    await application.import(file, email);
    expect(await application.journalOf(email)).toMatchObject([
      { meta: { legacyOriginalEntryId: 'keep me', legacyOriginalEntryId_: 'gone' } },
    ]);
    const again = await application.import(file, email);
    expect(again).toMatchObject({ entries: { unchanged: 1 }, entryChanges: [] });
  });

  it('a rejected value is reported in full, as in the file', async () => {
    const type = 'not_a_type_'.repeat(20);
    const file = await files.write({ journal: [legacyEntry('a', { type })] });
    await expect(application.import(file, application.newEmail())).rejects.toMatchObject({
      rejected: [{ id: 'a', column: 'type', value: JSON.stringify(type) }],
    });
  });
});
