// @slow: imports many bad files
import { readdirSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ImportRejectedError, JournalDatabaseError } from '../../../../src/index.js';
import type { JournalImport } from '../../../../src/index.js';
import { failureOf } from '../../../support/failure.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyBytes, legacyEntry } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
let right: string;
let database: Buffer;

beforeAll(async () => {
  right = await files.write({ journal: [legacyEntry('a')] });
  database = await readFile(right);
});

/** The texts of an error or a report that users of the application can see. */
function textsOf(result: unknown): string {
  if (!(result instanceof Error)) return JSON.stringify({ ...(result as object), file: undefined });
  expect(result).toBeInstanceOf(JournalDatabaseError);
  if (!(result instanceof ImportRejectedError)) return result.message;
  return `${result.message}\n${JSON.stringify([result.rejected, result.conflicts])}`;
}

function expectNoServerDetails(result: unknown): void {
  const texts = textsOf(result);
  expect(texts).not.toMatch(/--[a-z]/);
  expect(texts).not.toContain(files.path(''));
  expect(texts).not.toContain('node_modules');
}

const importing = (file: string, options: Partial<JournalImport> = {}) =>
  application.import(file, application.newEmail(), options);

const bytes = (content: Uint8Array | string) => async () => importing(await files.writeBytes(content));
const json = (...journal: unknown[]) => bytes(JSON.stringify({ journal }));
const storage = (dump: string) => async () =>
  importing(right, { localStorageFile: await files.writeBytes(dump) });
const header = '{"export":{"format":"trading-journal","accounts":0,"entries":1}}';

/** Imports that are refused, by the fault of the file. */
const refused: Record<string, () => Promise<unknown>> = {
  'no file': () => importing(files.path('none')),
  'a folder': async () => {
    await mkdir(files.path('folder'));
    return importing(files.path('folder'));
  },
  'a device': () => importing('/dev/null'),
  'an empty file': bytes(''),
  'a text': bytes('hello'),
  'a byte order mark alone': bytes('\ufeff'),
  'JSON in UTF-16': bytes(Buffer.from('\ufeff{"journal":[]}', 'utf16le')),
  'broken JSON': bytes('{"journal": ['),
  'another JSON': bytes('[]'),
  'NaN in JSON': bytes('{"journal":[{"amount":NaN}]}'),
  'a line of NDJSON that is no row': bytes(`${header}\n{}\n`),
  'broken base64': bytes(`U1FMaXRlIGZvcm1hdCAz${'-'.repeat(100)}`),
  'a truncated database': async () => bytes(database.subarray(0, 5000))(),
  'a corrupt database': async () => bytes(Buffer.from(database).fill(255, 100, 4096))(),
  'a database whose page size is impossible': async () => {
    const copy = Buffer.from(database);
    copy.writeUInt16BE(3, 16);
    return bytes(copy)();
  },
  'a database with a write-ahead log': async () => {
    const copy = Buffer.from(database);
    copy[18] = copy[19] = 2;
    const path = await files.writeBytes(copy, 'open');
    await copyFile(right, `${path}-wal`);
    return importing(path);
  },
  'too little time': () => importing(right, { limits: { seconds: 0.000_001 } }),
  'too little memory': async () => {
    const text = `{"journal":[${'[],'.repeat(5_000_000)}[]]}`;
    return importing(await files.writeBytes(text), { limits: { mebibytes: 256 } });
  },
  'limits that are no limits': () => importing(right, { limits: { seconds: Infinity, mebibytes: NaN } }),
  'an unknown time zone': () => importing(right, { timeZone: 'Mars/Olympus' }),
  'no time zone': async () =>
    importing(
      await files.write({ journal: [legacyEntry('a', { expiration: '2025-12-15T07:00:00.000Z' })] }),
      { timeZone: undefined },
    ),
  'an unknown user': () => importing(right, { createUser: false }),
  'an invalid email': () => application.import(right, 'nobody'),
  'an aborted signal': () => importing(right, { signal: AbortSignal.abort() }),
  'no dump': () => importing(right, { localStorageFile: files.path('none') }),
  'a folder as dump': () => importing(right, { localStorageFile: files.path('') }),
  'a broken dump': storage('{'),
  'another JSON as dump': storage('[1]'),
  'a dump in UTF-16': async () =>
    importing(right, { localStorageFile: await files.writeBytes(Buffer.from('{}', 'utf16le')) }),
  'rejected rows': json(
    legacyEntry('a', { type: 'gift', amount: 'NaN' }),
    legacyEntry('b', { amount: '1e999', ts: 'yesterday' }),
    legacyEntry('c', { symbol: 'A\0B', account_id: '' }),
    legacyEntry('d', { amount: 2 ** 70, expiration: '2025-02-30' }),
    legacyEntry('a'),
  ),
  'an infinite amount': async () =>
    importing(await files.write({ journal: [legacyEntry('a', { amount: Infinity })] })),
  conflicts: async () => {
    const email = application.newEmail();
    await application.import(right, email);
    const other = await files.write({ journal: [legacyEntry('a', { amount: -7 })] });
    return application.import(other, email);
  },
};

const hostile = readdirSync('test/fixtures/hostile');

describe('the message of an import of', () => {
  it.each(Object.entries(refused))('%s mentions no command option and no path', async (_, refusedImport) => {
    const before = await application.sql('SELECT count(*) FROM journal');
    const failure = await failureOf(refusedImport());
    expect(failure).toBeInstanceOf(JournalDatabaseError);
    expectNoServerDetails(failure);
    if (refusedImport !== refused['conflicts'])
      expect(await application.sql('SELECT count(*) FROM journal')).toEqual(before);
  });

  it.each(hostile)('the hostile file %s mentions no command option and no path', async (name) => {
    const path = files.path(name);
    await copyFile(`test/fixtures/hostile/${name}`, path);
    const result = await importing(path).catch((error: unknown) => error);
    expectNoServerDetails(result);
  });

  it.each([
    [{ dryrun: true }, 'dryrun is not an allowed property (found true)'],
    [{ dryRun: 'true' }, 'dryRun must be true or false (found "true")'],
  ])('the member %j of the request is refused by name', async (member, words) => {
    const error = await importing(right, member as object).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect((error as Error).message).toContain(words);
  });

  it.each<[JournalImport['limits'], string]>([
    [{ seconds: 0 }, 'limits.seconds must be a number of more than 0 and at most 2147483 (found 0)'],
    [{ seconds: 2_147_484 }, '(found 2147484)'],
    [{ mebibytes: 1.5 }, 'limits.mebibytes must be a whole number of at least 128 (found 1.5)'],
    [{ mebibytes: 127 }, '(found 127)'],
  ])('a file with the limits %j states the valid limits', async (limits, words) => {
    const error = await importing(right, { limits }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect((error as Error).message).toContain(words);
  });

  it.each([
    ['the journal', { file: 'a\0.db' }, 'LEGACY_FILE', 'Cannot read the journal: the file'],
    ['the dump', { localStorageFile: 'a\0.txt' }, 'LOCAL_STORAGE', 'The dump of localStorage'],
  ])('a path of %s with a NUL character names the character', async (_, paths, code, subject) => {
    // With this limit, the start of a read causes a different error.
    const options = { ...paths, limits: { seconds: 0.000_001 } };
    const error = await importing(right, options).catch((thrown: unknown) => thrown);
    expectNoServerDetails(error);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(
      `${subject} cannot be opened, because its path contains a NUL character; correct the path.`,
    );
  });

  it('a file with skipped rows mentions no command option and no path', async () => {
    const entries = [legacyEntry('a'), legacyEntry('b', { type: 'gift' })];
    const file = await files.writeBytes(await legacyBytes({ journal: entries }, 'json'));
    expectNoServerDetails(await importing(file, { skipInvalid: true }));
  });
});
