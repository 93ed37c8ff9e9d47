// @slow: imports a file for each test
import { describe, expect, it } from '@jest/globals';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';
import type { LegacyCells } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();

async function imported(journal: LegacyCells[], options: Parameters<ImportApplication['import']>[2] = {}) {
  const email = application.newEmail();
  const report = await application.import(await files.write({ journal }), email, options);
  return { email, report, entries: await application.journalOf(email) };
}

async function rejectedRows(journal: LegacyCells[]) {
  const { report, entries } = await imported(journal, { skipInvalid: true });
  expect(report.entries).toMatchObject({ read: journal.length, inserted: entries.length });
  return report.rejected.map(({ row, id, column, value, reason }) =>
    [row, id, column, value, reason].join(' | '),
  );
}

describe('a legacy journal', () => {
  it('without audit columns is imported with a report, and its entries get the time of the import', async () => {
    const file = await files.write({ journal: [legacyEntry('old')], audit: false });
    const email = application.newEmail();
    const before = Date.now() - 1000;
    const { missingColumns } = await application.import(file, email);
    expect(missingColumns).toEqual([
      'deleted_at',
      'edited_by',
      'edit_reason',
      'original_entry_id',
      'created_at',
      'updated_at',
    ]);
    const [row] = await application.sql(
      'SELECT journal.created_at FROM journal JOIN users ON users.id = user_id WHERE email = $1',
      [email],
    );
    expect((row?.['created_at'] as Date).getTime()).toBeGreaterThan(before);
    const again = await application.import(file, email);
    expect(again.entries).toEqual({ read: 1, inserted: 0, unchanged: 1, rejected: 0 });
  });

  it('whose symbols have blanks around them is imported without the blanks', async () => {
    const symbols = ['SPY ', ' SPY', 'SPY\u00a0', '\u00a0'];
    const journal = symbols.map((symbol, place) => legacyEntry(`row-${place}`, { symbol }));
    const { email, report, entries } = await imported(journal);
    expect(entries).toMatchObject(['SPY', 'SPY', 'SPY', null].map((symbol) => ({ symbol })));
    expect(report.changes.filter(({ kind }) => kind === 'normalised')).toHaveLength(4);
    // An earlier release stored the blanks.
    await application.sql(`UPDATE journal SET symbol = ' SPY' WHERE id = 'row-1'`);
    expect(await application.import(await files.write({ journal }), email)).toMatchObject({
      entries: { unchanged: 4 },
      verification: { matches: true },
    });
  });

  it('keeps the instants of both forms of its timestamps', async () => {
    const stamps = { created_at: '2025-01-02 03:04:05', updated_at: '2025-01-02T03:04:05.678Z' };
    const { email } = await imported([legacyEntry('e', stamps)]);
    const [row] = await application.sql(
      'SELECT journal.created_at, journal.updated_at FROM journal JOIN users ON users.id = user_id WHERE email = $1',
      [email],
    );
    expect(row).toEqual({
      created_at: new Date('2025-01-02T03:04:05.000Z'),
      updated_at: new Date('2025-01-02T03:04:05.678Z'),
    });
  });

  it('reports each changed value, with the old and the new value', async () => {
    const meta = '"{\\"leg\\":\\"put\\"}"';
    const { report, entries } = await imported([
      legacyEntry('noise', { amount: 1039.9999999999998 }),
      legacyEntry('day', { expiration: '2025-12-15T07:00:00.000Z' }),
      legacyEntry('symbol', { symbol: '' }),
      legacyEntry('twice', { meta }),
      legacyEntry('broken', { meta: '{"note":' }),
      legacyEntry('lost', { original_entry_id: 'nowhere' }),
      legacyEntry('undated', { created_at: '', updated_at: null }),
      legacyEntry('micro', { ts: '2025-01-02T03:04:05.678901Z' }),
    ]);
    expect(report.changes.map(({ kind, id, column, from, to }) => [kind, id, column, from, to])).toEqual([
      ['rounded', 'noise', 'amount', '1039.9999999999998', '1040.00000000'],
      ['day', 'day', 'expiration', '2025-12-15T07:00:00.000Z', '2025-12-15'],
      ['emptied', 'symbol', 'symbol', '', 'nothing'],
      ['decoded', 'twice', 'meta', meta, '{"leg":"put"}'],
      ['wrapped', 'broken', 'meta', '{"note":', '{"legacyMeta":"{\\"note\\":"}'],
      ['filled', 'undated', 'created_at', '', 'the time of the import'],
      ['filled', 'undated', 'updated_at', 'nothing', 'the time of the import'],
      ['rounded', 'micro', 'ts', '2025-01-02T03:04:05.678901Z', '2025-01-02T03:04:05.678Z'],
      ['unlinked', 'lost', 'original_entry_id', 'nowhere', 'meta.legacyOriginalEntryId'],
    ]);
    const stored = new Map(entries.map((entry) => [entry['id'], entry]));
    expect(stored.get('noise')).toMatchObject({ amount: 1040 });
    expect(stored.get('day')).toMatchObject({ expiration: '2025-12-15' });
    expect(stored.get('symbol')).toMatchObject({ symbol: null });
    expect(stored.get('twice')).toMatchObject({ meta: { leg: 'put' } });
    expect(stored.get('broken')).toMatchObject({ meta: { legacyMeta: '{"note":' } });
    expect(stored.get('lost')).toMatchObject({
      original_entry_id: null,
      meta: { legacyOriginalEntryId: 'nowhere' },
    });
  });

  it('gets the accounts of its file, and accounts that only its entries name', async () => {
    const { report } = await imported([legacyEntry('e', { account_id: 'acct-closed' })]);
    expect(report.accounts).toEqual({
      read: 1,
      created: [
        { id: 'acct-1', name: 'Primary', source: 'file' },
        { id: 'acct-closed', name: 'acct-closed', source: 'entries' },
      ],
      rejected: 0,
    });
  });

  it('gets the account that only the target of a transfer names', async () => {
    const transfer = { type: 'position_transfer', qty: 1, amount: 0, target_account_id: 'acct-9' };
    const journal = [{ ...legacyEntry('e', transfer), created_at: '2025-03-04 15:30:01' }];
    const accounts = [{ id: 'acct-1', name: 'Primary' }];
    const file = await files.writeBytes(JSON.stringify({ accounts, journal }));
    const report = await application.import(file, application.newEmail());
    expect(report.accounts.created).toContainEqual({ id: 'acct-9', name: 'acct-9', source: 'entries' });
    expect(report.entriesWithoutAccount).toEqual([{ accountId: 'acct-9', rows: [1] }]);
  });

  it('keeps its deleted rows and their links', async () => {
    const { entries } = await imported([
      legacyEntry('third', { original_entry_id: 'second' }),
      legacyEntry('second', { original_entry_id: 'first', deleted_at: '2025-05-06T07:08:09.000Z' }),
      legacyEntry('first', { deleted_at: '2025-05-05 07:08:09', edit_reason: 'typo', edited_by: 'me' }),
    ]);
    expect(entries).toMatchObject([
      { id: 'first', deleted_at: '2025-05-05T07:08:09+00:00', edit_reason: 'typo', edited_by: 'me' },
      { id: 'second', deleted_at: '2025-05-06T07:08:09+00:00', original_entry_id: 'first' },
      { id: 'third', deleted_at: null, original_entry_id: 'second' },
    ]);
  });

  it('may contain any Unicode in its notes', async () => {
    const notes = 'Köln 🏆\u0301\u200d\u202e\n\t"\'\\';
    const { entries } = await imported([legacyEntry('e', { notes })]);
    expect(entries).toMatchObject([{ notes }]);
  });
});

describe('a row that cannot be imported', () => {
  it('is reported with its table, row, id, column, value and reason', async () => {
    const rows = [
      legacyEntry('good'),
      legacyEntry('type', { type: 'gift' }),
      legacyEntry('amount', { amount: 'much' }),
      legacyEntry('huge', { amount: 1e15 }),
      legacyEntry('qty', { qty: -1 }),
      legacyEntry('ts', { ts: 'yesterday' }),
      legacyEntry('good'),
      legacyEntry('zone', { expiration: '2025-12-14T13:00:00.000Z' }),
      legacyEntry('day', { expiration: '2025-02-30' }),
      legacyEntry('nul', { notes: 'a\0b' }),
      legacyEntry(''),
    ].map((row, index) => ({ ...row, id: row['id'] === 'good' && index > 0 ? 'Good' : (row['id'] ?? '') }));
    const reported = await rejectedRows(rows);
    expect(reported).toEqual([
      expect.stringMatching(/^2 \| type \| type \| "gift" \| must be one of sell_to_open, /),
      '3 | amount | amount | "much" | must be a number',
      expect.stringMatching(/^4 \| huge \| amount \| 1000000000000000 \| must be a decimal/),
      '5 | qty | qty | -1 | must not be negative',
      expect.stringMatching(/^6 \| ts \| ts \| "yesterday" \| must be an instant/),
      expect.stringMatching(
        /^8 \| zone \| expiration \| "2025-12-14T13:00:00\.000Z" \| is not midnight in America/,
      ),
      expect.stringMatching(/^9 \| day \| expiration \| "2025-02-30" \| must be a day/),
      expect.stringMatching(/^10 \| nul \| notes \| "a\\u0000b" \| holds a character/),
      expect.stringMatching(/^11 \| {2}\| id \| "" \| must not be empty/),
    ]);
  });

  it('is reported if an earlier row has its id, as is possible in a JSON export', async () => {
    const accounts = ['Primary', 'Second'].map((name) => ({ id: 'acct-1', name }));
    const journal = [legacyEntry('e'), legacyEntry('e', { amount: -2 })];
    const email = application.newEmail();
    const report = await application.import(await files.write({ accounts, journal }, 'json'), email, {
      skipInvalid: true,
    });
    const repeated = { row: 2, column: 'id', reason: 'stands in an earlier row already' };
    expect(report.rejected).toMatchObject([
      { table: 'accounts', id: 'acct-1', ...repeated },
      { table: 'journal', id: 'e', ...repeated },
    ]);
    expect(report.accounts).toMatchObject({ read: 2, created: [{ name: 'Primary' }], rejected: 1 });
    expect(await application.journalOf(email)).toMatchObject([{ id: 'e', amount: -0.65 }]);
  });
});
