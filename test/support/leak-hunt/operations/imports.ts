import { expect } from '@jest/globals';
import { ImportRejectedError } from '../../../../src/index.js';
import { legacyBytes, legacyEntry } from '../../legacy-journals.js';
import type { LegacyForm } from '../../legacy-journals.js';
import { expectError, expectLostConnection } from '../expected-failures.js';
import { interruptProcess } from '../outside.js';
import type { HuntedEntry, Operation, Operations, Trader } from '../trader.js';

function asLegacy({ id, ts, accountId, amount, notes }: HuntedEntry) {
  return legacyEntry(id, { ts: ts.toISOString(), account_id: accountId, amount: Number(amount), notes });
}

async function fileOf(trader: Trader, entries: readonly HuntedEntry[], form: LegacyForm): Promise<string> {
  return trader.hunted.write(await legacyBytes({ accounts: [], journal: entries.map(asLegacy) }, form));
}

const twoEntries = (trader: Trader) => [trader.newEntry(), trader.newEntry()];
const timeZone = 'America/Denver';

function importing(form: LegacyForm): Operation {
  return async (trader) => {
    const { importer } = trader.hunted;
    const entries = twoEntries(trader);
    const request = { file: await fileOf(trader, entries, form), email: trader.email, timeZone };
    const tried = await importer.import({ ...request, dryRun: true });
    expect(tried.entries).toMatchObject({ inserted: 2, unchanged: 0 });
    const done = await importer.import(request);
    expect(done.entries).toMatchObject({ inserted: 2, unchanged: 0 });
    trader.has(...entries);
    const again = await importer.import(request);
    expect(again.entries).toMatchObject({ inserted: 0, unchanged: 2 });
  };
}

class Undone extends Error {}

/** Imports. The importer signs in and opens the scope of the file's user. */
export const imports: Operations = {
  'import of JSON': importing('json'),

  'import of SQLite': importing('sqlite'),

  'import that is refused': async (trader) => {
    const [good, bad] = [trader.newEntry(), { ...trader.newEntry(), accountId: '' }];
    const file = await fileOf(trader, [good, bad], 'json');
    const refused = trader.hunted.importer.import({ file, email: trader.email, timeZone });
    await expectError(refused, ImportRejectedError);
  },

  'import that is undone': async (trader) => {
    const file = await fileOf(trader, twoEntries(trader), 'json');
    const undone = trader.unit(async () => {
      await trader.hunted.importer.import({ file, email: trader.email, timeZone });
      throw new Undone('undone');
    });
    await expectError(undone, Undone);
  },

  'import whose session is killed': async (trader) => {
    const file = await fileOf(trader, twoEntries(trader), 'json');
    const lost = trader.unitOnce(async () => {
      await trader.hunted.importer.import({ file, email: trader.email, timeZone });
      const [row] = await trader.query('SELECT pg_backend_pid() AS pid');
      await interruptProcess(trader.hunted, row?.['pid'], 'pg_terminate_backend');
      await trader.query('SELECT id FROM journal');
    });
    await expectLostConnection(lost);
  },
};
