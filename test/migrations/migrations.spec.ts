import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrationOptions } from '../../src/data-source/data-source-options.js';
import { JournalDataSource, migrations } from '../../src/index.js';
import { queryOf } from '../support/query.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { describeAll } from '../support/described-schema.js';

describe('The migrations', () => {
  let database: TestDatabase;
  let dataSource: JournalDataSource;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    dataSource = new JournalDataSource({ ...migrationOptions(database.settings), logging: false });
    await dataSource.initialize();
    await dataSource.runMigrations();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('create equal schemas after going up, down and up again, and leave nothing in between', async () => {
    const before = await describeAll(dataSource);
    for (let undone = 0; undone < migrations.length; undone += 1) await dataSource.undoLastMigration();
    const between = await describeAll(dataSource);
    await dataSource.runMigrations();

    expect(before.relations.map(({ name }) => name)).toContain('journal');
    expect(between).toEqual({ ...before, relations: [], functions: [] });
    expect(await describeAll(dataSource)).toEqual(before);
  });

  it('create exactly the schema of the entities', async () => {
    const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();

    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(downQueries.map(({ query }) => query)).toEqual([]);
  });

  // TypeORM compares the names only.
  it('make the CHECKs and the predicates of indexes that the entities declare', async () => {
    const runner = dataSource.createQueryRunner();
    const textOf = async (sql: string, name: string) => {
      const [row] = await queryOf(runner)<{ text: string }>(sql, [name]);
      return row?.text;
    };
    const [declared, made]: [object[], object[]] = [[], []];
    await runner.startTransaction();
    for (const { tableName, checks, indices } of dataSource.entityMetadatas) {
      for (const { name, expression } of checks) {
        const read = 'SELECT pg_get_constraintdef(oid, true) AS text FROM pg_constraint WHERE conname = $1';
        await runner.query(`ALTER TABLE ${tableName} ADD CONSTRAINT declared CHECK (${expression})`);
        declared.push({ name, text: await textOf(read, 'declared') });
        made.push({ name, text: await textOf(read, name) });
        await runner.query(`ALTER TABLE ${tableName} DROP CONSTRAINT declared`);
      }
      for (const { name, where } of indices) {
        const read =
          'SELECT pg_get_expr(indpred, indrelid, true) AS text FROM pg_index WHERE indexrelid = $1::regclass';
        const condition = where === undefined ? '' : `WHERE ${where}`;
        await runner.query(`CREATE INDEX declared ON ${tableName} ((1)) ${condition}`);
        declared.push({ name, text: await textOf(read, 'declared') });
        made.push({ name, text: await textOf(read, name) });
        await runner.query('DROP INDEX declared');
      }
    }
    await runner.rollbackTransaction();
    await runner.release();

    expect(made.length).toBeGreaterThan(30);
    expect(made).toEqual(declared);
  });

  it('name every constraint and index explicitly', async () => {
    const { relations } = await describeAll(dataSource);
    const prefixes = {
      'primary key': 'pk_',
      'foreign key': 'fk_',
      check: 'chk_',
      'unique constraint': 'uq_',
    };
    const named = relations.flatMap(({ constraints, indexes }) => [
      ...constraints.map(({ name, type }) => ({
        name,
        prefix: type === 'exclusion constraint' ? 'none' : prefixes[type],
      })),
      ...indexes.map(({ name, isUnique }) => ({ name, prefix: isUnique ? 'uq_' : 'idx_' })),
    ]);

    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ name, prefix }) => !name.startsWith(prefix))).toEqual([]);
  });

  it('use no trigger, rule, function that reads or has privileges, enum type or extension, so that any managed PostgreSQL can run them', async () => {
    const rows: unknown[] = await dataSource.query(`
      SELECT 'trigger', tgname::text FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT 'rule', rulename::text FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class
        WHERE c.relnamespace = 'public'::regnamespace AND rulename <> '_RETURN'
      UNION ALL SELECT 'function', proname::text FROM pg_proc JOIN pg_language l ON l.oid = prolang
        WHERE pronamespace = 'public'::regnamespace
          AND (prosecdef OR provolatile <> 'i' OR lanname NOT IN ('sql', 'plpgsql', 'internal'))
      UNION ALL SELECT 'enum', typname::text FROM pg_type WHERE typtype = 'e'
      UNION ALL SELECT 'extension', extname::text FROM pg_extension WHERE extname <> 'plpgsql'`);

    expect(rows).toEqual([]);
  });

  it('are all applied in the database from which tests are cloned', async () => {
    const clone = await createTestDatabase();
    const cloned = new JournalDataSource({ ...migrationOptions(clone.settings), logging: false });
    await cloned.initialize();
    try {
      expect(await cloned.showMigrations()).toBe(false);
      expect(await describeAll(cloned)).toEqual(await describeAll(dataSource));
    } finally {
      await cloned.destroy();
      await clone.drop();
    }
  });
});
