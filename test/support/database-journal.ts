import type { ModuleMetadata, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import type { DatabaseSettings } from '../../src/config/database.settings.js';
import {
  AccountsRepository,
  DatabaseModule,
  JournalRepository,
  UserScope,
  UsersRepository,
} from '../../src/index.js';
import type { NewEntry } from '../../src/index.js';
import { JournalFileReader } from '../../src/browser/import/reader/file-reader.js';
import { ImportedJournal } from '../../src/journal/imported-journal.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { connectOwner } from './owner.js';
import { fileReaderOfTests } from './file-reader-of-tests.js';

/** A Nest application with DatabaseModule and a test database. */
export interface JournalUnderTest {
  url: string;
  dataSource: DataSource;
  /** A connection of the tables' owner, who bypasses row-level security. */
  owner: DataSource;
  scope: UserScope;
  users: UsersRepository;
  accounts: AccountsRepository;
  journal: JournalRepository;
  imports: ImportedJournal;
  /** Creates a user with the accounts `acct-1` and `acct-2`. */
  newUser(): Promise<string>;
  /** Resolves any other provider of the application. */
  get<T>(token: Type<T> | string): T;
  /** Closes the application and drops the database. */
  close(): Promise<void>;
}

type Settings = Partial<DatabaseSettings>;

export async function startJournal(
  settings: Settings | ((database: TestDatabase) => Settings | Promise<Settings>) = {},
  modules: ModuleMetadata['imports'] = [],
  options: Parameters<typeof createTestDatabase>[0] = {},
): Promise<JournalUnderTest> {
  const database = await createTestDatabase(options);
  const own = typeof settings === 'function' ? await settings(database) : settings;
  const useFactory = () => ({ ...database.settings, ...own });
  const app = await Test.createTestingModule({
    imports: [DatabaseModule.forRootAsync({ useFactory }), ...modules],
  })
    .overrideProvider(JournalFileReader)
    .useFactory(fileReaderOfTests)
    .compile();
  app.useLogger(false);
  const [scope, users, accounts] = [
    app.get(UserScope),
    app.get(UsersRepository),
    app.get(AccountsRepository),
  ];
  const owner = await connectOwner(database.settings);
  let made = 0;
  return {
    url: database.url,
    dataSource: app.get(DataSource),
    owner,
    scope,
    users,
    accounts,
    journal: app.get(JournalRepository),
    imports: new ImportedJournal(scope),
    newUser: async () => {
      made += 1;
      const { id } = await users.create({ email: `trader-${made}@example.com` });
      await scope.run(id, async () => {
        await accounts.create({ id: 'acct-1', name: 'Taxable' });
        await accounts.create({ id: 'acct-2', name: 'IRA' });
      });
      return id;
    },
    get: (token) => app.get(token),
    close: async () => {
      await app.close();
      await owner.destroy();
      await database.drop();
    },
  };
}

/** A put sold on 5 January 2026; `different` overrides columns. */
export function putSold(different: Partial<NewEntry> = {}): NewEntry {
  return {
    ts: new Date('2026-01-05T15:30:00.123Z'),
    accountId: 'acct-1',
    type: 'sell_to_open',
    amount: '260.41309812',
    symbol: 'AAPL',
    qty: '2',
    strike: '180.5',
    expiration: '2026-01-16',
    meta: { leg: 'put' },
    ...different,
  };
}
