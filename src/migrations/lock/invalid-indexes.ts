import type { QueryRunner } from 'typeorm';

/** An index whose build was interrupted: PostgreSQL maintains it, but queries do not use it. */
export interface InvalidIndex {
  name: string;
  table: string;
}

/** The invalid indexes of the schema, except those being built at the moment. */
export async function invalidIndexes(queryRunner: QueryRunner): Promise<InvalidIndex[]> {
  return (await queryRunner.query(`
    SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS table
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT indisvalid AND relkind = 'i' AND relnamespace::regnamespace::name = ANY (current_schemas(false))
      AND indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
    ORDER BY 1`)) as InvalidIndex[];
}

export function invalidIndexText({ name, table }: InvalidIndex): string {
  return (
    `The index ${name} on ${table} is INVALID, because its build was interrupted: PostgreSQL maintains it, but queries do not use it. ` +
    `Rebuild it with \`REINDEX INDEX CONCURRENTLY ${name}\`, or drop it with \`DROP INDEX CONCURRENTLY ${name}\`.`
  );
}
