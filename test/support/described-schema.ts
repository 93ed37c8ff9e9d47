import { describeSchema, namesInSchema, type SqlSource } from '../../src/schema/catalog/describe-schema.js';
import { objectsOf } from '../../src/schema/drift/schema-objects.js';
import type { SchemaObject } from '../../src/schema/drift/schema-objects.js';
import type { SchemaDescription } from '../../src/schema/schema-description.js';

/** Describes the schema `public` from the catalog, without TypeORM's migrations table. */
export async function describeAll(source: SqlSource): Promise<SchemaDescription> {
  return describeSchema(source, await namesInSchema(source));
}

/** The objects of {@link describeAll} as a list, without roles: roles belong to the server. */
export async function catalogOf(source: SqlSource): Promise<SchemaObject[]> {
  return objectsOf(await describeAll(source)).filter(({ kind }) => kind !== 'role');
}
