import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { openLegacyFile } from '../../../../src/browser/import/read/open-legacy-file.js';
import { unreadable } from '../../../../src/browser/import/read/file-problem.js';
import { generateLegacyDatabase } from '../../../../src/testing/browser/legacy-database.js';
import { legacyDatabase } from '../../../../src/testing/browser/legacy-database-builder.js';
import { journalDatabase, readAll, refusal, shortEntry, temporaryFiles } from './legacy-files.js';

const files = temporaryFiles();
let database: Buffer;

beforeAll(async () => {
  database = Buffer.from(await generateLegacyDatabase({ trades: 30 }));
});

const refused = async (name: string, data: string | Uint8Array) => refusal(await files.write(name, data));

describe('a file is refused if it', () => {
  it('does not exist', async () => {
    expect(await refusal(files.path('none.db'))).toContain('does not exist; check the path');
    const file = await files.write('file', 'x');
    expect(await refusal(`${file}/none.db`)).toContain('does not exist');
  });

  it('is a directory', async () => {
    await mkdir(files.path('folder'));
    expect(await refusal(files.path('folder'))).toContain('is a directory; give the path of the file in it');
  });

  it('is a device', async () => {
    expect(await refusal('/dev/null')).toContain('is not a regular file');
  });

  it('is not readable by this user', async () => {
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    expect(unreadable(denied).message).toContain('may not be read by this user; give it the permission');
    const path = await files.write('forbidden.db', database);
    await chmod(path, 0);
    // The superuser can read every file.
    if (process.getuid?.() !== 0) expect(await refusal(path)).toContain('may not be read by this user');
  });

  it('cannot be read for another reason', () => {
    expect(unreadable(Object.assign(new Error(), { code: 'EIO' })).message).toContain('cannot be read (EIO)');
  });

  it('is empty', async () => {
    expect(await refused('empty.db', '')).toContain('is empty; export the database from the browser again');
  });

  it.each([
    ['SQLite', 'SQLite format 3\0', 256],
    ['JSON', '{"journal": [', 256],
    ['base64', 'U1FMaXRlIGZvcm1hdCAzABAAAQEA', 342],
  ])('is too large: %s', async (_, head, mebibytes) => {
    const path = await files.write('large', head);
    await truncate(path, mebibytes * 1024 * 1024 + 1);
    expect(await refusal(path)).toContain(`is too large (${mebibytes + 1} MiB, at most ${mebibytes})`);
  });
});

describe('an SQLite database is refused', () => {
  it('if it is encrypted, or is another file', async () => {
    const words = 'is not an SQLite database, nor base64 text of one, nor JSON; it may be encrypted';
    expect(await refused('encrypted.db', Buffer.from(database).fill(0xa7, 0, 100))).toContain(words);
    expect(await refused('notes.txt', 'bought some shares')).toContain(words);
    expect(await refused('spaces.txt', '   \n')).toContain(words);
    expect(await refused('journal.csv', 'id,ts,account_id\n')).toContain(
      'or an export as SQLite, JSON or NDJSON (CSV is for spreadsheets)',
    );
  });

  it('if it is truncated', async () => {
    const half = database.subarray(0, database.length / 2);
    const words = `is a truncated SQLite database (${half.length} of ${database.length} bytes); copy or export it again`;
    expect(await refused('half.db', half)).toContain(words);
    expect(await refused('head.db', database.subarray(0, 40))).toContain(
      'truncated SQLite database (40 of 100 bytes)',
    );
  });

  it('for truncation, but not for an outdated page count', async () => {
    const stale = Buffer.from(database);
    stale.writeUInt32BE(99_999, 28);
    expect(await refused('count.db', stale)).toContain('truncated');
    stale.writeUInt32BE(stale.readUInt32BE(24) + 1, 92);
    expect((await readAll(await files.write('stale.db', stale))).journalCount).toBeGreaterThan(80);
  });

  it('if its latest changes are in a write-ahead log', async () => {
    const marked = Buffer.from(database);
    marked[18] = marked[19] = 2;
    const path = await files.write('open.db', marked);
    await writeFile(`${path}-wal`, 'frames');
    const message = await refusal(path);
    expect(message).toContain(
      'has changes in a file beside it whose name ends in -wal; close the application',
    );
    expect(message).toContain('PRAGMA wal_checkpoint(TRUNCATE)');
  });

  it('if a symbolic link leads to a database with a write-ahead log or an unfinished transaction', async () => {
    const marked = Buffer.from(database);
    marked[18] = marked[19] = 2;
    const logged = await files.write('logged.db', marked);
    await writeFile(`${logged}-wal`, 'frames');
    await symlink(logged, files.path('to-logged.db'));
    expect(await refusal(files.path('to-logged.db'))).toContain('ends in -wal;');
    const unfinished = await files.write('unfinished.db', database);
    await writeFile(`${unfinished}-journal`, Buffer.from('d9d505f920a163d70000', 'hex'));
    await symlink(unfinished, files.path('to-unfinished.db'));
    expect(await refusal(files.path('to-unfinished.db'))).toContain('ends in -journal;');
  });

  it('if it has an unfinished transaction, but not if the transaction is finished', async () => {
    const path = await files.write('hot.db', database);
    await writeFile(`${path}-journal`, Buffer.from('d9d505f920a163d70000', 'hex'));
    expect(await refusal(path)).toContain(
      'has an unfinished transaction in a file beside it whose name ends in -journal; close',
    );
    await writeFile(`${path}-journal`, Buffer.alloc(512));
    expect((await readAll(path)).format).toBe('sqlite');
    await mkdir(`${await files.write('odd.db', database)}-journal`);
    expect(await refusal(files.path('odd.db-journal'))).toContain('is a directory');
  });

  it('if it is corrupt', async () => {
    const corrupt = Buffer.from(database);
    corrupt.fill(0xff, 4096 * 15 + 8, 4096 * 15 + 80);
    const message = await refused('corrupt.db', corrupt);
    expect(message).toMatch(/is corrupt \(.+; .+\); use an older copy, or save .*`\.recover`/);
    expect(message.length).toBeLessThan(600);
    const noPages = Buffer.from(database).fill(0xff, 100, 4096);
    expect(await refused('schema.db', noPages)).toContain('is corrupt (');
  });

  it('if it has no journal', async () => {
    const foreign = await legacyDatabase((db) =>
      db.run('CREATE TABLE trades (x); CREATE VIEW sums AS SELECT 1'),
    );
    expect(await refused('foreign.db', foreign)).toContain(
      'is an SQLite database without a `journal` table (it has sums, trades); give the database',
    );
    const bare = await legacyDatabase((db) => db.run('PRAGMA user_version = 1'));
    expect(await refused('bare.db', bare)).toContain('(it has no tables)');
  });

  it('if its journal lacks columns', async () => {
    const few = await legacyDatabase((db) => db.run('CREATE TABLE journal (id, ts, symbol, type)'));
    expect(await refused('few.db', few)).toContain(
      'has a `journal` without the columns account_id, amount, so it',
    );
    const one = await legacyDatabase((db) =>
      db.run('CREATE TABLE journal (id, ts, account_id, type, amount); CREATE TABLE accounts (id)'),
    );
    expect(await refused('one.db', one)).toContain('has a `accounts` without the column name, so it');
  });

  it.each([
    ['is a view', 'CREATE VIEW journal AS SELECT * FROM nowhere', 'not a plain table (view)'],
    ['is a virtual table', 'CREATE VIRTUAL TABLE journal USING fts3(id)', 'not a plain table (virtual)'],
    [
      'has a generated column',
      'CREATE TABLE journal (id, ts, account_id, type, amount, notes AS (zeroblob(99)) STORED)',
      'with generated columns (notes)',
    ],
    [
      'has a trigger',
      'CREATE TABLE Journal (id, ts, account_id, type, amount); CREATE TRIGGER t AFTER INSERT ON Journal BEGIN SELECT 1; END',
      'with triggers (t)',
    ],
  ])('if its journal %s', async (_, schema, words) => {
    const computed = await legacyDatabase((db) => db.run(schema));
    expect(await refused('computed.db', computed)).toContain(`has a \`journal\` `);
    expect(await refused('computed.db', computed)).toContain(
      `${words}, so it was not written by the browser`,
    );
  });

  it.each(['accounts', 'journal_exact_decimals'])('if its %s is a view', async (name) => {
    const computed = await legacyDatabase((db) =>
      db.run(
        `CREATE TABLE journal (id, ts, account_id, type, amount); CREATE VIEW ${name} AS SELECT 1 AS id`,
      ),
    );
    expect(await refused('computed.db', computed)).toContain(
      `has a \`${name}\` that is not a plain table (view)`,
    );
  });

  it.each([
    ['a collation', 'symbol COLLATE trader', 'no such collation sequence: trader'],
    ['a function', 'own(symbol)', 'unknown function: own()'],
  ])('if an index needs %s of another program', async (_, key, words) => {
    const indexed = await legacyDatabase((db) => {
      db.run('CREATE TABLE journal (id, ts, account_id, symbol, type, amount)');
      db.run('CREATE INDEX own ON journal (lower(symbol)); PRAGMA writable_schema = ON');
      db.run(`UPDATE sqlite_master SET sql = 'CREATE INDEX own ON journal (${key})' WHERE name = 'own'`);
    });
    const message = await refused('indexed.db', indexed);
    expect(message).toContain(`needs a collation or a function that SQLite lacks (${words}), so it was not`);
    expect(message).not.toContain('corrupt');
  });

  it.each(['cross', 'gen', 'recursive'])('if its rows would be computed endlessly: %s.db', async (name) => {
    expect(await refusal(`test/fixtures/hostile/${name}.db`)).toContain(
      'so it was not written by the browser application',
    );
  });
});

it.each([
  ['other.ndjson', '{"export":{"format":"trading-journal","version":2,"accounts":0,"entries":0}}\n'],
  ['other.json', '{"export":{"version":2},"accounts":[],"journal":[]}'],
])('an export of another version is refused: %s', async (name, text) => {
  expect(await refused(name, text)).toContain('is an export of another version of this package');
  const source = await openLegacyFile(await files.write(`own-${name}`, text.replace('2', '1')));
  source.close();
});

describe('lines of JSON', () => {
  const header = '{"export":{"format":"trading-journal","accounts":0,"entries":1}}\n';
  const entry = JSON.stringify({ entry: shortEntry });

  it('may have other keys, which are reported', async () => {
    const line = JSON.stringify({ mood: 'good', entry: { ...shortEntry, strategy: 'wheel' }, tags: [] });
    const path = await files.write('keys.ndjson', `${header}${line}\n`);
    const source = await openLegacyFile(path);
    expect([...source.journal()]).toEqual([shortEntry]);
    expect(source.unreadColumns).toEqual(['journal.strategy', 'mood', 'tags']);
  });

  it.each([
    ['two rows', `${header}${JSON.stringify({ entry: shortEntry, account: { id: 'a', name: 'A' } })}`, 2],
    ['no row', `${header}${entry}\n{"position":{}}`, 3],
    ['another header', `${header}${entry}\n${header}`, 3],
    ['no row, after empty lines', `${header}\n\r\n${entry}\n{"position":{}}`, 5],
  ])('are refused if a line holds %s', async (_, text, line) => {
    expect(await refused('lines.ndjson', text)).toContain(
      `a line ${line} that is not one account or one entry`,
    );
  });

  it('are refused if a line is longer than any row', async () => {
    const line = JSON.stringify({ entry: { ...shortEntry, notes: 'x'.repeat(2 ** 23) } });
    expect(await refused('long.ndjson', header + line)).toContain('has a line 2 of more than 8 MiB');
  });

  it('may be millions of empty lines', async () => {
    const empty = Buffer.alloc(20_000_000, '\n');
    const begin = performance.now();
    const path = await files.write(
      'empty.ndjson',
      Buffer.concat([Buffer.from(header), empty, Buffer.from(entry)]),
    );
    expect((await readAll(path)).journal).toEqual([shortEntry]);
    expect(performance.now() - begin).toBeLessThan(60_000);
  });
});

describe('base64 text is refused', () => {
  it('if it has another character', async () => {
    const text = database.toString('base64');
    const message = await refused('dirty.txt', `"${text.slice(0, 1000)}\n-${text.slice(1001)}"`);
    expect(message).toContain('is base64 text with an invalid character at position 1000');
    expect(await refused('padded.txt', `${text.slice(0, 400)}=${text.slice(401)}`)).toContain(
      'at position 400',
    );
  });

  it('if it is incomplete', async () => {
    const text = database.toString('base64');
    expect(await refused('cut.txt', text.slice(0, 4001))).toContain(
      'breaks off after 4001 characters; copy the whole',
    );
    expect(await refused('quote.txt', `"${text}`)).toContain('breaks off after');
    expect(await refused('even.txt', text.slice(0, 8000))).toContain(
      'is a truncated SQLite database (6000 of',
    );
  });
});

describe('JSON is refused', () => {
  it('if it is invalid after millions of empty lines', async () => {
    const text = `{"journal": [${'\n'.repeat(20_000_000)}  oops`;
    expect(await refused('empty.json', text)).toContain('at line 20000001, column 3)');
  });

  it('if it is invalid, with the place and without the content', async () => {
    const message = await refused('broken.json', '{"journal": [\n  {"notes": "secret", oops}\n]}');
    expect(message).toContain(
      'is broken JSON (syntax error or repeated key at line 2, column 23); export it again',
    );
    expect(message).not.toMatch(/secret|oops/);
    expect(await refused('cut.json', '{"journal": [{"id": "e')).toContain('at line 1, column 23)');
  });

  it('if it is not UTF-8', async () => {
    const latin1 = Buffer.from('{"journal": [{"notes": "Köln"}]}', 'latin1');
    expect(await refused('latin1.json', latin1)).toContain('bytes that are not UTF-8; save it as UTF-8');
  });

  it.each([
    ['[]', 'is JSON, but not an object; expected an object with the arrays `accounts` and `journal`'],
    ['{"rows": []}', 'is JSON without `journal`; expected'],
    [
      '{"theme": "dark", "options-tracker.db": "U1FMaXRlIGZvcm1hdCAzA"}',
      'is a dump of localStorage; save its text under `options-tracker.db` to a file',
    ],
    ['{"journal": {}}', 'in which `journal` is not an array; expected'],
    ['{"journal": null}', 'in which `journal` is not an array; expected'],
    ['{"journal": [], "accounts": 1}', 'in which `accounts` is not an array; expected'],
    [`{"journal": [${JSON.stringify(shortEntry)}, [1]]}`, 'in which `journal[1]` is not an object; expected'],
    [
      '{"journal": [{"id": "e-1", "ts": null}]}',
      'has a `journal` without the columns account_id, type, amount',
    ],
  ])('if it has another shape: %s', async (text, words) => {
    expect(await refused('shape.json', text)).toContain(words);
  });
});

it('a complete journal is accepted', async () => {
  const path = await files.write('whole.db', await journalDatabase((db) => db.insert('journal', shortEntry)));
  await expect(refusal(path)).rejects.toThrow('not refused');
});
