import pg from 'pg';

const { builtins, getTypeParser } = pg.types;

/** The option `types` of pg, declared without @types/pg, which applications may not have. */
export interface RowTypeParsers {
  getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown;
}

const { DATE, INT8, NUMERIC } = builtins;

/** The OIDs of array types, which pg does not name. Its parsers return numbers and Dates. */
const arrayOf: Readonly<Record<number, number>> = { [DATE]: 1182, [INT8]: 1016, [NUMERIC]: 1231 };
const textArray = 1009;

/** pg's parsers, except that values of these types stay text, also in arrays. */
function keepText(...types: number[]): RowTypeParsers {
  const arrays = types.map((type) => arrayOf[type]);
  return {
    getTypeParser: (type, format) => {
      if (types.includes(type) && format !== 'binary') return (value) => value;
      const parsed = arrays.includes(type) && format !== 'binary' ? textArray : type;
      return getTypeParser(parsed, format) as (value: string) => unknown;
    },
  };
}

/**
 * Type parsers that match the generated row types. pg by default turns a `date` into a Date at
 * midnight in the time zone of the process, which is another day elsewhere; here it stays
 * `YYYY-MM-DD`. Decimals and 64-bit integers stay text, whatever `pg.types.setTypeParser` has set.
 * Arrays of these types are arrays of texts.
 *
 * @example
 * new Pool({ connectionString, types: rowTypeParsers });
 */
export const rowTypeParsers: RowTypeParsers = keepText(DATE, INT8, NUMERIC);

/** The parsers of foreign statements: decimals are exact, whatever `setTypeParser` has set. */
export const exactDecimals: RowTypeParsers = keepText(NUMERIC);
