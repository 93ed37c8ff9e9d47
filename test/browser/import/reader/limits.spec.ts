// @slow 90 s: reads large files, and waits for time-outs
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TimeZoneError } from '../../../../src/browser/import/convert/time-zone.error.js';
import { LegacyFileError } from '../../../../src/browser/import/reader/legacy-file.error.js';
import { JournalFileReader } from '../../../../src/browser/import/reader/file-reader.js';
import { compiledRepository } from '../../../support/compiled.js';
import type { JournalImport } from '../../../../src/index.js';
import { failureOf } from '../../../support/failure.js';
import { ImportApplication } from '../../../support/import-application.js';
import { legacyEntry } from '../../../support/legacy-journals.js';
import { readerProcesses, readersEnded } from '../../../support/reader-processes.js';
import { runCommand } from '../../../support/run-command.js';
import { until } from '../../../support/until.js';
import { journalDatabase, temporaryFiles } from '../read/legacy-files.js';
import type { ImportMeasurement } from './import-and-measure.js';

const application = new ImportApplication();
const files = temporaryFiles();
const reader = new JournalFileReader();
const timeZone = 'America/Denver';

/** A file that takes several seconds to read. */
let slow: string;
let small: string;

beforeAll(async () => {
  const line = JSON.stringify({ entry: legacyEntry('e-ID') });
  function* lines() {
    yield '{"export":{"format":"trading-journal","accounts":0,"entries":300000}}\n';
    for (let index = 0; index < 300_000; index += 1) yield `${line.replace('ID', String(index))}\n`;
  }
  slow = await files.write('slow.ndjson', lines());
  small = await files.write(
    'small.db',
    await journalDatabase((db) => {
      for (let row = 0; row < 2000; row += 1) db.insert('journal', legacyEntry(`e-${row}`));
    }),
  );
});

/** A large text in parts. As one string it is garbage whose collection blocks a later test. */
function* repeated(begin: string, text: string, times: number, end = ''): Iterable<string> {
  const atOnce = Math.ceil(1_000_000 / text.length);
  const part = text.repeat(atOnce);
  yield begin;
  let left = times;
  for (; left >= atOnce; left -= atOnce) yield part;
  yield text.repeat(left) + end;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('A reader process', () => {
  // Earlier test files in this process may have left an idle reader.
  const before = readerProcesses();

  afterEach(() => readersEnded(before));

  it('is ended when it takes too long', async () => {
    const failure = await failureOf(reader.check({ path: slow, timeZone, limits: { seconds: 2 } }));
    expect(failure).toBeInstanceOf(LegacyFileError);
    expect((failure as Error).message).toContain('the file takes too long to read');
  });

  it('is ended when it takes too much memory, in buffers as in objects', async () => {
    const limits = { mebibytes: 300 };
    const database = await journalDatabase();
    // Base64 of whole groups of three bytes can be continued.
    const begin = Buffer.concat([database, Buffer.alloc(3 - (database.length % 3))]).toString('base64');
    const sparse = await files.write('sparse.txt', repeated(begin, 'AAAA', 40 * 1024 * 1024));
    const nested = await files.write('nested.json', repeated('{"journal":[', '[],', 10_000_000, '[]]}'));
    for (const path of [sparse, nested]) {
      const failure = await failureOf(reader.check({ path, timeZone, limits }));
      expect(failure).toBeInstanceOf(LegacyFileError);
      expect((failure as Error).message).toContain('takes more than 300 MiB of memory to read');
    }
  });

  it('does not load a database into memory', async () => {
    const sparse = await files.write('sparse.db', await journalDatabase());
    await truncate(sparse, 250 * 1024 * 1024);
    const file = await reader.check({ path: sparse, timeZone, limits: { mebibytes: 300 } });
    file.close();
    expect(file.journalCount).toBe(0);
  });

  it('refuses a database that changes while it is read', async () => {
    const growing = await files.write('growing.db', await readFile(small));
    const file = await reader.check({ path: growing, timeZone });
    await truncate(growing, (await stat(growing)).size + 4096);
    const reading = (async () => {
      for await (const entries of file.entries()) expect(entries.length).toBeGreaterThan(0);
    })();
    await expect(reading).rejects.toThrow('the file was changed while it was read');
    file.close();
  });

  it('refuses an NDJSON export that changes while it is read', async () => {
    const header = '{"export":{"format":"trading-journal","accounts":0,"entries":1}}';
    const line = JSON.stringify({ entry: legacyEntry('a') });
    const growing = await files.write('growing.ndjson', `${header}\n${line}\n`);
    const file = await reader.check({ path: growing, timeZone });
    await appendFile(growing, `${line}\n`);
    const reading = (async () => {
      for await (const entries of file.entries()) expect(entries.length).toBeGreaterThan(0);
    })();
    await expect(reading).rejects.toThrow('the file was changed while it was read');
    file.close();
  });

  it('rejects with the error of a progress callback', async () => {
    const journal = Array.from({ length: 1_000 }, (_, row) => legacyEntry(`e-${row}`));
    const path = await files.write('thousand.json', JSON.stringify({ journal }));
    const failure = new Error('the progress bar is gone');
    const checking = reader.check({ path, timeZone }, () => {
      throw failure;
    });
    await expect(checking).rejects.toBe(failure);
  });

  it('passes its errors to the caller with class and properties', async () => {
    const path = files.path('none.db');
    const missing = await failureOf(reader.check({ path }));
    expect(missing).toBeInstanceOf(LegacyFileError);
    expect(missing).toMatchObject({ code: 'LEGACY_FILE', name: 'LegacyFileError', path });
    await expect(reader.check({ path: small, timeZone: 'Mars/Olympus' })).rejects.toBeInstanceOf(
      TimeZoneError,
    );
  });

  it('names the path of its caller, also if a file beside the database is the problem', async () => {
    const path = await files.write('beside.db', await journalDatabase());
    await mkdir(`${path}-journal`);
    const failure = await failureOf(reader.check({ path }));
    expect(failure).toMatchObject({ code: 'LEGACY_FILE', path });
  });

  it('is ended by the signal of its caller, and rejects with the reason of the signal', async () => {
    const reason = new Error('the client has gone');
    const controller = new AbortController();
    const request = { path: slow, timeZone, signal: controller.signal };
    const checking = reader.check(request, () => controller.abort(reason));
    await expect(checking).rejects.toBe(reason);
    await expect(reader.check({ path: small, signal: controller.signal })).rejects.toBe(reason);
  });

  it('causes an error if it is killed', async () => {
    const checking = reader.check({ path: slow, timeZone }, () => {
      for (const pid of readerProcesses()) process.kill(pid, 'SIGTERM');
    });
    await expect(checking).rejects.toThrow('ended with SIGTERM');
  });

  it('ends when its parent is killed, even during work', async () => {
    const script = join(await compiledRepository(), 'test/browser/import/reader/read-for-ever.js');
    const env = { ...process.env, NODE_OPTIONS: '' };
    const parent = spawn(process.execPath, [script, slow], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    const children = readerProcesses(parent.pid ?? 0);
    expect(children.length).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    await until(() => !children.some(isAlive));
  });
});

/** Imports a file in a process of its own. */
async function measureImport(file: string, options: Partial<JournalImport> = {}): Promise<ImportMeasurement> {
  const script = join(await compiledRepository(), 'test/browser/import/reader/import-and-measure.js');
  const request = { file, email: application.newEmail(), timeZone, createUser: true, ...options };
  const { code, stdout, stderr } = await runCommand(process.execPath, [script, JSON.stringify(request)], {
    cwd: process.cwd(),
    env: { DATABASE_URL: application.url },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as ImportMeasurement;
}

describe('An import', () => {
  const line = JSON.stringify(legacyEntry('e'));
  const large: Record<string, () => Promise<string>> = {
    'with joined tables': () => Promise.resolve('test/fixtures/hostile/cross.db'),
    'with generated columns': () => Promise.resolve('test/fixtures/hostile/gen.db'),
    'with a view that never ends': () => Promise.resolve('test/fixtures/hostile/recursive.db'),
    'with empty lines of 150 MB': () =>
      files.write('empty.json', repeated('{"journal":[', '\n', 150_000_000)),
    'with a JSON text of 256 MiB': () => {
      const most = Math.floor((256 * 1024 * 1024 - 14) / (line.length + 1));
      return files.write('large.json', repeated('{"journal":[', `${line},`, most - 1, `${line}]}`));
    },
    'with many lines': () => Promise.resolve(slow),
  };

  it.each(Object.entries(large))(
    'never blocks the process that imports a file %s, and refuses the file',
    async (_, written) => {
      const { longestTurn, code } = await measureImport(await written(), { limits: { seconds: 5 } });
      expect(code).toBe('LEGACY_FILE');
      expect(longestTurn).toBeLessThan(50);
    },
  );

  it('never blocks the process that imports a file with 60,000 rows in another table', async () => {
    const database = await journalDatabase((db) => {
      db.run('CREATE TABLE side (id TEXT, value TEXT); BEGIN');
      for (let row = 0; row < 60_000; row += 1) db.run('INSERT INTO side VALUES (?, ?)', [`${row}`, '{}']);
      db.run('COMMIT');
    });
    const file = await files.write('side.db', database);
    const { longestTurn, notImported } = await measureImport(file);
    expect(longestTurn).toBeLessThan(50);
    expect(notImported).toMatchObject([{ table: 'side', rows: 60_000 }]);
  });

  it('never blocks the process that imports a file with control characters', async () => {
    const file = 'test/fixtures/hostile/escapes.db';
    const { longestTurn, code } = await measureImport(file, { skipInvalid: true });
    expect(code).toBeUndefined();
    expect(longestTurn).toBeLessThan(50);
  });

  it('refuses an overlong cell, and a file with too many problems or symbols', async () => {
    const long = await files.write(
      'long.json',
      JSON.stringify({ journal: [legacyEntry('e', { notes: 'x'.repeat(262_145) })] }),
    );
    await expect(application.import(long, application.newEmail())).rejects.toMatchObject({
      rejected: [{ row: 1, column: 'notes', reason: 'has more than 262144 characters' }],
    });
    const flood = await files.write(
      'flood.json',
      `{"journal":[${Array.from({ length: 30_000 }, () => '{"id":"","ts":"","account_id":"","type":"","amount":"x"}').join()}]}`,
    );
    await expect(application.import(flood, application.newEmail(), { skipInvalid: true })).rejects.toThrow(
      /has more than 100000 problems in its first \d+ rows/,
    );
    const symbols = Array.from({ length: 50_001 }, (_, n) => legacyEntry(`e-${n}`, { symbol: `S${n}` }));
    const many = await files.write('symbols.json', JSON.stringify({ journal: symbols }));
    await expect(application.import(many, application.newEmail())).rejects.toThrow(
      'has more than 50000 combinations of account, type and symbol',
    );
  });
});
