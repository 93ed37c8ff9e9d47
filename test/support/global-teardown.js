import { rm } from 'node:fs/promises';
import { join } from 'node:path';

export default async function globalTeardown() {
  // What a test file has compiled for all.
  await rm(join('.data', `compiled-${process.env.TEST_DATABASE_RUN}`), { recursive: true, force: true });
  await globalThis.testServer?.stop();
}
