import { tsImport } from 'tsx/esm/api';

/**
 * One server for the run: TEST_DATABASE_URL, or an embedded PostgreSQL of the version in
 * TEST_POSTGRES_VERSION (15 or 18). Jest loads this file without its transforms, so TypeScript is
 * imported through tsx.
 */
export default async function globalSetup() {
  const { startRun } = await tsImport('./start-run.ts', import.meta.url);
  const version = process.env.TEST_POSTGRES_VERSION === '15' ? '15' : '18';
  globalThis.testServer = await startRun(version);
}
