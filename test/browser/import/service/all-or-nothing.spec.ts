// @slow: imports a file for each test
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SchemaMissingError } from '../../../../src/driver/failures/connection.errors.js';
import { UserNotFoundError } from '../../../../src/users/user.errors.js';
import { ImportRejectedError } from '../../../../src/browser/import/import-errors.js';
import { TimeZoneError } from '../../../../src/browser/import/convert/time-zone.error.js';
import { LegacyFileError } from '../../../../src/browser/import/reader/legacy-file.error.js';
import { ImportApplication } from '../../../support/import-application.js';
import type { Snapshot } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const withoutTables = new ImportApplication({ empty: true });
const present = 'present@example.com';
let before: Snapshot;

beforeEach(async () => {
  await application.import(await files.write({ journal: [legacyEntry('a')] }), present);
  before = await application.snapshot();
});

const midnight = legacyEntry('midnight', { expiration: '2025-12-15T07:00:00.000Z' });

describe('nothing is written', () => {
  it.each([present, 'absent@example.com'])('if a single row is rejected, for %s', async (email) => {
    const journal = Array.from({ length: 1500 }, (_, index) => legacyEntry(`new-${index}`));
    const file = await files.write({ journal: [...journal, legacyEntry('bad', { type: 'gift' })] });
    await expect(application.import(file, email)).rejects.toThrow(ImportRejectedError);
    expect(await application.snapshot()).toEqual(before);
  });

  it('if a conflict is found after a thousand entries were inserted', async () => {
    const journal = Array.from({ length: 1500 }, (_, index) => legacyEntry(`new-${index}`));
    const file = await files.write({ journal: [...journal, legacyEntry('a', { amount: -2 })] });
    await expect(application.import(file, present)).rejects.toThrow(ImportRejectedError);
    expect(await application.snapshot()).toEqual(before);
  });

  it('if the database fails during the import', async () => {
    await application.sql(`ALTER TABLE journal ADD CONSTRAINT halfway CHECK (id <> 'new-1400')`);
    const journal = Array.from({ length: 1500 }, (_, index) => legacyEntry(`new-${index}`));
    const file = await files.write({ journal });
    try {
      await expect(application.import(file, 'absent@example.com', { skipInvalid: true })).rejects.toThrow(
        /halfway/,
      );
    } finally {
      await application.sql('ALTER TABLE journal DROP CONSTRAINT halfway');
    }
    expect(await application.snapshot()).toEqual(before);
  });

  it('if the user does not exist, and the import may not create users', async () => {
    const file = await files.write({ journal: [legacyEntry('b')] });
    const importing = application.import(file, 'absent@example.com', { createUser: false });
    await expect(importing).rejects.toThrow(UserNotFoundError);
    await expect(importing).rejects.toThrow(/absent@example\.com.*let the import do it/);
    expect(await application.snapshot()).toEqual(before);
  });

  it('if the address of the new user is invalid', async () => {
    const file = await files.write({ journal: [legacyEntry('b')] });
    await expect(application.import(file, 'nobody')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await application.snapshot()).toEqual(before);
  });

  it('if a required time zone is missing or invalid', async () => {
    const file = await files.write({ journal: [legacyEntry('b'), midnight] });
    const options = { timeZone: undefined, skipInvalid: true };
    await expect(application.import(file, present, options)).rejects.toThrow(TimeZoneError);
    await expect(application.import(file, present, { timeZone: 'Denver' })).rejects.toThrow(TimeZoneError);
    expect(await application.snapshot()).toEqual(before);
  });

  it('if the file is not a journal', async () => {
    for (const bytes of ['', 'hello', '{"journal": 1}'])
      await expect(application.import(await files.writeBytes(bytes), present)).rejects.toThrow(
        LegacyFileError,
      );
    expect(await application.snapshot()).toEqual(before);
  });
});

describe('a dry run', () => {
  const journal = [legacyEntry('b'), midnight, legacyEntry('gone', { account_id: 'acct-gone' })];

  it.each([
    [present, false],
    ['absent@example.com', true],
  ])('reports for %s the changes of the import, and writes nothing', async (email, created) => {
    const file = await files.write({ journal });
    const tried = await application.import(file, email, { dryRun: true });
    expect(await application.snapshot()).toEqual(before);
    expect(tried).toMatchObject({ dryRun: true, user: { email, created }, entries: { inserted: 3 } });
    expect(tried.verification.matches).toBe(true);
    expect(tried.accounts.created.map(({ id }) => id)).toContain('acct-gone');
    const done = await application.import(file, email);
    expect({ ...done, dryRun: true }).toEqual(tried);
    await application.sql('DELETE FROM users');
  });
});

it('a user is found by an address in any case', async () => {
  const report = await application.import(
    await files.write({ journal: [legacyEntry('a')] }),
    ' PRESENT@Example.com',
  );
  expect(report).toMatchObject({ user: { email: present, created: false }, entries: { unchanged: 1 } });
});

it('a database without tables is refused, with the advice to migrate it', async () => {
  const file = await files.write({ journal: [legacyEntry('a')] });
  await expect(withoutTables.import(file, present)).rejects.toThrow(SchemaMissingError);
});
