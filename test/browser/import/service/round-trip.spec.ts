// @slow: imports random journals
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ImportApplication } from '../../../support/import-application.js';
import { legacyRows } from '../../../support/legacy-arbitraries.js';
import { LegacyFolder, legacyForms } from '../../../support/legacy-journals.js';
import { rounds } from '../../../support/rounds.js';

const files = new LegacyFolder();
const application = new ImportApplication();

it('any journal gets equal content in the database from each of its three forms, also by a second import', async () => {
  await fc.assert(
    fc.asyncProperty(legacyRows, async (journal) => {
      const contents = [];
      for (const form of legacyForms) {
        const file = await files.write({ journal }, form);
        const email = application.newEmail();
        const first = await application.import(file, email);
        expect(first.entries).toEqual({
          read: journal.length,
          inserted: journal.length,
          unchanged: 0,
          rejected: 0,
        });
        const before = await application.snapshot();
        const second = await application.import(file, email);
        expect(second.entries).toMatchObject({ inserted: 0, unchanged: journal.length });
        expect(await application.snapshot()).toEqual(before);
        contents.push(await application.journalOf(email));
      }
      const [sqlite, base64, json] = contents;
      expect(base64).toEqual(sqlite);
      expect(json).toEqual(sqlite);
      expect(sqlite?.map(({ id }) => id)).toEqual(journal.map(({ id }) => id).sort());
      for (const row of journal) {
        const stored = sqlite?.find(({ id }) => id === row['id']);
        expect(Number(stored?.['amount'])).toBeCloseTo(Number(row['amount']), 7);
        expect(stored).toMatchObject({
          type: row['type'],
          account_id: row['account_id'],
          notes: row['notes'],
        });
        expect(stored).toMatchObject({ expiration: row['expiration'], symbol: row['symbol'] || null });
        expect(new Date(String(stored?.['ts'])).toISOString()).toBe(row['ts']);
      }
    }),
    { numRuns: rounds(8) },
  );
});

it('users whose entries have equal ids keep their own entries', async () => {
  const [one, other] = [application.newEmail(), application.newEmail()];
  const amounts = [
    [one, -1],
    [other, -2],
  ] as const;
  for (const [email, amount] of amounts) {
    const seed = { id: 'seed-1', ts: '2025-01-01T00:00:00.000Z', account_id: 'acct-1', type: 'fee', amount };
    await application.import(await files.write({ journal: [seed] }), email);
  }
  expect(await application.journalOf(one)).toMatchObject([{ id: 'seed-1', amount: -1 }]);
  expect(await application.journalOf(other)).toMatchObject([{ id: 'seed-1', amount: -2 }]);
});
