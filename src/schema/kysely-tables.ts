import type { SchemaTables } from './rows.js';

/** Structurally Kysely's `ColumnType`, so that Kysely need not be installed. */
interface Column<Select, Insert, Update> {
  readonly __select__: Select;
  readonly __insert__: Insert;
  readonly __update__: Update;
}

type Columns<
  Row,
  NewRow extends { [Name in keyof Row]?: unknown },
  Update extends { [Name in keyof Row]?: unknown },
> = {
  [Name in keyof Row]: Column<Row[Name], NewRow[Name], Update[Name]>;
};

/**
 * The tables for Kysely.
 *
 * ```ts
 * const db = new Kysely<KyselyTables>({ dialect });
 * ```
 */
export type KyselyTables = {
  [Name in keyof SchemaTables]: Columns<
    SchemaTables[Name]['row'],
    SchemaTables[Name]['newRow'],
    SchemaTables[Name]['update']
  >;
};
