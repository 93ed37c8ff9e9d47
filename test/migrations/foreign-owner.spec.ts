// @slow: migrates a database
import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { JournalDataSource, migrationOptions, runMigrations } from 'trading-journal-database';
import { createTestDatabase } from 'trading-journal-database/testing';
import { readMigrationStatus } from '../../src/schema/status/migration-status.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { failureOf } from '../support/failure.js';

it('a login of migrations that does not own the tables, as after a restore without owners, is told so', async () => {
  const database = await createTestDatabase();
  const login = `not_owner_${randomBytes(4).toString('hex')}`;
  await onServer(database.url, (client) => client.query(`CREATE ROLE ${login} LOGIN PASSWORD 'secret'`));
  const migrationUrl = Object.assign(new URL(database.url), {
    username: login,
    password: 'secret',
  }).toString();
  const settings = { ...database.settings, migrationUrl };
  const dataSource = await new JournalDataSource(migrationOptions(settings)).initialize();
  try {
    const calls = [
      () => dataSource.runMigrations(),
      () => dataSource.undoLastMigration(),
      () => dataSource.showMigrations(),
      () => readMigrationStatus(dataSource),
      () => runMigrations(settings),
    ];
    for (const call of calls)
      expect(await failureOf(call())).toMatchObject({
        code: 'MIGRATIONS_UNREADABLE',
        message: expect.stringMatching(
          `"migrations" belongs to ${new URL(database.url).username}, and ${login} may not read it`,
        ),
      });
  } finally {
    await dataSource.destroy();
    await database.drop();
    await onServer(process.env['TEST_DATABASE_URL'] ?? '', (client) => client.query(`DROP ROLE ${login}`));
  }
});
