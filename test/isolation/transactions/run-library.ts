import 'reflect-metadata';
import {
  AccountsRepository,
  dataSourceOptions,
  JournalDataSource,
  JournalEntry,
  JournalRepository,
  UserScope,
} from '../../../src/index.js';
import { settingsOf } from '../../../src/testing/server/test-server.js';
import { connectOwner } from '../../support/owner.js';
import type { LibraryRun, LibraryTrial } from './library-run.js';
import { attempt, calls } from './trial.js';

// Runs in a child process: the libraries change prototypes of TypeORM, keep one storage for
// each process, and require Nest's ES modules, which Jest supports from Node 24.9 on.

const { library, url, userId, fastPath } = JSON.parse(process.argv[2] ?? '') as LibraryRun;
const settings = { ...settingsOf(url), fastPath };

const prepared = await prepare();
const dataSource = await new JournalDataSource(dataSourceOptions(settings)).initialize();
const owner = await connectOwner(settings);
const closeLibrary = await prepared.register(dataSource);
const scope = new UserScope(dataSource);
const journal = {
  userId,
  dataSource,
  owner,
  scope,
  accounts: new AccountsRepository(scope),
  journal: new JournalRepository(scope),
  entries: dataSource.getRepository(JournalEntry),
};
for (const surrounding of prepared.surroundings) {
  for (const call of calls) {
    for (const end of ['returns', 'throws'] as const) {
      const result = await scope.run(userId, () => attempt(journal, surrounding, call, end));
      console.log(JSON.stringify({ surrounding, call: call.name, end, result } satisfies LibraryTrial));
    }
  }
}
await closeLibrary();
await dataSource.destroy();
await owner.destroy();

async function prepare() {
  if (library === '@nestjs-cls/transactional') {
    const { startApplication, surroundings } = await import('./nestjs-cls.js');
    const register = async (registered: JournalDataSource) => {
      const app = await startApplication(registered);
      return () => app.close();
    };
    return { surroundings, register };
  }
  const { initialize, register: add, surroundings } = await import('./typeorm-transactional.js');
  initialize(library.endsWith('cls-hooked') ? 'cls-hooked' : 'AsyncLocalStorage');
  const register = (registered: JournalDataSource) => {
    add(registered);
    return Promise.resolve(() => Promise.resolve());
  };
  return { surroundings, register };
}
