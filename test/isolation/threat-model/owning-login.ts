import {
  JournalDataSource,
  UserScope,
  UsersRepository,
  dataSourceOptions,
  runMigrations,
} from '../../../src/index.js';
import { onServer } from '../../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import { as, createLogin, dropLogin } from '../../support/isolation.js';

/** Runs a statement in the scope of Anna. */
type AsAnna = (text: string) => Promise<Record<string, unknown>[]>;

/** Attacks an application with one URL, whose login owns the tables. */
export async function attackOwner(attack: (asAnna: AsAnna) => Promise<void>): Promise<void> {
  const database = await createTestDatabase({ empty: true });
  const login = await createLogin();
  const name = new URL(database.url).pathname.slice(1);
  await onServer(database.url, (client) => client.query(`ALTER DATABASE ${name} OWNER TO ${login}`));
  const url = as(database.url, login);
  await runMigrations({ ...database.settings, migrationUrl: url });
  const dataSource = new JournalDataSource(dataSourceOptions({ ...database.settings, url }));
  try {
    await dataSource.initialize();
    const scope = new UserScope(dataSource);
    const users = new UsersRepository(scope);
    const anna = await users.create({ email: 'anna@example.com', passwordHash: 'hash of anna' });
    await users.create({ email: 'bob@example.com', passwordHash: 'hash of bob' });
    await attack((text) => scope.run(anna.id, () => dataSource.query(text)));
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await database.drop();
    await dropLogin(login);
  }
}
