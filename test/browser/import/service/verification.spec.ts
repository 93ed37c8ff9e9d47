// @slow: imports a file for each test
import { afterEach, describe, expect, it } from '@jest/globals';
import { VerificationError } from '../../../../src/browser/import/import-errors.js';
import type { CheckedEntry } from '../../../../src/browser/import/check/check-file.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();

/** Adds a trigger that changes an entry when it is inserted. */
async function tamper(body: string): Promise<void> {
  await application.sql(`CREATE FUNCTION tamper() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.id = 'second' THEN ${body} END IF; RETURN NEW; END $$`);
  await application.sql(
    'CREATE TRIGGER tamper BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION tamper()',
  );
}

/** Fails the first COMMIT after the insert of an entry, as a serialization failure does. */
async function failOneCommit(): Promise<void> {
  await application.sql('CREATE SEQUENCE commits');
  await application.sql(`CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF nextval('commits') = 1 THEN RAISE 'serialization failure' USING ERRCODE = '40001'; END IF;
      RETURN NULL;
    END $$`);
  await application.sql(`CREATE CONSTRAINT TRIGGER fail_once AFTER INSERT ON journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_once()`);
}

afterEach(() => application.sql('DROP FUNCTION IF EXISTS tamper CASCADE'));

const journal = [
  legacyEntry('first'),
  legacyEntry('second'),
  legacyEntry('third', { symbol: null, type: 'transfer' }),
];

describe('an import whose stored rows differ from the sent rows', () => {
  it.each([
    [
      'an amount is off by the last of its decimals',
      'NEW.amount := NEW.amount + 0.00000001;',
      /-1\.29999999 in the/,
    ],
    [
      'an entry has another type',
      `NEW.type := 'correction';`,
      /type correction: 0 of 0\.00000000 in the file, 1 of/,
    ],
    ['an entry has no symbol', 'NEW.symbol := NULL;', /symbol none: 1 of .* 2 of/],
    ['two entries are exchanged', `NEW.id := 'other';`, /2 of .* in the database/],
  ])('fails and writes nothing if %s', async (_, body, message) => {
    const email = application.newEmail();
    const before = await application.snapshot();
    await tamper(body);
    const importing = application.import(await files.write({ journal }), email, { skipInvalid: true });
    await expect(importing).rejects.toThrow(VerificationError);
    await expect(importing).rejects.toThrow(message);
    await expect(importing).rejects.toThrow(/differ from those of the file; everything was rolled back/);
    expect(await application.snapshot()).toEqual(before);
  });

  it('fails and writes nothing if the database drops a row silently', async () => {
    const before = await application.snapshot();
    await tamper('RETURN NULL;');
    const importing = application.import(await files.write({ journal }), application.newEmail());
    await expect(importing).rejects.toThrow(VerificationError);
    expect(await application.snapshot()).toEqual(before);
  });

  it('also fails in a dry run', async () => {
    await tamper('NEW.amount := 1;');
    const importing = application.import(await files.write({ journal }), application.newEmail(), {
      dryRun: true,
    });
    await expect(importing).rejects.toThrow(VerificationError);
  });
});

describe('a fault between the file and the database', () => {
  const faults: [string, (checked: CheckedEntry[]) => CheckedEntry[]][] = [
    ['an entry is lost', (checked) => checked.slice(1)],
    [
      'an amount is converted wrongly',
      (checked) => checked.map((entry) => ({ ...entry, record: { ...entry.record, amount: '1.00' } })),
    ],
    [
      'entries change their account',
      (checked) => checked.map((entry) => ({ ...entry, record: { ...entry.record, accountId: 'acct-2' } })),
    ],
  ];

  it.each(faults)('fails the verification: %s', async (_, fault) => {
    const email = application.newEmail();
    const accounts = [
      { id: 'acct-1', name: 'Primary' },
      { id: 'acct-2', name: 'Second' },
    ];
    await application.import(await files.write({ accounts, journal: [] }), email);
    const checked = await application.check(await files.write({ accounts, journal }));
    async function* entries() {
      for await (const chunk of checked.entries()) yield fault([...chunk]);
    }
    const { verification } = await application.merge({ ...checked, entries }, email);
    checked.close();
    expect(verification.matches).toBe(false);
  });
});

it('the totals of the file, of the stored rows and of the skipped rows are exact', async () => {
  const rows = [
    legacyEntry('whole', { amount: 1.5 }),
    legacyEntry('noisy', { amount: '0.1000000000000000055' }),
    legacyEntry('deleted', { amount: 7, deleted_at: '2025-01-01 00:00:00' }),
    legacyEntry('wrong type', { amount: 4.25, type: 'gift' }),
    legacyEntry('no number', { amount: 'x' }),
    legacyEntry('long', { amount: `1.${'4'.repeat(500)}` }),
  ];
  const { totals } = await application.import(
    await files.writeBytes(JSON.stringify({ journal: rows })),
    application.newEmail(),
    { skipInvalid: true },
  );
  expect(totals).toEqual({
    file: { entries: 6, amount: '12.8500000000000000055', live: 5, liveAmount: '5.8500000000000000055' },
    stored: { entries: 3, amount: '8.60000000', live: 2, liveAmount: '1.60000000' },
    difference: { entries: 3, amount: '4.2500000000000000055', live: 3, liveAmount: '4.2500000000000000055' },
    leftOut: '4.25000000',
    withoutAmount: 2,
  });
});

it('the verification has counts and sums by account, type and symbol', async () => {
  const rows = [
    ...journal,
    legacyEntry('other', { account_id: 'acct-2', amount: 10.5, deleted_at: '2025-01-01 00:00:00' }),
  ];
  const { verification } = await application.import(
    await files.write({ journal: rows }),
    application.newEmail(),
  );
  const sum = (key: string | null, count: number, amount: string) => ({
    key,
    fileCount: count,
    fileAmount: amount,
    rounding: '0.00000000',
    databaseCount: count,
    databaseAmount: amount,
  });
  expect(verification).toEqual({
    matches: true,
    total: sum(null, 4, '8.55000000'),
    live: sum(null, 3, '-1.95000000'),
    byAccount: [sum('acct-1', 3, '-1.95000000'), sum('acct-2', 1, '10.50000000')],
    byType: [sum('fee', 3, '9.20000000'), sum('transfer', 1, '-0.65000000')],
    bySymbol: [sum('AAPL', 3, '9.20000000'), sum(null, 1, '-0.65000000')],
  });
});

describe('an import that runs again after a serialization failure', () => {
  afterEach(async () => {
    await application.sql('DROP FUNCTION fail_once CASCADE');
    await application.sql('DROP SEQUENCE commits');
  });

  it('expects the sums of the first run', async () => {
    const email = application.newEmail();
    const [first] = journal;
    await application.import(await files.write({ journal: [legacyEntry('first')] }), email);
    await failOneCommit();

    const conflicting = { ...first, amount: -7 };
    const file = await files.write({ journal: [conflicting, legacyEntry('second')] });
    const report = await application.import(file, email, { skipInvalid: true });

    expect(report).toMatchObject({
      entries: { inserted: 1, rejected: 1 },
      verification: { matches: true, total: { fileCount: 1, databaseCount: 1 } },
    });
    expect(await application.sql(`SELECT last_value::int AS commits FROM commits`)).toEqual([{ commits: 2 }]);
  });
});
