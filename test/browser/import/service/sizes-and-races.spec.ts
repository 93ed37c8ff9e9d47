// @slow: imports large files
import { describe, expect, it } from '@jest/globals';
import { generateLegacyDatabase } from '../../../../src/testing/browser/legacy-database.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';
import { whileOpen } from '../../../support/while-open.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const impatient = new ImportApplication({ lockTimeout: 200 });

const entries = (count: number) => Array.from({ length: count }, (_, index) => legacyEntry(`e-${index}`));

describe('a journal', () => {
  it.each([0, 1, 999, 1000, 1001, 2000])('of %d entries is imported completely', async (count) => {
    const email = application.newEmail();
    const file = await files.write({ journal: entries(count) });
    const report = await application.import(file, email);
    expect(report.entries).toEqual({ read: count, inserted: count, unchanged: 0, rejected: 0 });
    expect(report.verification.total).toMatchObject({ fileCount: count, databaseCount: count });
    expect((await application.journalOf(email)).length).toBe(count);
  });

  it('may have links from its first entry to its last, in chains longer than a batch', async () => {
    const journal = Array.from({ length: 2500 }, (_, index) =>
      legacyEntry(`e-${index}`, {
        original_entry_id: index < 2499 ? `e-${index + 1}` : null,
        deleted_at: index === 0 ? null : '2025-01-01 00:00:00',
      }),
    );
    const email = application.newEmail();
    const report = await application.import(await files.write({ journal }), email);
    expect(report).toMatchObject({ entries: { inserted: 2500 }, changes: [] });
    const linked = (await application.journalOf(email)).filter(
      (entry) => entry['original_entry_id'] !== null,
    );
    expect(linked).toHaveLength(2499);
    const again = await application.import(await files.write({ journal }), email);
    expect(again).toMatchObject({ entries: { inserted: 0, unchanged: 2500 }, entryChanges: [] });
  });

  it('of the browser application is imported completely, with all of its quirks', async () => {
    const bytes = await generateLegacyDatabase({ trades: 1200, timeZone: 'Australia/Sydney' });
    const options = { timeZone: 'Australia/Sydney' };
    const file = await files.writeBytes(bytes);
    const report = await application.import(file, application.newEmail(), options);
    expect(report.entries.read).toBeGreaterThan(4000);
    expect(report.entries.inserted).toBe(report.entries.read);
    const kinds = new Set(report.changes.map(({ kind }) => kind));
    // Two entries of a trade were edited at the same time, so the copies cannot be assigned to the
    // originals.
    expect([...kinds].sort()).toEqual(['day', 'decoded', 'emptied', 'rounded', 'unmatched', 'wrapped']);
    for (const { kind, from, to } of report.changes) {
      // Midnight in Sydney is in the afternoon of the previous day in UTC.
      if (kind === 'day') expect(new Date(from).getTime()).toBeLessThan(new Date(to).getTime());
    }
  });
});

describe('two concurrent imports', () => {
  it('for one new user end in one copy', async () => {
    const email = application.newEmail();
    const file = await files.write({ journal: entries(1500) });
    const reports = await Promise.all([application.import(file, email), application.import(file, email)]);
    expect(reports.map(({ user }) => user.created).sort()).toEqual([false, true]);
    expect(reports.map((report) => report.entries.inserted).sort()).toEqual([0, 1500]);
    expect((await application.journalOf(email)).length).toBe(1500);
  });

  it('of one deletion in the browser delete the entry once', async () => {
    const email = application.newEmail();
    await application.import(await files.write({ journal: [legacyEntry('a'), legacyEntry('b')] }), email);
    const deleted = legacyEntry('a', { deleted_at: '2026-01-01T00:00:00.000Z', edit_reason: 'typo' });
    const file = await files.write({ journal: [deleted, legacyEntry('b')] });
    const imports = [application.import(file, email), application.import(file, email)];
    for (const outcome of await Promise.allSettled(imports))
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'IMPORT_BUSY' });
    expect(await application.import(file, email)).toMatchObject({ merged: { deleted: 0 } });
    expect(await application.journalOf(email)).toMatchObject([
      { id: 'a', deleted_at: '2026-01-01T00:00:00+00:00', edit_reason: 'typo' },
      { id: 'b', deleted_at: null },
    ]);
  });

  it('for different users do not affect each other', async () => {
    const emails = [application.newEmail(), application.newEmail()];
    const file = await files.write({ journal: entries(1500) });
    const reports = await Promise.all(emails.map((email) => application.import(file, email)));
    expect(reports.map((report) => report.entries.inserted)).toEqual([1500, 1500]);
  });

  it('for one user reject the second import with IMPORT_BUSY if the first takes too long', async () => {
    const email = impatient.newEmail();
    const file = await files.write({ journal: entries(1) });
    await whileOpen(impatient.owner, 'INSERT INTO users (email) VALUES ($1)', [email], () =>
      expect(impatient.import(file, email)).rejects.toMatchObject({ code: 'IMPORT_BUSY' }),
    );
    expect(await impatient.import(file, email)).toMatchObject({ entries: { inserted: 1 } });
  });
});
