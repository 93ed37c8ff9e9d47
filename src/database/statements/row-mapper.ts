import type { DataSource, EntityManager, EntityMetadata, ObjectLiteral } from 'typeorm';
import type { JournalDataSourceOptions } from '../data-source-options.js';
import { oncePerDataSource } from '../once-per-data-source.js';
import { instantOf } from './instant-text.js';

/** The fields of a row as the server sends them: as text. */
export type RowFields = readonly (string | null)[];

/** Makes what is read of a row. */
export type RowMapper<T> = (fields: RowFields) => T;

/** The columns of an entity in the order in which its mapper takes them. */
export interface EntityRows<T> {
  /** For a SELECT. */
  columns: string;
  /** Makes an instance of the entity's class. */
  map: RowMapper<T>;
}

type Read = (text: string) => unknown;
const asText: Read = (text) => text;

/** By the types of our columns; pg prints all of them but these as they are wanted. */
const readers: Readonly<Record<string, Read>> = {
  'timestamp with time zone': instantOf,
  timestamptz: instantOf,
  jsonb: (text) => JSON.parse(text) as unknown,
  numeric: asText,
  text: asText,
  uuid: asText,
  date: asText,
};

/** The rows of an entity in a DataSource, made once. */
export function rowsOf<T extends ObjectLiteral>(
  { connection }: EntityManager,
  entity: new () => T,
): EntityRows<T> {
  const made = madeRows(connection);
  const rows =
    made.get(entity) ??
    entityRows(connection, entity, (connection.options as JournalDataSourceOptions).fastPath);
  made.set(entity, rows);
  return rows as EntityRows<T>;
}

const madeRows = oncePerDataSource(() => new Map<unknown, unknown>());

/**
 * The rows of an entity, from TypeORM's own metadata: the only place that knows the columns. What TypeORM does beyond that when
 * it loads an entity (subscribers, listeners) is not done.
 *
 * @param isCompiled whether the mapper is compiled to code for just these columns, or goes through a list of them
 * @throws TypeError for a column that cannot be read so: another type, or one with a transformer
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
    read: readerOf(metadata, column),
  }));
  const names = columns.map(({ databaseName }) => dataSource.driver.escape(databaseName));
  return {
    columns: names.join(', '),
    map: isCompiled ? compiled(entity, fields) : listed(entity, fields),
  };
}

interface Field {
  property: string;
  read: Read;
}

function readerOf(metadata: EntityMetadata, column: EntityMetadata['columns'][number]): Read {
  const read = readers[String(column.type)];
  const where = `${metadata.name}.${column.propertyName}`;
  if (read === undefined)
    throw new TypeError(`${where} is of a type that is not read here: ${String(column.type)}`);
  if (column.transformer !== undefined)
    throw new TypeError(`${where} has a transformer, which is not applied here`);
  return read;
}

function listed<T>(entity: new () => T, fields: readonly Field[]): RowMapper<T> {
  return (row) => {
    const instance = new entity();
    fields.forEach(({ property, read }, index) => {
      const text = row[index] ?? null;
      Reflect.set(instance as object, property, text === null ? null : read(text));
    });
    return instance;
  };
}

/** The same as code without the loop, in which the engine knows each property and each reader. */
function compiled<T>(entity: new () => T, fields: readonly Field[]): RowMapper<T> {
  const assignments = fields.map(({ property, read }, index) => {
    const field = `row[${index}]`;
    const value = read === asText ? field : `${field} === null ? null : read${index}(${field})`;
    return `instance[${JSON.stringify(property)}] = ${value};`;
  });
  const names = fields.map((_, index) => `read${index}`);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- of names that the entity metadata has, and nothing else
  const make = new Function(
    'Entity',
    ...names,
    `return (row) => { const instance = new Entity(); ${assignments.join(' ')} return instance; };`,
  ) as (entity: new () => T, ...reads: Read[]) => RowMapper<T>;
  return make(entity, ...fields.map(({ read }) => read));
}
