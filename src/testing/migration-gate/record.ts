import type { QueryRunner } from 'typeorm';
import type { Query } from '../../schema/catalog/describe-schema.js';
import { takeSnapshot } from './snapshot.js';
import type { Snapshot } from './snapshot.js';

/** A text that was sent to the server, and the catalog before and after it. */
export interface Sent {
  sql: string;
  before: Snapshot;
  after: Snapshot;
}

/** Records everything that `work` sends over a connection, including what TypeORM sends itself. */
export async function record(queryRunner: QueryRunner, work: () => Promise<void>): Promise<Sent[]> {
  const send = queryRunner.query.bind(queryRunner) as Send;
  const query: Query = (sql, parameters = []) => send(sql, [...parameters]);
  const sent: Sent[] = [];
  let before = await takeSnapshot(query);
  const recording: Send = async <T>(sql: string, parameters?: unknown[], useStructuredResult?: boolean) => {
    const result = await send<T>(sql, parameters, useStructuredResult);
    const after = await takeSnapshot(query);
    sent.push({ sql, before, after });
    before = after;
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
