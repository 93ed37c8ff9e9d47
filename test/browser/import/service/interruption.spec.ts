// @slow: imports a file for each test, and waits for processes to end
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AccountsRepository, UserScope, UsersRepository } from '../../../../src/index.js';
import type { ImportProgress } from '../../../../src/index.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../../support/legacy-journals.js';
import { readerProcesses, readersEnded } from '../../../support/reader-processes.js';
import { waitingForLock } from '../../../support/waiting-for-lock.js';
import { whileOpen } from '../../../support/while-open.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const journal = Array.from({ length: 3000 }, (_, index) => legacyEntry(`e-${index}`));
const interrupted = { code: 'IMPORT_INTERRUPTED', message: expect.stringContaining('nothing was written') };
let file: string;
/** Reader processes that earlier test files in this process may have left. */
let otherReaders: number[];

beforeAll(async () => {
  otherReaders = readerProcesses();
  file = await files.write({ journal });
});

/** Imports, and aborts at the first progress report that matches `when`. */
function aborted(email: string, when: (...progress: Parameters<ImportProgress>) => boolean) {
  const controller = new AbortController();
  return application.import(file, email, { signal: controller.signal }, (...progress) => {
    if (when(...progress)) controller.abort(new Error('the client has gone'));
  });
}

describe('an import whose signal is aborted', () => {
  it.each<[string, (...progress: Parameters<ImportProgress>) => boolean]>([
    ['while the file is checked', (phase) => phase === 'check'],
    ['while the first entries are stored', (phase) => phase === 'load'],
    ['when all entries are stored', (phase, done, total) => phase === 'load' && done === total],
  ])('%s leaves no rows and no process, and can be repeated', async (_, when) => {
    const before = await application.snapshot();
    const email = application.newEmail();
    await expect(aborted(email, when)).rejects.toMatchObject(interrupted);
    await readersEnded(otherReaders);
    expect(await application.snapshot()).toEqual(before);
    expect(await application.import(file, email)).toMatchObject({ entries: { inserted: 3000 } });
  });

  it('before its start reads nothing', async () => {
    const options = { signal: AbortSignal.abort() };
    const importing = application.import(files.path('nowhere'), application.newEmail(), options);
    await expect(importing).rejects.toMatchObject({ ...interrupted, cause: { name: 'AbortError' } });
  });

  it('while a statement waits for a lock ends immediately', async () => {
    const email = application.newEmail();
    await application.get(UsersRepository).create({ email });
    const controller = new AbortController();
    const held = 'SELECT FROM users WHERE email = $1 FOR UPDATE';
    await whileOpen(application.owner, held, [email], async () => {
      const importing = application.import(file, email, { signal: controller.signal });
      const refused = expect(importing).rejects.toMatchObject(interrupted);
      await waitingForLock(application.url);
      const start = performance.now();
      controller.abort();
      await refused;
      // The lock time-out is 10 s.
      expect(performance.now() - start).toBeLessThan(8_000);
    });
    expect(await application.journalOf(email)).toEqual([]);
  });

  it.each<[string, number, number]>([
    ['while entries are stored', 0, 1],
    // The reports for the last entries and for the end.
    ['when the reader has nothing more to do', 3000, 2],
  ])(
    '%s rolls back its part of a unit of work, and the rest can be committed',
    async (_, entries, reports) => {
      let seen = 0;
      const email = application.newEmail();
      const { id } = await application.get(UsersRepository).create({ email });
      const scope = application.get(UserScope);
      await scope.run(id, () =>
        scope.transactionWithAuth(async () => {
          await application.get(AccountsRepository).create({ id: 'mine', name: 'Mine' });
          const importing = aborted(email, (phase, done) => {
            if (phase === 'load' && done >= entries) seen += 1;
            return seen === reports;
          });
          await expect(importing).rejects.toMatchObject(interrupted);
        }),
      );
      expect(await application.journalOf(email)).toEqual([]);
      expect(await application.sql('SELECT id FROM accounts WHERE user_id = $1', [id])).toEqual([
        { id: 'mine' },
      ]);
    },
  );

  it('after its end changes nothing', async () => {
    const controller = new AbortController();
    const email = application.newEmail();
    await application.import(file, email, { signal: controller.signal });
    controller.abort();
    expect(await application.journalOf(email)).toHaveLength(3000);
  });
});
