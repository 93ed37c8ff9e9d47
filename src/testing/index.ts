export { EmbeddedPostgresError } from '../embedded/embedded-postgres.error.js';
export { startTestServer } from './test-server.js';
export type { TestServer, TestServerOptions } from './test-server.js';
export { createTestDatabase } from './test-database.js';
export type { TestDatabase } from './test-database.js';
export { generateLegacyDatabase } from './legacy-database.js';
export type { LegacyDatabaseOptions } from './legacy-database.js';
