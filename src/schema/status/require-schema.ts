import type { DataSource } from 'typeorm';
import { SchemaMissingError } from '../../driver/connection.errors.js';

/** @throws SchemaMissingError if the tables do not exist */
export async function requireSchema(dataSource: DataSource): Promise<void> {
  const [row]: { present: boolean }[] = await dataSource.query(
    `SELECT to_regclass('journal') IS NOT NULL AS present`,
  );
  if (row?.present !== true) throw new SchemaMissingError();
}
