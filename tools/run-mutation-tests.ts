// Runs Stryker with one test server for all of its runs of Jest:
// `tsx tools/run-mutation-tests.ts --mutate PATTERN [--testFiles PATTERN]`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startTestServer } from '../src/testing/server/test-server.js';

const server = await startTestServer({ version: '18' });
try {
  const stryker = spawn('stryker', ['run', ...process.argv.slice(2)], { stdio: 'inherit' });
  const [code] = (await once(stryker, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await server.stop();
}
