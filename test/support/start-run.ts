import { Logger } from '@nestjs/common';
import { startTestServer } from '../../src/testing/server/test-server.js';
import type { TestServer } from '../../src/testing/server/test-server.js';

/** Starts the server of a run, without the log of the template's migrations. */
export function startRun(version: '18' | '15'): Promise<TestServer> {
  Logger.overrideLogger(['warn', 'error', 'fatal']);
  return startTestServer({ version });
}
