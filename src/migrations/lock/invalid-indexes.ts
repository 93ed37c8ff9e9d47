import type { QueryRunner } from 'typeorm';

/** An index that PostgreSQL maintains and does not use, as what built it was interrupted. */
export interface InvalidIndex {
  name: string;
  table: string;
}

/** The invalid indexes of the schema, without those that are being built at the moment. */
export async function invalidIndexes(queryRunner: QueryRunner): Promise<InvalidIndex[]> {
  return (await queryRunner.query(`
    SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS table
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT indisvalid AND relkind = 'i' AND relnamespace::regnamespace::name = ANY (current_schemas(false))
      AND indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
    ORDER BY 1`)) as InvalidIndex[];
}

/** What to tell of one. */
export function invalidIndexText({ name, table }: InvalidIndex): string {
  return (
    `The index ${name} on ${table} is INVALID: PostgreSQL keeps it up to date and does not use it, as building it was interrupted. ` +
    `Rebuild it with \`REINDEX INDEX CONCURRENTLY ${name}\`, or drop it with \`DROP INDEX CONCURRENTLY ${name}\`.`
  );
}
