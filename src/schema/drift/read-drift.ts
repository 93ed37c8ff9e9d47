import type { DataSource } from 'typeorm';
import { queryOf } from '../catalog/query.js';
import { describeSchema, namesOf } from '../catalog/describe-schema.js';
import { expectedSchema } from '../expected-schema.js';
import { compareSchemas } from './compare-schemas.js';
import type { SchemaDifference } from './compare-schemas.js';

/** Compares a live database with the schema of this release. Ignores tables of the application. */
export async function readDrift(source: Pick<DataSource, 'query'>): Promise<SchemaDifference[]> {
  return compareSchemas(expectedSchema, await describeSchema(queryOf(source), namesOf(expectedSchema)));
}
