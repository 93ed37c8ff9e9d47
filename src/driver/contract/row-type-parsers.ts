import pg from 'pg';

const { builtins, getTypeParser } = pg.types;

/** The option `types` of pg, declared without @types/pg, which applications may not have. */
export interface RowTypeParsers {
  getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown;
}

/** pg's parsers, except that values of these types stay text. */
function keepText(...types: number[]): RowTypeParsers {
  return {
    getTypeParser: (type, format) =>
      types.includes(type) && format !== 'binary'
        ? (value) => value
        : (getTypeParser(type, format) as (value: string) => unknown),
  };
}

/**
 * Type parsers that match the generated row types. pg by default turns a `date` into a Date at
 * midnight in the time zone of the process, which is another day elsewhere; here it stays
 * `YYYY-MM-DD`. Decimals and 64-bit integers stay text, whatever `pg.types.setTypeParser` has set.
 *
 * @example
 * new Pool({ connectionString, types: rowTypeParsers });
 */
export const rowTypeParsers: RowTypeParsers = keepText(builtins.DATE, builtins.INT8, builtins.NUMERIC);

/** The parsers of foreign statements: decimals are exact, whatever `setTypeParser` has set. */
export const exactDecimals: RowTypeParsers = keepText(builtins.NUMERIC);
