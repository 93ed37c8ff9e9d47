import type { DataSource, EntityManager, EntityMetadata, ObjectLiteral } from 'typeorm';
import { oncePerDataSource, driverOf } from './run-statement.js';
import type { RowMapper } from '../contract/contract.js';
import type { Row } from '../contract/row.js';

/** The columns of an entity, and a mapper for rows with these columns in this order. */
interface EntityRows<T> {
  /** The column list of a SELECT. */
  columns: string;
  properties: readonly string[];
  /** Builds an instance of the entity's class. */
  map: RowMapper<T>;
}

/**
 * Readers by column type. Types without a JavaScript type that holds every value stay in
 * PostgreSQL's text format.
 */
const readers: Readonly<Record<string, Reader>> = {
  'timestamp with time zone': 'instant',
  timestamptz: 'instant',
  jsonb: 'json',
  numeric: 'ascii',
  text: 'text',
  uuid: 'ascii',
  date: 'ascii',
  bigint: 'ascii',
  integer: 'integer',
  boolean: 'flag',
};

type Reader = keyof Pick<Row, 'text' | 'ascii' | 'integer' | 'flag' | 'instant' | 'json'>;

/** `entityRows`, cached per DataSource. */
export function rowsOf<T extends ObjectLiteral>(
  { dataSource }: EntityManager,
  entity: new () => T,
): EntityRows<T> {
  const cache = rowCache(dataSource);
  const rows = cache.get(entity) ?? entityRows(dataSource, entity, driverOf(dataSource).isFast);
  cache.set(entity, rows);
  return rows as EntityRows<T>;
}

const rowCache = oncePerDataSource(() => new Map<unknown, unknown>());

/**
 * Derives columns and a mapper from TypeORM's metadata. The mapper calls no subscribers or
 * listeners of TypeORM.
 *
 * @param isCompiled compile the mapper to JavaScript; otherwise it loops over the columns
 * @throws TypeError for an unknown column type, a transformer, or a class whose constructor sets
 * properties, which a compiled mapper would omit
 */
export function entityRows<T extends ObjectLiteral>(
  dataSource: DataSource,
  entity: new () => T,
  isCompiled: boolean,
): EntityRows<T> {
  const metadata = dataSource.getMetadata(entity);
  const columns = metadata.columns.filter(({ isSelect }) => isSelect);
  const fields = columns.map((column) => ({
    property: column.propertyName,
    reader: readerOf(metadata, column),
  }));
  if (Object.keys(new entity()).length > 0)
    throw new TypeError(`${metadata.name} has initial values, which the row mapper does not set`);
  const names = columns.map(({ databaseName }) => dataSource.driver.escape(databaseName));
  return {
    columns: names.join(', '),
    properties: fields.map(({ property }) => property),
    map: (isCompiled && compiledMapper(entity, fields)) || loopingMapper(entity, fields),
  };
}

interface Field {
  property: string;
  reader: Reader;
}

function readerOf(metadata: EntityMetadata, column: EntityMetadata['columns'][number]): Reader {
  const reader = readers[String(column.type)];
  const where = `${metadata.name}.${column.propertyName}`;
  if (reader === undefined)
    throw new TypeError(`${where} has a type that the row mapper cannot read: ${String(column.type)}`);
  if (column.transformer !== undefined)
    throw new TypeError(`${where} has a transformer, which the row mapper does not apply`);
  return reader;
}

function loopingMapper<T>(entity: new () => T, fields: readonly Field[]): RowMapper<T> {
  return (row) => {
    const instance = new entity();
    fields.forEach(({ property, reader }, index) => {
      Reflect.set(instance as object, property, row[reader](index));
    });
    return instance;
  };
}

/**
 * Compiles a mapper. The constructor assigns all properties, so V8 creates instances with one
 * hidden class. Instances have the prototype of the entity's class, as with `new`.
 *
 * @returns undefined if Node runs with `--disallow-code-generation-from-strings`
 */
function compiledMapper<T>(entity: new () => T, fields: readonly Field[]): RowMapper<T> | undefined {
  const assignments = fields.map(
    ({ property, reader }, index) => `this[${JSON.stringify(property)}] = row.${reader}(${index});`,
  );
  const source = `function Instance(row) { ${assignments.join(' ')} }
    Instance.prototype = prototype;
    return (row) => new Instance(row);`;
  try {
    // Safe: the source contains property names from metadata, and no input.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const make = new Function('prototype', source) as (prototype: T) => RowMapper<T>;
    return make(entity.prototype as T);
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}
