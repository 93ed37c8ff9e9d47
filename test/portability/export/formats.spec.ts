// @slow: exports and imports in each format
import { AsyncResource } from 'node:async_hooks';
import { readFile, writeFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import {
  AccountsRepository,
  ExportInterruptedError,
  JournalExportService,
  JournalRepository,
  LegacyFileError,
  UserNotFoundError,
  UserScope,
  UsersRepository,
} from '../../../src/index.js';
import type { EntryRecord, ExportFormat } from '../../../src/index.js';
import { keptColumns } from '../../../src/browser/format/kept-values.js';
import { legacySchema } from '../../../src/browser/format/legacy-schema.js';
import type { Isolation } from '../../../src/driver/contract/contract.js';
import { ImportApplication } from '../../support/import-application.js';
import { LegacyFolder } from '../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const email = 'anna@example.com';
const service = () => application.get(JournalExportService);
const at = (day: number) => new Date(Date.UTC(2026, 0, day));
let made = 0;

async function exported(format: ExportFormat, asOf?: Date): Promise<string> {
  made += 1;
  const file = files.path(`export-${made}`);
  await application.export({ email, format, file, asOf });
  return file;
}

async function asAnna<T>(work: () => Promise<T>): Promise<T> {
  const user = await application.get(UsersRepository).findByEmail(email);
  return application.get(UserScope).run(user?.id ?? '', work);
}

const records: EntryRecord[] = [
  {
    id: 'put',
    ts: at(5),
    accountId: 'acct-1',
    type: 'sell_to_open',
    amount: '312.1',
    symbol: 'AAPL',
    qty: '2',
    strike: '180.5',
    expiration: '2026-02-20',
    notes: '=HYPERLINK("http://x", "y")',
    meta: { leg: 'put', order: 'a,b' },
    deletedAt: at(9),
    editedBy: 'anna',
    editReason: 'wrong',
    createdAt: at(5),
    updatedAt: at(9),
    recorded: '1',
  },
  {
    id: 'put-2',
    ts: at(5),
    accountId: 'acct-1',
    type: 'sell_to_open',
    amount: '-123456789012.12345678',
    notes: 'line\none, "two"',
    originalEntryId: 'put',
    createdAt: at(9),
    updatedAt: at(9),
    recorded: '2',
  },
  {
    id: '-fee',
    ts: at(6),
    accountId: 'acct-1',
    type: 'fee',
    amount: '-1.3',
    notes: 'rolled; see below',
    editReason: '＝1+1',
    createdAt: at(6),
    updatedAt: at(6),
    recorded: '3',
  },
];

beforeAll(async () => {
  const { id } = await application.get(UsersRepository).create({ email });
  await application.get(UserScope).run(id, async () => {
    await application.get(AccountsRepository).create({ id: 'acct-1', name: '@IRA' });
    await application.get(JournalRepository).load(records);
  });
});

describe('The SQLite file', () => {
  let database: Database;
  const rows = (sql: string) => database.exec(sql)[0]?.values ?? [];
  beforeAll(async () => {
    const sqlite = await initSqlJs();
    database = new sqlite.Database(await readFile(await exported('sqlite')));
  });

  it('has the schema of the browser application and one additional table', () => {
    const objects = `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid`;
    const statements = rows(objects).map(([sql]) => String(sql));
    const legacy = legacySchema;

    expect(statements.filter((sql) => !sql.includes('journal_exact_decimals'))).toEqual(legacy);
    expect(statements).toHaveLength(legacy.length + 1);
  });

  it('answers the queries of the browser application', () => {
    expect(rows(`SELECT * FROM accounts`)).toEqual([['acct-1', '@IRA']]);
    expect(
      rows(`SELECT id, qty, amount, expiration, meta FROM journal WHERE deleted_at IS NOT NULL`),
    ).toEqual([['put', 2, 312.1, '2026-02-20', '{"leg":"put","order":"a,b"}']]);
    expect(rows(`SELECT typeof(amount), amount FROM journal WHERE id = 'put-2'`)).toEqual([
      ['real', -123456789012.12346],
    ]);
    expect(rows(`SELECT * FROM v_weekly_premium`)).toHaveLength(2);
    expect(rows('PRAGMA integrity_check')).toEqual([['ok']]);
  });

  it('keeps in the additional table exactly the values that its columns cannot hold', () => {
    expect(rows('SELECT * FROM journal_exact_decimals')).toEqual([
      // Without this row, an import would read midnight as a typed day.
      ['put', 'day', ''],
      ['put-2', 'amount', '-123456789012.12345678'],
      ['put-2', 'day', ''],
      ['-fee', 'day', ''],
      // By `created_at` the fee would be recorded before `put-2`.
      ['put', 'recorded', '1'],
      ['put-2', 'recorded', '2'],
      ['-fee', 'recorded', '3'],
    ]);
  });

  it('is imported with its later changes, which override the values of the additional table', async () => {
    database.run(`UPDATE journal SET amount = -5.5 WHERE id = 'put-2'`);
    const file = await files.writeBytes(database.export());
    const other = application.newEmail();
    await application.import(file, other);

    expect(await application.journalOf(other)).toContainEqual(
      expect.objectContaining({ id: 'put-2', amount: -5.5 }),
    );
  });
});

describe('The JSON file', () => {
  it('has the legacy names, exact decimals as text, and a header that states its format', async () => {
    const { journal, ...rest } = JSON.parse(await readFile(await exported('json'), 'utf8')) as {
      journal: Record<string, unknown>[];
    };

    expect(rest).toEqual({
      export: {
        format: 'trading-journal',
        version: 1,
        exported_at: expect.stringMatching(/Z$/),
        as_of: null,
        user: { email, subscription_tier: 'free', created_at: expect.stringMatching(/Z$/) },
        accounts: 1,
        entries: 3,
      },
      accounts: [expect.objectContaining({ id: 'acct-1', name: '@IRA' })],
    });
    expect(journal.map(({ id }) => id)).toEqual(['put', 'put-2', '-fee']);
    expect(journal[0]).toMatchObject({
      amount: '312.10000000',
      meta: { leg: 'put', order: 'a,b' },
      deleted_at: '2026-01-09T00:00:00.000Z',
      edit_reason: 'wrong',
    });
  });

  it('is also valid without any entries', async () => {
    const other = application.newEmail();
    await application.get(UsersRepository).create({ email: other });
    for (const format of ['json', 'ndjson', 'sqlite'] as const) {
      const file = files.path(`empty.${format}`);
      await application.export({ email: other, format, file });
      const report = await application.import(file, application.newEmail());
      expect(report.entries.read).toBe(0);
    }
  });
});

describe('The NDJSON file', () => {
  it('has an object on each line, and is refused if lines are missing or invalid', async () => {
    const text = await readFile(await exported('ndjson'), 'utf8');
    const lines = text.trimEnd().split('\n');
    const kinds = lines.map((line) => Object.keys(JSON.parse(line) as object));

    expect(kinds).toEqual([['export'], ['account'], ['entry'], ['entry'], ['entry']]);
    for (const [broken, message] of [
      [lines.slice(0, -1).join('\n'), /2 entries, and should have 1 and 3/],
      [text.slice(0, -20), /broken JSON .* line 5/],
      [`${text}{"other":{}}\n`, /line 6 that is not one account or one entry/],
      [`${text}[]\n`, /line 6/],
    ] as const) {
      const file = await files.writeBytes(broken);
      const importing = application.import(file, application.newEmail());
      await expect(importing).rejects.toThrow(LegacyFileError);
      await expect(importing).rejects.toThrow(message);
    }
  });
});

/** The empty cells of the columns that the browser application lacks, without the day. */
const emptyCells = ','.repeat(keptColumns.length - 1);

describe('The CSV file', () => {
  it('is suitable for spreadsheets: UTF-8 with a byte order mark, quoted, and without formulas', async () => {
    expect(await readFile(await exported('csv'), 'utf8')).toBe(
      [
        '\ufeffid,ts,day,account_id,account_name,symbol,type,qty,amount,strike,expiration,underlying_price,' +
          'ratio_to,ratio_from,target_symbol,target_strike,target_account_id,multiplier,deliverable,cost,cost_share,' +
          'acquired_on,section1256,notes,meta,' +
          'deleted_at,edited_by,edit_reason,original_entry_id,created_at,updated_at,recorded',
        `put,2026-01-05T00:00:00.000Z,,acct-1,'@IRA,AAPL,sell_to_open,2.00000000,312.10000000,180.50000000,2026-02-20,,${emptyCells}` +
          `"'=HYPERLINK(""http://x"", ""y"")","{""leg"":""put"",""order"":""a,b""}",2026-01-09T00:00:00.000Z,anna,wrong,,` +
          '2026-01-05T00:00:00.000Z,2026-01-09T00:00:00.000Z,1',
        `put-2,2026-01-05T00:00:00.000Z,,acct-1,'@IRA,,sell_to_open,,-123456789012.12345678,,,,${emptyCells}"line\none, ""two""",{},,,,put,` +
          '2026-01-09T00:00:00.000Z,2026-01-09T00:00:00.000Z,2',
        `'-fee,2026-01-06T00:00:00.000Z,,acct-1,'@IRA,,fee,,-1.30000000,,,,${emptyCells}"rolled; see below",{},,,'＝1+1,,` +
          '2026-01-06T00:00:00.000Z,2026-01-06T00:00:00.000Z,3',
        '',
      ].join('\r\n'),
    );
  });
});

describe('An export as of an instant', () => {
  it.each([
    [at(4), []],
    [at(5), [{ id: 'put', deleted_at: null, edited_by: null, edit_reason: null, updated_at: at(5) }]],
    [at(8), [{ id: 'put', deleted_at: null }, { id: '-fee' }]],
    [at(9), [{ id: 'put', deleted_at: at(9), edit_reason: 'wrong' }, { id: 'put-2' }, { id: '-fee' }]],
  ])('of %p has the entries that were known at that instant', async (instant, expected) => {
    const file = await exported('json', instant);
    const read = JSON.parse(await readFile(file, 'utf8')) as { export: unknown; journal: object[] };

    expect(read.export).toMatchObject({ as_of: instant.toISOString(), entries: expected.length });
    expect(read.journal).toHaveLength(expected.length);
    expect(read.journal).toMatchObject(JSON.parse(JSON.stringify(expected)) as object[]);
  });
});

describe('An export', () => {
  const endless = () => asAnna(() => application.get(JournalRepository).load(many()));
  function* many(): Generator<EntryRecord> {
    for (let n = 0; n < 2_500; n += 1) yield { ...records[2], id: `more-${n}`, ts: at(7) } as EntryRecord;
  }

  it('is one snapshot of the journal, regardless of concurrent writes', async () => {
    await endless();
    let text = '';
    const { accountId, type, amount } = records[2] as EntryRecord;
    // A separate async context, outside of the unit of work of the export.
    const appendLate = AsyncResource.bind(() =>
      asAnna(() =>
        application
          .get(JournalRepository)
          .append({ ts: at(8), accountId, type, amount, id: 'late', notes: 'late' }),
      ),
    );
    const slow = new Writable({
      write: (chunk: Buffer, _, done) => {
        const isFirst = text === '';
        text += chunk.toString();
        const writing = isFirst ? appendLate() : setTimeout(0);
        writing.then(() => done(), done);
      },
    });
    const report = await service().write({ email, format: 'ndjson' }, slow);

    expect(report).toMatchObject({ entries: 2_503, deleted: 1, accounts: 1 });
    expect(text.match(/\n/g)).toHaveLength(2_505);
    expect(text).not.toContain('"late"');
    expect(await asAnna(() => application.get(JournalRepository).get('late'))).toMatchObject({
      notes: 'late',
    });
  });

  it('is refused within a unit of work that is not one snapshot', async () => {
    const scope = application.get(UserScope);
    const within = (isolation: Isolation) => {
      const file = files.path(`within-${isolation}`);
      return asAnna(() =>
        scope.transaction(() => application.export({ email, format: 'ndjson', file }), { isolation }),
      );
    };

    await expect(within('READ COMMITTED')).rejects.toThrow(
      'A nested unit of work cannot be REPEATABLE READ: its transaction is READ COMMITTED. Set REPEATABLE READ',
    );
    expect(await within('REPEATABLE READ')).toMatchObject({ entries: 2_504 });
    expect(await within('SERIALIZABLE')).toMatchObject({ entries: 2_504 });
  });

  it('reports its progress', async () => {
    const progress: string[] = [];
    const file = files.path('progress');
    await service().exportFile({ email, format: 'csv', file }, (done, total) =>
      progress.push(`${done}/${total}`),
    );

    expect(progress).toEqual(['1000/2504', '2000/2504', '2504/2504']);
  });

  it.each(['json', 'sqlite'] as const)('leaves no file if it is interrupted: %s', async (format) => {
    const controller = new AbortController();
    const file = files.path(`interrupted-${format}`);
    const { signal } = controller;
    const exporting = service().exportFile({ email, format, file, signal }, () => controller.abort());

    await expect(exporting).rejects.toThrow(ExportInterruptedError);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('is interrupted if its destination is closed', async () => {
    const closing = new Writable({
      write() {
        this.destroy();
      },
    });

    await expect(service().write({ email, format: 'ndjson' }, closing)).rejects.toMatchObject({
      code: 'EXPORT_INTERRUPTED',
      message: 'The export was interrupted; the output is incomplete. Export again.',
    });
    const closed = new Writable().destroy();
    await expect(service().write({ email, format: 'csv' }, closed)).rejects.toThrow(ExportInterruptedError);
  });

  it('refuses an unknown format, an invalid asOf, an unknown member and an unknown user, and does not end the stream', async () => {
    const destination = new Writable({ write: (_, __, done) => done() });
    const format = 'xml' as ExportFormat;
    await expect(service().write({ email, format }, destination)).rejects.toThrow(
      'Invalid export: format must be one of sqlite, json, ndjson, csv (found "xml").',
    );
    const asOf = '' as unknown as Date;
    await expect(service().write({ email, format: 'csv', asOf }, destination)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      problems: [{ property: 'asOf' }],
    });
    const misspelt = { email, format: 'csv', asof: new Date() } as const;
    await expect(service().write(misspelt, destination)).rejects.toThrow('asof is not an allowed property');
    const nobody = { email: 'nobody@example.com', format: 'csv' } as const;
    await expect(service().write(nobody, destination)).rejects.toThrow(UserNotFoundError);
    expect(destination).toMatchObject({ destroyed: false, writableEnded: false });
  });

  it('rejects with the error of its destination, and releases its connection', async () => {
    const failing = new Writable({ write: (_, __, done) => done(new RangeError('hung up')) });

    await expect(service().write({ email, format: 'csv' }, failing)).rejects.toThrow('hung up');
    expect(failing.destroyed).toBe(true);
    const [row] = await application.sql(
      `SELECT count(*)::integer AS open FROM pg_stat_activity
       WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
    );
    expect(row).toEqual({ open: 0 });
  });

  it.each(['json', 'sqlite'] as const)(
    'is interrupted while its destination takes no bytes: %s',
    async (format) => {
      const interruption = new AbortController();
      const { signal } = interruption;
      const stalled = new Writable({ write: () => interruption.abort(), highWaterMark: 1 });

      await expect(service().write({ email, format, signal }, stalled)).rejects.toThrow(
        ExportInterruptedError,
      );
      expect(stalled.destroyed).toBe(true);
    },
  );

  it('is interrupted while its destination does not end', async () => {
    const interruption = new AbortController();
    const { signal } = interruption;
    const stalled = new Writable({
      write: (_, __, done) => done(),
      final: () => interruption.abort(),
    });

    await expect(service().write({ email, format: 'csv', signal }, stalled)).rejects.toThrow(
      ExportInterruptedError,
    );
  });

  it('rejects with an error of its destination during COMMIT', async () => {
    let fail = (): void => undefined;
    const failing = new Writable({
      highWaterMark: 2 ** 30,
      write: (_, __, done) => void (fail = () => done(new RangeError('disk full'))),
    });
    // The last call reports the complete journal, and comes before COMMIT.
    const onProgress = (done: number, total: number) => {
      if (done === total) fail();
    };

    const exporting = service().write({ email, format: 'csv' }, failing, onProgress);
    await expect(exporting).rejects.toThrow('disk full');
  });

  it('for an unknown user creates and replaces no file', async () => {
    const file = await files.writeBytes('before');
    const exporting = application.export({
      email: 'nobody@example.com',
      format: 'json',
      file,
      overwrite: true,
    });

    await expect(exporting).rejects.toThrow(UserNotFoundError);
    expect(await readFile(file, 'utf8')).toBe('before');
    await writeFile(file, '');
  });
});

describe('An SQLite file with entry types that the browser application does not know', () => {
  const owner = application.newEmail();
  const split: EntryRecord = {
    ...{ id: 'split', ts: at(5), accountId: 'acct-1', type: 'split', symbol: 'AAPL', amount: '1.5' },
    ...{ ratioTo: 4, ratioFrom: 1, createdAt: at(5), updatedAt: at(5) },
  };
  // The browser application knows its type, which is therefore not in the additional table.
  const sale: EntryRecord = {
    ...{ ...split, id: 'sale', type: 'sell_to_open', ratioTo: null, ratioFrom: null, qty: '1' },
    ...{ multiplier: '0.1', section1256: true },
  };
  let database: Database;

  beforeAll(async () => {
    const { id } = await application.get(UsersRepository).create({ email: owner });
    await application.get(UserScope).run(id, async () => {
      await application.get(AccountsRepository).create({ id: 'acct-1', name: 'IRA' });
      await application
        .get(JournalRepository)
        .load([split, { ...split, id: 'retyped' }, sale, { ...sale, id: 'resold' }]);
    });
    const file = files.path('server-types');
    await application.export({ email: owner, format: 'sqlite', file });
    const sqlite = await initSqlJs();
    database = new sqlite.Database(await readFile(file));
  });

  it('has the nearest known types, and the original types with their columns in the additional table', () => {
    const rows = (sql: string) => database.exec(sql)[0]?.values ?? [];
    expect(rows('SELECT id, type, amount FROM journal ORDER BY id')).toEqual([
      ['resold', 'sell_to_open', 1.5],
      ['retyped', 'correction', 1.5],
      ['sale', 'sell_to_open', 1.5],
      ['split', 'correction', 1.5],
    ]);
    expect(
      rows(
        `SELECT entry_id, column_name, value FROM journal_exact_decimals WHERE column_name <> 'day' AND entry_id NOT IN ('resold', 'retyped')
         ORDER BY 1, 2`,
      ),
    ).toEqual([
      ['sale', 'multiplier', '0.10000000'],
      ['sale', 'section1256', 'true'],
      ['split', 'ratio_from', '1'],
      ['split', 'ratio_to', '4'],
      ['split', 'type', 'split'],
    ]);
  });

  it('is imported with the original types, unless the type was changed in the file', async () => {
    database.run(`UPDATE journal SET type = 'fee' WHERE id IN ('resold', 'retyped')`);
    const file = await files.writeBytes(database.export());
    const other = application.newEmail();
    await application.import(file, other);

    const stored = await application.sql(
      `SELECT journal.id, type, ratio_to, ratio_from, multiplier::text, section1256
       FROM journal JOIN users ON users.id = user_id WHERE email = $1 ORDER BY 1`,
      [other],
    );
    const nothing = { ratio_to: null, ratio_from: null, multiplier: null, section1256: null };
    expect(stored).toEqual([
      { id: 'resold', type: 'fee', ...nothing },
      { id: 'retyped', type: 'fee', ...nothing },
      { id: 'sale', type: 'sell_to_open', ...nothing, multiplier: '0.10000000', section1256: true },
      { id: 'split', type: 'split', ...nothing, ratio_to: 4, ratio_from: 1 },
    ]);
  });
});
