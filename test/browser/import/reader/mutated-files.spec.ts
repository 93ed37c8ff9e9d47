// @slow 40 s: imports random files
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { convertEntry } from '../../../../src/browser/import/convert/convert-entry.js';
import { TypedDays } from '../../../../src/browser/import/convert/typed-days.js';
import type { LegacyRow } from '../../../../src/browser/import/read/legacy-source.js';
import type { EntryRecord } from '../../../../src/journal/new-entry.js';
import { ImportApplication } from '../../../support/import-application.js';
import type { StoredRow } from '../../../support/import-application.js';
import { mutated } from './mutated-databases.js';
import { SecondReader } from './second-reader.js';
import { temporaryFiles } from '../read/legacy-files.js';
import { rounds } from '../../../support/rounds.js';

// Each file starts a reader process.
const count = rounds(60);
const firstSeed = Number(process.env['FILE_MUTATIONS_SEED'] ?? 1);
if (!Number.isSafeInteger(firstSeed)) throw new Error('FILE_MUTATIONS_SEED must be a whole number');

const timeZone = 'America/Denver';
const application = new ImportApplication();
const files = temporaryFiles();
/** Two imports run at once in the one process of the service. */
const lanes = ['mutated-1.db', 'mutated-2.db'].map((name) => ({ name, secondReader: new SecondReader() }));
type Lane = (typeof lanes)[number];
let original: Buffer;

beforeAll(async () => {
  original = await readFile(join('test', 'fixtures', 'options-tracker.db'));
});
afterAll(() => lanes.forEach(({ secondReader }) => secondReader.close()));

/** Number of files after which the database is emptied. Each file has a user of its own. */
const filesPerBatch = 100;

const refusals = ['LEGACY_FILE', 'IMPORT_REJECTED', 'TIME_ZONE'];
/** Time limit for a file of 150 KiB, after which it counts as never ending. */
const limits = { seconds: 20, mebibytes: 1024 };

async function outcomeOf(seed: number, { name, secondReader }: Lane): Promise<string> {
  const { bytes, mutations } = await mutated(original, seed);
  const file = files.path(name);
  await writeFile(file, bytes);
  const email = `seed-${seed}@example.com`;
  const options = { timeZone, limits, skipInvalid: seed % 3 === 0 };
  const what = `seed ${seed} (${mutations.join(', ')})`;
  try {
    const { entries } = await application.import(file, email, options);
    const stored = await storedOf(email);
    if (stored.length !== entries.inserted)
      return `${what}: ${stored.length} of ${entries.inserted} are stored`;
    const accepted = entries.read - entries.rejected;
    if (stored.length !== accepted)
      return `${what}: ${accepted} rows were accepted, ${stored.length} are stored`;
    const difference = differenceFrom(await secondReader.read(file), stored);
    return difference === undefined ? 'imported' : `${what}: ${difference}`;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const left = await application.sql('SELECT 1 FROM users WHERE email = $1', [email]);
    if (left.length > 0) return `${what}: a part is left after ${message}`;
    if (!refusals.includes(code ?? '') || /limit of (time|memory)/.test(message))
      return `${what}: ${message}`;
    return code ?? '';
  }
}

function storedOf(email: string): Promise<StoredRow[]> {
  return application.sql(
    `SELECT journal.id, ts, account_id, symbol, type, qty, amount, strike, expiration::text, underlying_price,
            notes, meta, journal.deleted_at, edited_by, edit_reason, original_entry_id, journal.created_at
     FROM journal JOIN users ON users.id = user_id WHERE email = $1`,
    [email],
  );
}

/** Differences between the stored rows and the rows that another SQLite reader returns. */
function differenceFrom(rows: readonly LegacyRow[], stored: readonly StoredRow[]): string | undefined {
  const calendar = new TypedDays(timeZone);
  const expected = new Map<unknown, EntryRecord[]>();
  for (const row of rows) {
    const { record } = convertEntry(row, 1, calendar);
    expected.set(record.id, [...(expected.get(record.id) ?? []), record]);
  }
  const different = stored.find((row) => !expected.get(row['id'])?.some((record) => isStoredAs(record, row)));
  return different && `${JSON.stringify(different)} is not ${JSON.stringify(expected.get(different['id']))}`;
}

function isStoredAs(record: EntryRecord, row: StoredRow): boolean {
  const isUnlinked = Boolean(record.originalEntryId) && row['original_entry_id'] === null;
  const expected: StoredRow = {
    ...row,
    ts: record.ts,
    account_id: record.accountId,
    symbol: record.symbol,
    type: record.type,
    qty: record.qty,
    amount: record.amount,
    strike: record.strike,
    expiration: record.expiration,
    underlying_price: record.underlyingPrice,
    notes: record.notes,
    meta: isUnlinked ? { ...record.meta, legacyOriginalEntryId: record.originalEntryId } : record.meta,
    deleted_at: record.deletedAt ?? null,
    edited_by: record.editedBy ?? null,
    edit_reason: record.editReason ?? null,
    ...(record.originalEntryId && !isUnlinked && { original_entry_id: record.originalEntryId }),
    ...(record.createdAt && { created_at: record.createdAt }),
  };
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
  return isDeepStrictEqual(plain(expected), plain(row));
}

it(
  'damaged files are refused, or imported with the rows that another reader returns',
  async () => {
    const outcomes = new Map<string, number>();
    const wrong: string[] = [];
    const tryFile = async (seed: number, lane: Lane) => {
      const outcome = await outcomeOf(seed, lane).catch((error: unknown) => `seed ${seed}: ${String(error)}`);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome === 'imported' || refusals.includes(outcome)) return;
      wrong.push(outcome);
      if (count > 1000) console.log(outcome.slice(0, 3000));
    };
    const end = firstSeed + count;
    for (let first = firstSeed; first < end; first += filesPerBatch) {
      let next = first;
      const work = async (lane: Lane) => {
        while (next < Math.min(first + filesPerBatch, end)) await tryFile(next++, lane);
      };
      await Promise.all(lanes.map(work));
      await application.sql('TRUNCATE users CASCADE');
      if (count > 1000) console.log(next, Object.fromEntries(outcomes));
    }
    if (count > 1000) console.log(Object.fromEntries(outcomes));
    expect(wrong).toEqual([]);
    expect(outcomes.get('imported')).toBeGreaterThan(0);
    expect(outcomes.get('LEGACY_FILE')).toBeGreaterThan(0);
  },
  600_000 + count * 5000,
);
