import pg from 'pg';

const { builtins, getTypeParser } = pg.types;

/**
 * What pg takes as `types`, said without its types: whoever installs this package may not have
 * them.
 */
export interface RowTypeParsers {
  getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown;
}

/**
 * How pg has to read values for the row types to be true: `new Pool({ …, types: rowTypeParsers })`.
 * By itself it makes of a `date` a Date at midnight in the time zone of the process, which is
 * another day elsewhere; here it stays `YYYY-MM-DD`.
 */
export const rowTypeParsers: RowTypeParsers = {
  getTypeParser: (type, format) =>
    type === Number(builtins.DATE) && format !== 'binary'
      ? (value) => value
      : (getTypeParser(type, format) as (value: string) => unknown),
};
