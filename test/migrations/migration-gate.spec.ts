// @slow: runs a linter for each migration
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { migrations } from '../../src/index.js';
import { checkMigrations } from '../../src/testing/index.js';

it('Every migration of the package passes the gate', async () => {
  const folder = join('src', 'migrations');
  const problems = await checkMigrations({ migrations, folder });

  expect(problems.map(({ message }) => message)).toEqual([]);
});
