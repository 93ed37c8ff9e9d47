// @slow: migrates a database for each test
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { migrations } from '../../src/index.js';
import { withEmptyDatabase } from '../support/migrated.js';
import type { CaseDatabase, MigrationCase } from '../support/migration-case.js';
import { migrateUpTo, revertLast, withQuery } from '../support/partly-migrated.js';

const folder = 'cases';
const timestamps = migrations.map(({ name }) => name.slice(-14));

describe('Each migration alone', () => {
  it('has a case', () => {
    expect(readdirSync(join(import.meta.dirname, folder)).sort()).toEqual(
      timestamps.map((digits) => `${digits}.ts`),
    );
  });

  it.each(migrations.map(({ name }, index) => [name, index + 1] as const))(
    '%s makes its changes on the way up and down, and keeps the existing rows',
    async (name, count) => {
      const loaded: unknown = await import(`./${folder}/${name.slice(-14)}.js`);
      const { migrationCase } = loaded as { migrationCase: MigrationCase };
      await withEmptyDatabase(async ({ settings }) => {
        const within = (work: (database: CaseDatabase) => Promise<void>) =>
          withQuery(settings, (query) => work({ settings, query }));
        await migrateUpTo(settings, count - 1);
        await within((database) => migrationCase.before(database));
        await migrateUpTo(settings, count);
        await within((database) => migrationCase.afterUp(database));
        await revertLast(settings, count);
        await within((database) => migrationCase.afterDown(database));
      });
    },
  );
});
