import type { DataSource } from 'typeorm';
import { queryOf } from '../../src/schema/catalog/query.js';
import { describeSchema, namesInSchema } from '../../src/schema/catalog/describe-schema.js';
import { objectsOf } from '../../src/schema/drift/schema-objects.js';
import type { SchemaObject } from '../../src/schema/drift/schema-objects.js';
import type { SchemaDescription } from '../../src/schema/schema-description.js';

/** Everything in the schema `public` but TypeORM's own table, as its catalog tells it. */
export async function describeAll(source: Pick<DataSource, 'query'>): Promise<SchemaDescription> {
  const query = queryOf(source);
  return describeSchema(query, await namesInSchema(query));
}

/** The same as a list of things, without the roles, which belong to the server. */
export async function catalogOf(source: Pick<DataSource, 'query'>): Promise<SchemaObject[]> {
  return objectsOf(await describeAll(source)).filter(({ kind }) => kind !== 'role');
}
