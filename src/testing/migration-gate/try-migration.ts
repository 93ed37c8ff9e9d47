import type { MigrationInterface, QueryRunner } from 'typeorm';
import { describeSchema, namesInSchema, type SqlSource } from '../../schema/catalog/describe-schema.js';
import { compareSchemas } from '../../schema/drift/compare-schemas.js';
import type { SchemaDescription } from '../../schema/schema-description.js';
import { nameOf } from '../../migrations/lock/migration-order.js';
import { problemOf, type Direction, type MigrationProblem } from './problem.js';
import { readStatements, type Parser } from './statements.js';

interface Schema extends SchemaDescription {
  /** Objects that the description does not cover: types, sequences, extensions, schemas. */
  others: readonly string[];
}

/** Statements and problems of running a migration up, down and up again. */
export interface Trial {
  runs: Run[];
  problems: MigrationProblem[];
}

export async function tryMigration(
  queryRunner: QueryRunner,
  parser: Parser,
  migration: MigrationInterface,
): Promise<Trial> {
  const problems: MigrationProblem[] = [];
  const expect = async (expected: Schema, rule: string) => {
    const differences = differencesBetween(expected, await readSchema(queryRunner));
    problems.push(...differences.map((text) => problemOf(nameOf(migration), rule, text)));
  };
  // A migration outside a transaction may be interrupted before TypeORM records it. Then it runs
  // again from its beginning.
  const repeat = async (direction: Direction) => {
    if (migration.transaction !== false) return;
    await runOneWay(queryRunner, parser, migration, direction).catch((error: unknown) => {
      const reason = `It fails when it is run again, as after an interruption: ${(error as Error).message}`;
      problems.push(problemOf(nameOf(migration), 'not-repeatable', reason, { direction }));
    });
  };

  const before = await readSchema(queryRunner);
  const up = await runOneWay(queryRunner, parser, migration, 'up');
  const after = await readSchema(queryRunner);
  await repeat('up');
  await expect(after, 'not-repeatable');
  const down = await runOneWay(queryRunner, parser, migration, 'down');
  await repeat('down');
  await expect(before, 'not-reverted');
  await runOneWay(queryRunner, parser, migration, 'up');
  await expect(after, 'not-repeatable');
  return { runs: [up, down], problems };
}

/** Runs one direction as TypeORM does: in a transaction, unless the migration disables it. */
export async function runOneWay(
  queryRunner: QueryRunner,
  parser: Parser,
  migration: MigrationInterface,
  direction: Direction,
): Promise<Run> {
  const isInTransaction = migration.transaction !== false;
  if (isInTransaction) await queryRunner.startTransaction();
  try {
    const work = () => migration[direction](queryRunner) as Promise<void>;
    const sent = await record(queryRunner, parser, work, isInTransaction);
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
  /** With the comments before it. */
  sql: string;
  before: Snapshot;
  after: Snapshot;
  isInTransaction: boolean;
}

/** Records everything that `work` sends over a connection, including what TypeORM sends itself. */
async function record(
  queryRunner: QueryRunner,
  parser: Parser,
  work: () => Promise<void>,
  isInTransaction: boolean,
): Promise<Sent[]> {
  const send = queryRunner.query.bind(queryRunner) as Send;
  const sent: Sent[] = [];
  let before = await takeSnapshot(send);
  const note = async (sql: string, isInTransaction: boolean) => {
    const after = await takeSnapshot(send);
    sent.push({ sql, before, after, isInTransaction });
    before = after;
  };
  // PostgreSQL runs the statements of one text in one transaction.
  const sendEach = async (texts: readonly string[]): Promise<void> => {
    const isOwnTransaction = !queryRunner.isTransactionActive;
    if (isOwnTransaction) await queryRunner.startTransaction();
    try {
      for (const text of texts) {
        await send(text);
        await note(text, true);
      }
      if (isOwnTransaction) await queryRunner.commitTransaction();
    } catch (error) {
      if (isOwnTransaction) await queryRunner.rollbackTransaction();
      throw error;
    }
  };
  const recording: Send = async <T>(sql: string, parameters?: unknown[], useStructuredResult?: boolean) => {
    const texts =
      (parameters ?? []).length === 0 ? readStatements(parser, sql).map(({ source }) => source) : [];
    if (texts.length > 1) return (await sendEach(texts)) as T;
    const result = await send<T>(sql, parameters, useStructuredResult);
    await note(sql, isInTransaction);
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

type Send = <T>(sql: string, parameters?: unknown[], useStructuredResult?: boolean) => Promise<T>;

/** The tables of the catalog, and the locks of this session, at one moment. */
export type Snapshot = ReadonlyMap<string, TableState>;

export interface TableState {
  oid: string;
  schema: string;
  name: string;
  /** The number of the file with the rows, which changes when the table is rewritten. */
  file: string | null;
  columns: string[];
  /** Columns with a validated NOT NULL. */
  notNull: string[];
  /** Columns with a validated CHECK (… IS NOT NULL). */
  checkedNotNull: string[];
  indexes: string[];
  /** Unique indexes, including those of constraints. */
  uniqueIndexes: string[];
  /** Whether this session holds ACCESS EXCLUSIVE. */
  isLocked: boolean;
}

async function takeSnapshot(send: Send): Promise<Snapshot> {
  const rows = await send<TableState[]>(`
    SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, pg_relation_filenode(c.oid)::text AS file,
      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
      ARRAY(SELECT attname::text FROM pg_attribute a
        WHERE attrelid = c.oid AND attnum > 0 AND attnotnull AND NOT EXISTS (
          SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'n' AND conkey = ARRAY[a.attnum] AND NOT convalidated)
      ) AS "notNull",
      ARRAY(SELECT attname::text FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND EXISTS (
          SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'c' AND convalidated
            AND pg_get_constraintdef(pg_constraint.oid) = format('CHECK ((%I IS NOT NULL))', attname))
      ) AS "checkedNotNull",
      ARRAY(SELECT i.relname::text FROM pg_index JOIN pg_class i ON i.oid = indexrelid WHERE indrelid = c.oid) AS indexes,
      ARRAY(SELECT i.relname::text FROM pg_index JOIN pg_class i ON i.oid = indexrelid
        WHERE indrelid = c.oid AND indisunique) AS "uniqueIndexes",
      EXISTS (SELECT FROM pg_locks WHERE locktype = 'relation' AND relation = c.oid AND pid = pg_backend_pid() AND granted
        AND mode = 'AccessExclusiveLock') AS "isLocked"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`);
  return new Map(rows.map((row) => [row.oid, row]));
}
