import type { SchemaTables } from './rows.js';

/**
 * Kysely's `ColumnType`, which it knows by its properties; so that whoever does without Kysely need
 * not have it.
 */
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

/** The tables for `new Kysely<KyselyTables>(…)`. */
export type KyselyTables = {
  [Name in keyof SchemaTables]: Columns<
    SchemaTables[Name]['row'],
    SchemaTables[Name]['newRow'],
    SchemaTables[Name]['update']
  >;
};
