import pg from 'pg';

const { builtins, getTypeParser } = pg.types;

/** The option `types` of pg, declared without @types/pg, which applications may not have. */
export interface RowTypeParsers {
  getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown;
}

/**
 * Type parsers that match the generated row types. pg by default turns a `date` into a Date at
 * midnight in the time zone of the process, which is another day elsewhere; here it stays
 * `YYYY-MM-DD`.
 *
 * @example
 * new Pool({ connectionString, types: rowTypeParsers });
 */
export const rowTypeParsers: RowTypeParsers = {
  getTypeParser: (type, format) =>
    type === Number(builtins.DATE) && format !== 'binary'
      ? (value) => value
      : (getTypeParser(type, format) as (value: string) => unknown),
};
