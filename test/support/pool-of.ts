import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** The pool behind a DataSource, which TypeORM's types do not show. */
export function poolOf({ driver }: DataSource): Pool {
  return (driver as unknown as { master: Pool }).master;
}
