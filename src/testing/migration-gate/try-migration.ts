import type { MigrationInterface, QueryRunner } from 'typeorm';
import { queryOf, describeSchema, namesInSchema } from '../../schema/catalog/describe-schema.js';
import { compareSchemas } from '../../schema/drift/compare-schemas.js';
import type { SchemaDescription } from '../../schema/schema-description.js';
import type { Run } from './judge.js';
import { nameOf } from './names.js';
import { problemOf } from './problem.js';
import type { Direction, MigrationProblem } from './problem.js';
import { record } from './record.js';

export interface Schema extends SchemaDescription {
  /** Objects that the description does not cover: types, sequences, extensions, schemas. */
  others: readonly string[];
}

/** Statements and problems of running a migration up, down and up again. */
export interface Trial {
  runs: Run[];
  problems: MigrationProblem[];
}

export async function tryMigration(queryRunner: QueryRunner, migration: MigrationInterface): Promise<Trial> {
  const problems: MigrationProblem[] = [];
  const expect = async (expected: Schema, rule: string) => {
    const differences = differencesBetween(expected, await readSchema(queryRunner));
    problems.push(...differences.map((text) => problemOf(nameOf(migration), rule, text)));
  };
  // A migration outside a transaction may be interrupted before TypeORM records it. Then it runs
  // again from its beginning.
  const repeat = async (direction: Direction) => {
    if (migration.transaction !== false) return;
    await runOneWay(queryRunner, migration, direction).catch((error: unknown) => {
      const reason = `It fails when it is run again, as after an interruption: ${(error as Error).message}`;
      problems.push(problemOf(nameOf(migration), 'not-repeatable', reason, { direction }));
    });
  };

  const before = await readSchema(queryRunner);
  const up = await runOneWay(queryRunner, migration, 'up');
  const after = await readSchema(queryRunner);
  await repeat('up');
  await expect(after, 'not-repeatable');
  const down = await runOneWay(queryRunner, migration, 'down');
  await repeat('down');
  await expect(before, 'not-reverted');
  await runOneWay(queryRunner, migration, 'up');
  await expect(after, 'not-repeatable');
  return { runs: [up, down], problems };
}

/** Runs one direction as TypeORM does: in a transaction, unless the migration disables it. */
export async function runOneWay(
  queryRunner: QueryRunner,
  migration: MigrationInterface,
  direction: Direction,
): Promise<Run> {
  const isInTransaction = migration.transaction !== false;
  if (isInTransaction) await queryRunner.startTransaction();
  try {
    const sent = await record(queryRunner, () => migration[direction](queryRunner) as Promise<void>);
    if (isInTransaction) await queryRunner.commitTransaction();
    return { migration: nameOf(migration), direction, isInTransaction, sent };
  } catch (error) {
    if (queryRunner.isTransactionActive) await queryRunner.rollbackTransaction();
    throw error;
  }
}

/** Everything in the schema, including TypeORM's table. Roles are not part of a schema. */
export async function readSchema(queryRunner: QueryRunner): Promise<Schema> {
  const query = queryOf(queryRunner);
  const { relations, functions } = await namesInSchema(query);
  const description = await describeSchema(query, { relations: [...relations, 'migrations'], functions });
  const others = await query<{ name: string }>(`
    SELECT 'type ' || typname AS name FROM pg_type
      WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'd', 'r')
    UNION ALL SELECT 'sequence ' || relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'
    UNION ALL SELECT 'extension ' || extname FROM pg_extension
    UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
    ORDER BY 1`);
  return { ...description, roles: [], others: others.map(({ name }) => name) };
}

export function differencesBetween(expected: Schema, found: Schema): string[] {
  return [
    ...compareSchemas(expected, found).map(({ message }) => message),
    ...expected.others.filter((name) => !found.others.includes(name)).map((name) => `missing ${name}`),
    ...found.others.filter((name) => !expected.others.includes(name)).map((name) => `unexpected ${name}`),
  ];
}
