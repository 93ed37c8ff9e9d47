import type { Client, QueryConfig } from 'pg';
import { QueryFailedError, TypeORMError } from 'typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { JournalDataSourceOptions } from '../data-source-options.js';
import { named } from '../scope/named-error.js';
import type { MappedStatement } from '../scope/mapped-query.js';
import type { ScopedPool } from '../scope/scoped-pool.js';
import { TextRow } from './row.js';
import type { RowMapper } from './row.js';
import { nameOf } from './statement-name.js';

/** A statement of this package, with its values as texts, and what becomes of its rows. */
export interface Statement<T> {
  text: string;
  values: (string | null)[];
  map: RowMapper<T>;
  /**
   * How the server is to plan it. `anew`: for just these values, as a plan for all values would be a bad one. `shared`: with one plan
   * for all values, as none could be better. Unless given, the server decides from the sixth time on; it plans anew as long as the costs
   * that it expects differ, be it by what the planning takes.
   */
  plan?: 'anew' | 'shared';
}

/**
 * Sends a statement in the scope of the moment, over the connection of the open unit of work or a pooled one.
 *
 * With `fastPath` it goes as a prepared statement whose rows are mapped as they come. Without, it goes as any other statement of
 * TypeORM's pool; the rows are the same.
 *
 * @throws QueryFailedError, as TypeORM does, and the errors of the scope
 */
export async function runStatement<T>(manager: EntityManager, statement: Statement<T>): Promise<T[]> {
  const { connection, queryRunner } = manager;
  const { text, values } = statement;
  const { fastPath, maxQueryExecutionTime } = connection.options as JournalDataSourceOptions;
  const { logger } = connection;
  const pool = queryRunner ? undefined : poolOf(connection);
  const borrowed = pool && ((fastPath ? pool.takeIdle() : undefined) ?? (await pool.connect()));
  const client = borrowed ?? ((await queryRunner?.connect()) as Client);
  const begun = Date.now();
  try {
    logger.logQuery(text, values, queryRunner);
    const { rows } = await (fastPath ? sendFast : sendPlainly)(client, statement);
    return rows;
  } catch (error) {
    logger.logQueryError(error as Error, text, values, queryRunner);
    throw named(new QueryFailedError(text, values, error as Error));
  } finally {
    borrowed?.release();
    const time = Date.now() - begun;
    if (maxQueryExecutionTime && time > maxQueryExecutionTime)
      logger.logQuerySlow(time, text, values, queryRunner);
  }
}

function poolOf({ driver }: DataSource): ScopedPool {
  const pool = (driver as PostgresDriver).master as ScopedPool | undefined;
  if (pool === undefined) throw new TypeORMError('The DataSource is not connected.');
  return pool;
}

interface Answer<T> {
  rows: T[];
}

function sendFast<T>(client: Client, { text, values, map, plan }: Statement<T>): Promise<Answer<T>> {
  const name = plan === 'anew' ? undefined : nameOf(text);
  const statement: MappedStatement = { name, text, values, mapRow: map, sharesPlan: plan === 'shared' };
  return client.query<T & object>(statement);
}

const asText = { getTypeParser: () => (text: string) => text };

async function sendPlainly<T>(client: Client, { text, values, map }: Statement<T>): Promise<Answer<T>> {
  const config: QueryConfig = { text, values, types: asText };
  const { rows } = await client.query<(string | null)[]>({ ...config, rowMode: 'array' });
  return { rows: rows.map((fields) => map(new TextRow(fields))) };
}
