import { PseudoRandom } from '../../../../src/testing/samples/pseudo-random.js';
import { loadSqlite } from '../../../../src/browser/format/sqlite-engine.js';

/** A corrupted copy of a database, and a description of its mutations. */
interface MutatedDatabase {
  bytes: Buffer;
  mutations: string[];
}

interface Mutation {
  name: string;
  /** Changes the bytes in place, or returns new bytes. */
  apply: (bytes: Buffer, random: PseudoRandom) => Buffer | void | Promise<Buffer>;
}

const pageSize = 4096;
const headerSize = 100;

/** Mutations for any file, without knowledge of the SQLite format. */
const blind: readonly [Mutation, ...Mutation[]] = [
  { name: 'byte', apply: (bytes, random) => set(bytes, anywhere(bytes, random), random.integer(0, 255)) },
  {
    name: 'bit',
    apply: (bytes, random) => {
      const at = anywhere(bytes, random);
      set(bytes, at, (bytes[at] ?? 0) ^ (1 << random.integer(0, 7)));
    },
  },
  {
    name: 'run of one byte',
    apply: (bytes, random) => {
      const at = anywhere(bytes, random);
      bytes.fill(random.pick([0, 255, 0x41]), at, Math.min(bytes.length, at + random.integer(1, 200)));
    },
  },
  {
    name: 'copied range',
    apply: (bytes, random) => {
      const from = anywhere(bytes, random);
      bytes.copy(bytes, anywhere(bytes, random), from, Math.min(bytes.length, from + random.integer(1, 500)));
    },
  },
  { name: 'cut off', apply: (bytes, random) => bytes.subarray(0, anywhere(bytes, random)) },
  {
    name: 'appended',
    apply: (bytes, random) => Buffer.concat([bytes, random.bytes(random.integer(1, 2 * pageSize))]),
  },
  {
    name: 'removed range',
    apply: (bytes, random) => {
      const at = anywhere(bytes, random);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.integer(1, 300))]);
    },
  },
];

/** Mutations of specific parts of an SQLite file, https://www.sqlite.org/fileformat.html. */
const aware: readonly [Mutation, ...Mutation[]] = [
  {
    name: 'file header',
    apply: (bytes, random) => set(bytes, random.integer(16, headerSize - 1), interesting(random)),
  },
  {
    name: 'page header',
    apply: (bytes, random) =>
      set(bytes, pageStart(bytes, random) + random.integer(0, 11), interesting(random)),
  },
  {
    name: 'exchanged pages',
    apply: (bytes, random) => {
      const [one, other] = [anyPage(bytes, random), anyPage(bytes, random)];
      const kept = Buffer.from(bytes.subarray(one * pageSize, (one + 1) * pageSize));
      bytes.copy(bytes, one * pageSize, other * pageSize, (other + 1) * pageSize);
      kept.copy(bytes, other * pageSize);
    },
  },
  {
    name: 'cell pointer',
    apply: (bytes, random) => {
      const cells = leafCells(bytes, random);
      if (cells === undefined) return;
      const [from, to] = [random.pick(cells), random.pick(cells)];
      const target = random.integer(0, 1) === 0 ? to.offset : random.integer(0, pageSize - 1);
      bytes.writeUInt16BE(target, from.pointer);
    },
  },
  {
    name: 'varint of a cell',
    apply: (bytes, random) => {
      const cells = leafCells(bytes, random);
      if (cells !== undefined)
        set(bytes, random.pick(cells).start + random.integer(0, 22), interesting(random));
    },
  },
  {
    name: 'value of a cell',
    apply: (bytes, random) => {
      const cells = leafCells(bytes, random);
      if (cells !== undefined)
        set(bytes, random.pick(cells).start + random.integer(20, 260), interesting(random));
    },
  },
  {
    name: 'text of the schema',
    apply: (bytes, random) => {
      const [from, to] = random.pick([
        ['TEXT', 'BLOB'],
        ['TEXT', 'ANY '],
        ['REAL', 'TEXT'],
        ['REAL', 'INT '],
        ['amount', 'amuont'],
        ['notes', 'meta '],
        ['symbol', 'strike'],
        ['TABLE journal', 'TABLE journel'],
        ['accounts', 'journal '],
        ['NOT NULL', 'NOT  NUL'],
        ['PRIMARY KEY', 'UNIQUE  '],
        ['CREATE VIEW', 'CREATE TABL'],
        ['(id TEXT', '(ts TEXT'],
      ] as [[string, string], ...[string, string][]]);
      const places: number[] = [];
      for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + 1)) places.push(at);
      const at = places[random.integer(0, places.length - 1)];
      if (at !== undefined) bytes.write(to, at, 'latin1');
    },
  },
  { name: 'statement', apply: (bytes, random) => run(bytes, statement(random)) },
  { name: 'statement', apply: (bytes, random) => run(bytes, statement(random)) },
  { name: 'statement', apply: (bytes, random) => run(bytes, statement(random)) },
];

/**
 * Applies one to three mutations to a copy of a database. Every second seed uses format-aware
 * mutations.
 */
export async function mutated(original: Buffer, seed: number): Promise<MutatedDatabase> {
  const random = new PseudoRandom(seed);
  const kinds = seed % 2 === 0 ? blind : aware;
  const count = random.integer(1, 3);
  const mutations: string[] = [];
  let bytes: Buffer = Buffer.from(original);
  for (let index = 0; index < count && bytes.length > 0; index += 1) {
    const { name, apply } = random.pick(kinds);
    mutations.push(name);
    bytes = (await apply(bytes, random)) ?? bytes;
  }
  return { bytes, mutations };
}

function statement(random: PseudoRandom): string {
  const column = random.pick([
    ...(['id', 'ts', 'account_id', 'symbol', 'type', 'qty', 'amount', 'strike', 'expiration'] as const),
    ...(['underlying_price', 'notes', 'meta', 'deleted_at', 'original_entry_id', 'created_at'] as const),
  ]);
  const value = random.pick([
    ...(['NULL', "''", '0', '-0.0', '1e308', '9e999', '-1.5', '9007199254740993', "x'00ff'"] as const),
    ...([
      "CAST(x'c328' AS TEXT)",
      "CAST(x'f09f98' AS TEXT)",
      "'a' || char(0) || 'b'",
      'char(0xd800)',
    ] as const),
    ...(["char(0xfeff) || 'x'", 'char(0xfffd)', '\'{"a":1,"a":2}\'', "'[1]'", "'2025-02-30'"] as const),
    ...(["'2025-06-20'", "'2025-06-20T00:00:00.000Z'", "'1e2'", "'0x10'", "'acct-1'", 'rowid'] as const),
    ...([
      "'FEE'",
      "'fee'",
      "printf('%.300c', 'x')",
      '0.1 + 0.2',
      '12345678901234567890',
      "'2025-06-20 10:00:00'",
    ] as const),
  ]);
  const row = random.integer(1, 280);
  return random.pick([
    `UPDATE journal SET ${column} = ${value} WHERE rowid = ${row}`,
    `UPDATE journal SET ${column} = ${value} WHERE rowid = ${row}`,
    `UPDATE OR REPLACE journal SET ${column} = ${value} WHERE rowid % ${random.integer(2, 50)} = 0`,
    `UPDATE accounts SET name = ${value}`,
    `UPDATE OR IGNORE accounts SET id = ${value}`,
    `DELETE FROM journal WHERE rowid > ${row}`,
    `INSERT INTO journal (id, ts, account_id, type, amount, ${column === 'notes' ? 'notes' : 'meta'})
     SELECT id || '-copy', ts, account_id, type, amount, ${value} FROM journal WHERE rowid < ${row}`,
    `UPDATE journal SET original_entry_id = (SELECT id FROM journal other WHERE other.rowid = journal.rowid - 1)
     WHERE rowid < ${row}`,
    `ALTER TABLE journal DROP COLUMN notes`,
    `ALTER TABLE journal ADD COLUMN extra TEXT DEFAULT ${value.startsWith("'") ? value : "'x'"}`,
    `ALTER TABLE journal RENAME COLUMN ${column} TO ${column}_`,
    `ALTER TABLE journal ADD COLUMN computed AS (amount * 2)`,
    `DROP TABLE accounts`,
    `DROP TABLE ticker_min_strikes; VACUUM`,
    `PRAGMA page_size = ${random.pick([512, 1024, 65_536])}; VACUUM`,
    `PRAGMA encoding = 'UTF-16'; VACUUM`,
    `CREATE TRIGGER t AFTER INSERT ON journal BEGIN SELECT 1; END`,
    `ALTER TABLE journal RENAME TO kept; CREATE VIEW journal AS SELECT * FROM kept`,
    `CREATE TABLE copy AS SELECT * FROM journal; DROP TABLE journal; ALTER TABLE copy RENAME TO journal`,
    `PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = ${random.integer(0, 40)} WHERE name = 'journal'`,
    `PRAGMA writable_schema = ON; UPDATE sqlite_master SET type = 'view' WHERE name = 'journal'`,
    `PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE type = 'index'`,
    `PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ' REAL', ${random.pick(["' TEXT'", "' INTEGER'", "''"])})`,
  ]);
}

async function run(bytes: Buffer, sql: string): Promise<Buffer> {
  const sqlite = await loadSqlite();
  const database = new sqlite.Database(bytes);
  try {
    database.run(sql);
    return Buffer.from(database.export());
  } catch {
    // The statement fails on a file that is already corrupted.
    return bytes;
  } finally {
    database.close();
  }
}

function set(bytes: Buffer, at: number, value: number): void {
  if (at < bytes.length) bytes[at] = value;
}

function anywhere(bytes: Buffer, random: PseudoRandom): number {
  return random.integer(0, bytes.length - 1);
}

function interesting(random: PseudoRandom): number {
  return random.pick([0, 1, 2, 5, 10, 13, 127, 128, 129, 254, 255, random.integer(0, 255)]);
}

function anyPage(bytes: Buffer, random: PseudoRandom): number {
  return random.integer(0, Math.max(0, Math.floor(bytes.length / pageSize) - 1));
}

function pageStart(bytes: Buffer, random: PseudoRandom): number {
  const page = anyPage(bytes, random);
  return page * pageSize + (page === 0 ? headerSize : 0);
}

interface Cell {
  /** File offset of the cell pointer. */
  pointer: number;
  /** Offset of the cell in its page. */
  offset: number;
  /** File offset of the cell. */
  start: number;
}

const leaves = [10, 13];

/** The cells of a random leaf page. Tries a few pages. */
function leafCells(bytes: Buffer, random: PseudoRandom): [Cell, ...Cell[]] | undefined {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const header = pageStart(bytes, random);
    if (header + 8 > bytes.length || !leaves.includes(bytes[header] ?? 0)) continue;
    const page = header - (header % pageSize);
    const cells: Cell[] = [];
    for (let index = 0; index < bytes.readUInt16BE(header + 3); index += 1) {
      const pointer = header + 8 + 2 * index;
      if (pointer + 2 > bytes.length) break;
      const offset = bytes.readUInt16BE(pointer);
      cells.push({ pointer, offset, start: page + offset });
    }
    const [first, ...others] = cells;
    if (first !== undefined) return [first, ...others];
  }
  return undefined;
}
