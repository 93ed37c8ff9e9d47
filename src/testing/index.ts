export { EmbeddedPostgresError } from '../embedded/embedded-postgres.error.js';
export { startTestServer, type TestServer, type TestServerOptions } from './server/test-server.js';
export { createTestDatabase, type TestDatabase } from './server/test-database.js';
export { generateLegacyDatabase, type LegacyDatabaseOptions } from './browser/legacy-database.js';
export { makeAccount, makeEntry, makeTrade, makeUser } from './samples/factories.js';
export { generateJournal, type SampleJournalOptions } from './samples/sample-journal.js';
export { sampleAccounts } from './samples/sample-market.js';
export { checkMigrations, type MigrationCheckOptions } from './migration-gate/check-migrations.js';
export type { Direction, MigrationProblem } from './migration-gate/problem.js';
