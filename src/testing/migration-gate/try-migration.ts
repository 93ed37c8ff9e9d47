import type { MigrationInterface, QueryRunner } from 'typeorm';
import { describeSchema, namesInSchema, type SqlSource } from '../../schema/catalog/describe-schema.js';
import { compareSchemas } from '../../schema/drift/compare-schemas.js';
import type { SchemaDescription } from '../../schema/schema-description.js';
import { nameOf } from '../../migrations/lock/migration-order.js';
import { problemOf, type Direction, type MigrationProblem } from './problem.js';
import { takeSnapshot, type Send, type Snapshot } from './snapshot.js';
import { readStatements, type Statement } from './statements.js';

interface Schema extends SchemaDescription {
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
    const work = () => migration[direction](queryRunner) as Promise<void>;
    const sent = await record(queryRunner, work, isInTransaction);
    if (isInTransaction) await queryRunner.commitTransaction();
    return { migration: nameOf(migration), direction, isInTransaction, sent };
  } catch (error) {
    if (queryRunner.isTransactionActive) await queryRunner.rollbackTransaction();
    throw error;
  }
}

/** Everything in the schema, including TypeORM's table. Roles are not part of a schema. */
export async function readSchema(source: SqlSource): Promise<Schema> {
  const { relations, functions } = await namesInSchema(source);
  const description = await describeSchema(source, { relations: [...relations, 'migrations'], functions });
  const others = await source.query<{ name: string }[]>(`
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

/** One direction of a migration, and the statements that it sent. */
export interface Run {
  migration: string;
  direction: Direction;
  isInTransaction: boolean;
  sent: readonly Sent[];
}

/** A statement that was sent to the server, and the catalog before and after it. */
interface Sent {
  statement: Statement;
  before: Snapshot;
  after: Snapshot;
  isInTransaction: boolean;
}

/** Records everything that `work` sends over a connection, including what TypeORM sends itself. */
async function record(
  queryRunner: QueryRunner,
  work: () => Promise<void>,
  isInTransaction: boolean,
): Promise<Sent[]> {
  const send = queryRunner.query.bind(queryRunner) as Send;
  const sent: Sent[] = [];
  let before = await takeSnapshot(send);
  const note = async (statement: Statement, isInTransaction: boolean) => {
    const after = await takeSnapshot(send);
    sent.push({ statement, before, after, isInTransaction });
    before = after;
  };
  // PostgreSQL runs the statements of one text in one transaction.
  const sendEach = async (statements: readonly Statement[]): Promise<void> => {
    const isOwnTransaction = !queryRunner.isTransactionActive;
    if (isOwnTransaction) await queryRunner.startTransaction();
    try {
      for (const statement of statements) {
        await send(statement.source);
        await note(statement, true);
      }
      if (isOwnTransaction) await queryRunner.commitTransaction();
    } catch (error) {
      if (isOwnTransaction) await queryRunner.rollbackTransaction();
      throw error;
    }
  };
  const recording: Send = async <T>(sql: string, parameters?: unknown[], useStructuredResult?: boolean) => {
    const statements = await readStatements(sql);
    const isSplit = statements.length > 1 && (parameters ?? []).length === 0;
    if (isSplit) return (await sendEach(statements)) as T;
    const result = await send<T>(sql, parameters, useStructuredResult);
    for (const statement of statements) await note(statement, isInTransaction);
    return result;
  };
  queryRunner.query = recording;
  try {
    await work();
  } finally {
    queryRunner.query = send;
  }
  return sent;
}
