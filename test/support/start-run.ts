import { Logger } from '@nestjs/common';
import { startTestServer } from '../../src/testing/server/test-server.js';
import type { TestServer } from '../../src/testing/server/test-server.js';

/** Starts the test server without logging the migrations of the template database. */
export function startRun(version: '18' | '15'): Promise<TestServer> {
  Logger.overrideLogger(['warn', 'error', 'fatal']);
  return startTestServer({ version });
}
