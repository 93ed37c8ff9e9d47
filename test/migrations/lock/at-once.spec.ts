// @slow 20 s: starts several processes for each test
import { describe, expect, it } from '@jest/globals';
import { migrations, runMigrations } from '../../../src/index.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import { migratedState, undisturbed, withEmptyDatabase } from '../../support/migrated.js';
import { MigrationCommand, appliedBy, revertedBy } from '../../support/migration-cli.js';
import { asOwner } from '../../support/owner.js';
import { migrateUpTo } from '../../support/partly-migrated.js';
import { sampleMigrations } from '../../support/sample-migrations.js';

const four = Array.from({ length: 4 });
const ofPackage = migrations.map(({ name }) => name);
const ofSample = sampleMigrations.map(({ name }) => name);

describe('typeorm migration:run, four times concurrently', () => {
  const cli = new MigrationCommand();

  it('migrates a fresh database once', () =>
    withEmptyDatabase(async ({ url, settings }) => {
      const runs = await Promise.all(
        four.map(() => cli.run('package', ['migration:run'], { DATABASE_URL: url })),
      );

      expect(runs.filter(({ code }) => code !== 0)).toEqual([]);
      expect(runs.map(appliedBy).filter(({ length }) => length > 0)).toEqual([ofPackage]);
      expect(runs.filter(({ stdout }) => stdout.includes('No migrations are pending'))).toHaveLength(3);
      expect(await migratedState(settings)).toEqual(await undisturbed());
    }));

  it('builds indexes concurrently, although three other processes wait', async () => {
    const database = await createTestDatabase();
    const { url, settings } = database;
    const runs = await Promise.all(
      four.map(() => cli.run('sample', ['migration:run'], { DATABASE_URL: url })),
    );

    expect(runs.filter(({ code }) => code !== 0)).toEqual([]);
    expect(runs.map(appliedBy).filter(({ length }) => length > 0)).toEqual([ofSample]);
    expect(await migratedState(settings)).toEqual(await undisturbed({ migrations: sampleMigrations }));
    await database.drop();
  });

  const revert = (url: string) => cli.run('sample', ['migration:revert'], { DATABASE_URL: url });

  it('reverts one migration for each migration:revert', () =>
    withEmptyDatabase(async ({ url, settings }) => {
      await asOwner(settings, (owner) => owner.runMigrations(), { migrations: sampleMigrations });
      const runs = await Promise.all(ofSample.map(() => revert(url)));

      expect(runs.filter(({ code }) => code !== 0)).toEqual([]);
      expect(runs.flatMap(revertedBy).sort()).toEqual([...ofSample].sort());
      expect(await migratedState(settings)).toEqual(await undisturbed());
    }));

  it('reverts the last migration, and then nothing', () =>
    withEmptyDatabase(async ({ url, settings }) => {
      await migrateUpTo(settings, 1);
      const runs = await Promise.all([revert(url), revert(url)]);

      expect(runs.filter(({ code }) => code !== 0)).toEqual([]);
      expect(runs.flatMap(revertedBy)).toEqual(ofPackage.slice(0, 1));
      expect(runs.filter(({ stdout }) => stdout.includes('Nothing to revert'))).toHaveLength(1);
      expect(await migratedState(settings)).toEqual({ catalog: [], recorded: [] });
    }));
});

describe('several applications that migrate when they start', () => {
  it('migrate a fresh database once', () =>
    withEmptyDatabase(async ({ settings }) => {
      const applied = await Promise.all(
        four.map(() => runMigrations(settings, { migrations: sampleMigrations })),
      );

      expect(applied.filter(({ length }) => length > 0)).toEqual([[...ofPackage, ...ofSample]]);
      expect(await migratedState(settings)).toEqual(await undisturbed({ migrations: sampleMigrations }));
    }));
});
