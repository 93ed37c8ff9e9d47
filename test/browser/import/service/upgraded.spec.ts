// @slow: imports a file in many steps
import { expect, it } from '@jest/globals';
import { legacyDatabase } from '../../../../src/testing/browser/legacy-database-builder.js';
import { corrected, localStorageDump, soldPut } from '../../../support/browser-storage.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, firstSchema, legacyEntry } from '../../../support/legacy-journals.js';
import type { LegacyCells } from '../../../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();

const added = ['deleted_at', 'edited_by', 'edit_reason', 'original_entry_id'];

/**
 * A database of the first version, upgraded by a later one: SQLite refuses to add `created_at` and
 * `updated_at`, whose default is not constant.
 */
async function upgraded(journal: readonly LegacyCells[]): Promise<string> {
  const bytes = await legacyDatabase((db) => {
    for (const statement of firstSchema) db.run(statement);
    for (const column of added) db.run(`ALTER TABLE journal ADD COLUMN ${column} TEXT DEFAULT NULL`);
    db.insert('accounts', { id: 'acct-1', name: 'Primary' });
    for (const row of journal) db.insert('journal', row);
  });
  return files.writeBytes(bytes);
}

const deleted = (at: string): LegacyCells => ({ deleted_at: at, edit_reason: 'User deleted' });

it('a row that was restored in a database without `updated_at` is live after the next import', async () => {
  const email = application.newEmail();
  const importing = async (cells: LegacyCells) =>
    application.import(await upgraded([legacyEntry('kept'), legacyEntry('row', cells)]), email);
  const first = await importing(deleted('2025-12-01T10:00:00.000Z'));
  expect(first.missingColumns).toEqual(['created_at', 'updated_at']);

  const restored = await importing({});
  expect(restored).toMatchObject({ merged: { restored: 1 }, totals: { stored: { live: 2 } } });
  expect(await importing({})).toMatchObject({ merged: { restored: 0 }, entryChanges: [] });

  const again = await importing(deleted('2025-12-02T10:00:00.000Z'));
  expect(again).toMatchObject({ merged: { deleted: 1 }, totals: { stored: { live: 1 } } });
  expect(await importing({})).toMatchObject({ merged: { restored: 1 }, totals: { stored: { live: 2 } } });
});

it('a row that is deleted before an import corrects its expiration is deleted by the next import', async () => {
  const email = application.newEmail();
  const wheel_dte_overrides = corrected('2025-12-19');
  const localStorageFile = await files.writeBytes(localStorageDump({ wheel_dte_overrides }), 'dump');
  const importing = async (cells: LegacyCells) => {
    const [sale = {}, ...others] = soldPut('put');
    return application.import(await upgraded([{ ...sale, ...cells }, ...others]), email, {
      localStorageFile,
    });
  };
  expect((await importing({})).localStorage?.expirations).toMatchObject([{ amended: ['put', 'put-end'] }]);

  const next = await importing(deleted('2025-12-01T10:00:00.000Z'));
  expect(next).toMatchObject({ merged: { deleted: 1 }, totals: { stored: { live: 2 } } });
  expect(await importing(deleted('2025-12-01T10:00:00.000Z'))).toMatchObject({ merged: { deleted: 0 } });
  expect(await importing({})).toMatchObject({ merged: { restored: 1 }, totals: { stored: { live: 3 } } });
});

it('saved files from before the first import are merged in their order', async () => {
  const email = application.newEmail();
  const first = deleted('2025-12-01T10:00:00.000Z');
  const second = deleted('2025-12-02T10:00:00.000Z');
  for (const [cells, live] of [
    [{}, 1] as const,
    [first, 0] as const,
    [{}, 1] as const,
    [second, 0] as const,
  ]) {
    await application.import(await upgraded([legacyEntry('row', cells)]), email);
    expect(
      await application.sql(
        `SELECT count(*)::integer AS live FROM journal JOIN users ON users.id = user_id
         WHERE email = $1 AND deleted_at IS NULL`,
        [email],
      ),
    ).toEqual([{ live }]);
  }
});
