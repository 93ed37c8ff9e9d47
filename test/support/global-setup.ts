import 'reflect-metadata';
import { startTestServer } from '../../src/testing/test-server.js';
import type { TestServer } from '../../src/testing/test-server.js';

declare global {
  var testServer: TestServer | undefined;
}

/** One server for the run: TEST_DATABASE_URL, or an embedded PostgreSQL of the version in TEST_POSTGRES_VERSION (15 or 18). */
export default async function globalSetup(): Promise<void> {
  const version = process.env['TEST_POSTGRES_VERSION'] === '15' ? '15' : '18';
  globalThis.testServer = await startTestServer({ version });
}
