import type { DataSource, EntityManager, EntityMetadata, ObjectLiteral } from 'typeorm';
import { oncePerDataSource } from './once-per-data-source.js';
import type { RowMapper } from './contract.js';
import { driverOf } from './run-statement.js';
import type { Row } from './row.js';

/** The columns of an entity in the order in which its mapper takes them. */
export interface EntityRows<T> {
  /** For a SELECT. */
  columns: string;
  properties: readonly string[];
  /** Makes an instance of the entity's class. */
  map: RowMapper<T>;
}

/** By the types of our columns; pg prints all of them as they are wanted but instants and JSON. */
const readers: Readonly<Record<string, Reader>> = {
  'timestamp with time zone': 'instant',
  timestamptz: 'instant',
  jsonb: 'json',
  numeric: 'ascii',
  text: 'text',
  uuid: 'ascii',
  date: 'ascii',
  bigint: 'ascii',
};

type Reader = keyof Pick<Row, 'text' | 'ascii' | 'instant' | 'json'>;

/** The rows of an entity in a DataSource, made once. */
export function rowsOf<T extends ObjectLiteral>(
  { connection }: EntityManager,
  entity: new () => T,
): EntityRows<T> {
  const made = madeRows(connection);
  const rows = made.get(entity) ?? entityRows(connection, entity, driverOf(connection).isFast);
  made.set(entity, rows);
  return rows as EntityRows<T>;
}

const madeRows = oncePerDataSource(() => new Map<unknown, unknown>());

/**
 * Reads the rows of an entity by TypeORM's own metadata, the only place that knows the columns.
 * Subscribers and listeners of TypeORM are not called.
 *
 * @param isCompiled compile the mapper to code for just these columns; otherwise it loops over a
 * list
 * @throws TypeError for a column of another type or with a transformer, and for a class whose
 * constructor sets properties, which a compiled mapper would leave out
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
    throw new TypeError(`${metadata.name} has initial values, which are not set here`);
  const names = columns.map(({ databaseName }) => dataSource.driver.escape(databaseName));
  return {
    columns: names.join(', '),
    properties: fields.map(({ property }) => property),
    map: isCompiled ? compiled(entity, fields) : listed(entity, fields),
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
    throw new TypeError(`${where} is of a type that is not read here: ${String(column.type)}`);
  if (column.transformer !== undefined)
    throw new TypeError(`${where} has a transformer, which is not applied here`);
  return reader;
}

function listed<T>(entity: new () => T, fields: readonly Field[]): RowMapper<T> {
  return (row) => {
    const instance = new entity();
    fields.forEach(({ property, reader }, index) => {
      Reflect.set(instance as object, property, row[reader](index));
    });
    return instance;
  };
}

/**
 * Compiles a mapper for just these columns. Its constructor assigns all properties at once, so V8
 * lays an instance out in one piece. The prototype is the one of the entity's class, as for `new`.
 */
function compiled<T>(entity: new () => T, fields: readonly Field[]): RowMapper<T> {
  const assignments = fields.map(
    ({ property, reader }, index) => `this[${JSON.stringify(property)}] = row.${reader}(${index});`,
  );
  // The text holds names of the entity metadata, and no input.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function(
    'prototype',
    `function Instance(row) { ${assignments.join(' ')} }
    Instance.prototype = prototype;
    return (row) => new Instance(row);`,
  ) as (prototype: T) => RowMapper<T>;
  return make(entity.prototype as T);
}
