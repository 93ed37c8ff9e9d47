import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BytesOnDisk } from '../../../../src/browser/import/read/bytes-on-disk.js';
import { openLegacyFile } from '../../../../src/browser/import/read/open-legacy-file.js';
import { generateLegacyDatabase } from '../../../../src/testing/browser/legacy-database.js';
import { legacyDatabase } from '../../../../src/testing/browser/legacy-database-builder.js';
import { legacySchema } from '../../../../src/browser/format/legacy-schema.js';
import { firstSchema } from '../../../support/legacy-journals.js';
import { journalDatabase, readAll, shortEntry, temporaryFiles } from './legacy-files.js';

const files = temporaryFiles();
let database: Buffer;

beforeAll(async () => {
  database = Buffer.from(await generateLegacyDatabase({ trades: 30 }));
});

describe('the three formats', () => {
  it('yield equal rows, regardless of file names', async () => {
    const sqlite = await readAll(await files.write('journal.txt', database));
    const base64 = await readAll(await files.write('base64.db', database.toString('base64')));
    const tables = {
      accounts: sqlite.accounts,
      journal: sqlite.journal,
      ticker_min_strikes: Array(6).fill({}),
    };
    const json = await readAll(await files.write('json.db', JSON.stringify(tables)));
    expect([sqlite.format, base64.format, json.format]).toEqual(['sqlite', 'base64', 'json']);
    expect(sqlite.journal.length).toBeGreaterThan(80);
    expect({ ...base64, format: undefined }).toEqual({ ...sqlite, format: undefined });
    expect({ ...json, format: undefined }).toEqual({ ...sqlite, format: undefined });
  });

  it.each<[string, () => Uint8Array]>([
    ['copies no bytes', () => new Uint8Array(0)],
    ['takes zeros for the bytes', () => new Uint8Array(database.length)],
    [
      'throws',
      () => {
        throw new TypeError('no such method');
      },
    ],
  ])('include a database that is read as a whole because the engine %s', async (_, slice) => {
    const path = await files.write('whole.db', database);
    const rows = await readAll(path);
    const sliced = jest.spyOn(BytesOnDisk.prototype, 'slice').mockImplementation(slice as never);
    try {
      expect(await readAll(path)).toEqual(rows);
      expect(sliced).toHaveBeenCalled();
    } finally {
      sliced.mockRestore();
    }
  });

  it('include base64 with quotes, line breaks and surrounding white space', async () => {
    const lines = database.toString('base64').replace(/(.{76})/g, '$1\r\n');
    for (const quote of ['"', "'"]) {
      const path = await files.write('quoted.txt', `\u{feff} ${quote}${lines}${quote}\n`);
      expect(await readAll(path)).toMatchObject({ format: 'base64' });
    }
  });

  it('include JSON with a byte order mark, leading white space and no accounts', async () => {
    const path = await files.write('bom.json', `\u{feff}\n  {"journal": [${JSON.stringify(shortEntry)}]}`);
    expect(await readAll(path)).toMatchObject({ format: 'json', accounts: [], journal: [shortEntry] });
  });

  it('include NDJSON with a byte order mark and Windows line ends', async () => {
    const header = '{"export":{"format":"trading-journal","accounts":0,"entries":1}}';
    const entry = JSON.stringify({ entry: shortEntry });
    const path = await files.write('windows.ndjson', `\u{feff}${header}\r\n${entry}\r\n`);
    expect(await readAll(path)).toMatchObject({ format: 'ndjson', accounts: [], journal: [shortEntry] });
  });

  /** Settings, with the offset and value of each in the file header. */
  it.each([
    ['page_size = 512', 16, 0x0200],
    ['page_size = 65536', 16, 1],
    ["encoding = 'UTF-16le'", 58, 2],
    ["encoding = 'UTF-16be'", 58, 3],
  ])('include a database with %s', async (setting, place, value) => {
    const rows = Array.from({ length: 300 }, (_, row) => ({ ...shortEntry, id: `🏆 ü ${row}` }));
    const bytes = await legacyDatabase((db) => {
      db.run(`PRAGMA ${setting}`);
      for (const statement of legacySchema) db.run(statement);
      for (const row of rows) db.insert('journal', row);
    });
    expect(Buffer.from(bytes).readUInt16BE(place)).toBe(value);
    const { journal } = await readAll(await files.write('setting.db', bytes));
    expect(journal).toMatchObject(rows);
  });
});

describe('a JSON export', () => {
  it('has every column in every row, null where the row lacks it, and no others', async () => {
    const rows = [shortEntry, { ...shortEntry, id: 'e-2', notes: 'n', deleted_at: null, mood: 'good' }];
    const { journal, journalColumns } = await readAll(
      await files.write('a.json', JSON.stringify({ journal: rows })),
    );
    expect([...journalColumns]).toEqual(['id', 'ts', 'account_id', 'type', 'amount', 'notes', 'deleted_at']);
    expect(journal).toEqual([
      { ...shortEntry, notes: null, deleted_at: null },
      { ...shortEntry, id: 'e-2', notes: 'n', deleted_at: null },
    ]);
  });

  it('may have an empty journal', async () => {
    const read = await readAll(
      await files.write('b.json', '{"accounts": [], "journal": [], "symbols": [], "version": 3}'),
    );
    expect(read).toMatchObject({ journalCount: 0, journal: [], notImported: [] });
  });
});

describe('an SQLite journal', () => {
  it('is returned in the order of its rows, again on each call, and row by row', async () => {
    const path = await files.write(
      'order.db',
      await journalDatabase((db) => {
        for (const id of ['z', 'a', 'm']) db.insert('journal', { ...shortEntry, id });
      }),
    );
    const source = await openLegacyFile(path);
    const ids = () => [...source.journal()].map(({ id }) => id);
    expect([ids(), ids()]).toEqual([
      ['z', 'a', 'm'],
      ['z', 'a', 'm'],
    ]);
    const [one, other] = [source.journal()[Symbol.iterator](), source.journal()[Symbol.iterator]()];
    expect([one.next(), other.next(), one.next()]).toMatchObject([
      { value: { id: 'z' } },
      { value: { id: 'z' } },
      { value: { id: 'a' } },
    ]);
    source.close();
  });

  it('without audit columns returns rows without them', async () => {
    const path = await files.write(
      'early.db',
      await legacyDatabase((db) => {
        for (const statement of firstSchema) db.run(statement);
        db.insert('journal', shortEntry);
      }),
    );
    const { journalColumns, journal, notImported } = await readAll(path);
    expect(journalColumns.size).toBe(12);
    expect(journalColumns.has('deleted_at')).toBe(false);
    expect(Object.keys(journal[0] ?? {})).toEqual([...journalColumns]);
    expect(notImported).toEqual([]);
  });

  it.each([
    [
      'a table WITHOUT ROWID',
      (columns: string) => `CREATE TABLE journal (${columns}, PRIMARY KEY (id)) WITHOUT ROWID`,
    ],
    ['another case', (columns: string) => `CREATE TABLE Journal (${columns.toUpperCase()})`],
  ])('may be %s, and accounts may be missing', async (_, schema) => {
    const columns = Object.keys(shortEntry);
    const bytes = await legacyDatabase((db) => {
      db.run(schema(columns.join(', ')));
      db.insert('journal', shortEntry);
    });
    const read = await readAll(await files.write('shape.db', bytes));
    expect(read).toMatchObject({ accounts: [], journal: [shortEntry], journalCount: 1, notImported: [] });
  });

  it('is returned with unchanged values', async () => {
    const values = {
      qty: 0.1 + 0.2,
      strike: 2 ** 53,
      notes: 'a\0b 🏆',
      meta: new Uint8Array([1, 2]),
      symbol: '',
    };
    const path = await files.write(
      'values.db',
      await journalDatabase((db) => {
        db.insert('journal', { ...shortEntry, notes: null });
        db.run(`UPDATE journal SET qty = ?, strike = ?, meta = ?, symbol = ?`, [
          0.1 + 0.2,
          2 ** 53,
          values.meta,
          '',
        ]);
        db.run(`UPDATE journal SET notes = 'a' || char(0) || 'b 🏆'`);
      }),
    );
    expect((await readAll(path)).journal).toMatchObject([values]);
  });

  it('returns the bytes of a text that is not UTF-8, and U+FFFD unchanged', async () => {
    const path = await files.write(
      'bytes.db',
      await journalDatabase((db) => {
        db.insert('journal', { ...shortEntry, notes: 'a\ufffdb' });
        db.run(`UPDATE journal SET symbol = CAST(x'41ff42f09f98' AS TEXT)`);
      }),
    );
    const bytes = new Uint8Array([0x41, 0xff, 0x42, 0xf0, 0x9f, 0x98]);
    expect((await readAll(path)).journal).toMatchObject([{ notes: 'a\ufffdb', symbol: bytes }]);
  });

  it('returns the last of many kept decimals of an entry, quickly', async () => {
    const path = await files.write(
      'kept.db',
      await journalDatabase((db) => {
        db.run('BEGIN');
        for (let row = 0; row < 300; row += 1) db.insert('journal', { ...shortEntry, id: null, notes: 'x' });
        db.run(
          `UPDATE journal SET id = NULL; CREATE TABLE journal_exact_decimals (entry_id, column_name, value)`,
        );
        for (let row = 0; row < 60_000; row += 1)
          db.insert('journal_exact_decimals', { entry_id: 'null', column_name: 'amount', value: '-1.0' });
        db.run('COMMIT');
      }),
    );
    const begin = performance.now();
    expect((await readAll(path)).journal[299]).toMatchObject({ amount: '-1.0' });
    expect(performance.now() - begin).toBeLessThan(60_000);
  });

  it('names its unread tables that contain rows', async () => {
    const path = await files.write(
      'more.db',
      await journalDatabase((db) => {
        db.run(
          `INSERT INTO symbols VALUES ('AAPL'), ('F'); CREATE TABLE "my ""own""" (x); CREATE TABLE empty (x)`,
        );
        db.run('INSERT INTO "my ""own""" VALUES (1)');
      }),
    );
    expect((await readAll(path)).notImported).toEqual([
      { table: 'my "own"', rows: 1 },
      { table: 'symbols', rows: 2 },
    ]);
  });

  it('may be marked for a write-ahead log that is empty', async () => {
    const marked = Buffer.from(database);
    marked[18] = 2;
    marked[19] = 2;
    const path = await files.write('wal.db', marked);
    await files.write('wal.db-wal', '');
    expect((await readAll(path)).journalCount).toBeGreaterThan(80);
    expect((await readAll(await files.write('wal.txt', marked.toString('base64')))).format).toBe('base64');
  });

  it('may violate its own constraints, and its rows are still read', async () => {
    const path = await files.write(
      'null.db',
      await journalDatabase((db) => {
        db.insert('journal', shortEntry);
        db.run(`PRAGMA writable_schema = ON;
          UPDATE sqlite_master SET sql = replace(sql, 'notes TEXT', 'notes TEXT NOT NULL') WHERE name = 'journal'`);
      }),
    );
    expect((await readAll(path)).journal).toMatchObject([{ notes: null }]);
  });
});
