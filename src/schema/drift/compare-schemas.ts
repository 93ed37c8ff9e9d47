import type { SchemaDescription } from '../schema-description.js';
import { objectsOf } from './schema-objects.js';
import type { PropertyValue, SchemaObject } from './schema-objects.js';
import { differentText, missingText, unexpectedText } from './words.js';
import type { DataSource } from 'typeorm';
import { queryOf } from '../catalog/query.js';
import { describeSchema, namesOf } from '../catalog/describe-schema.js';
import { expectedSchema } from '../expected-schema.js';

/** One difference between a database and the schema of this release. */
export interface SchemaDifference {
  difference: 'missing' | 'unexpected' | 'different';
  /** `table`, `view`, `column`, `index`, `policy`, `grant`, `function`, `role`, … */
  kind: string;
  name: string;
  /** The table of the object; null for tables, views, functions and roles. */
  relation: string | null;
  /** The property that differs; null if the whole object is missing or unexpected. */
  property: string | null;
  /** The value of `property`, or the definition of the object as SQL. */
  expected: PropertyValue;
  found: PropertyValue;
  /** The difference as text. */
  message: string;
}

/** Returns the differences in the order of the expected description. */
export function compareSchemas(expected: SchemaDescription, found: SchemaDescription): SchemaDifference[] {
  const foundObjects = new Map(objectsOf(found).map((object) => [keyOf(object), object]));
  const expectedObjects = new Map(objectsOf(expected).map((object) => [keyOf(object), object]));
  const relations = new Set(found.relations.map(({ name }) => name));
  const differences: SchemaDifference[] = [];
  for (const [key, object] of expectedObjects) {
    const counterpart = foundObjects.get(key);
    if (counterpart) differences.push(...differencesOf(object, counterpart));
    // Reports a missing table once, without its parts.
    else if (object.relation === null || relations.has(object.relation)) differences.push(missing(object));
  }
  for (const [key, object] of foundObjects)
    if (!expectedObjects.has(key)) differences.push(unexpected(object));
  return differences;
}

function keyOf({ kind, relation, name }: SchemaObject): string {
  return [kind, relation, name].join('\n');
}

function missing(object: SchemaObject): SchemaDifference {
  return {
    ...{
      difference: 'missing',
      kind: object.kind,
      name: object.name,
      relation: object.relation,
      property: null,
    },
    ...{ expected: object.definition, found: null, message: missingText(object) },
  };
}

function unexpected(object: SchemaObject): SchemaDifference {
  return {
    ...{
      difference: 'unexpected',
      kind: object.kind,
      name: object.name,
      relation: object.relation,
      property: null,
    },
    ...{ expected: null, found: object.definition, message: unexpectedText(object) },
  };
}

function differencesOf(object: SchemaObject, counterpart: SchemaObject): SchemaDifference[] {
  const properties = Object.entries(object.properties).map(([property, expected]) => ({
    ...{ property, expected, found: counterpart.properties[property] ?? null },
  }));
  const different = properties.filter(({ expected, found }) => !equal(expected, found));
  // The definition also contains what no property covers, such as NOT VALID or DEFERRABLE.
  if (different.length === 0 && object.definition !== counterpart.definition && object.kind !== 'table')
    different.push({ property: 'definition', expected: object.definition, found: counterpart.definition });
  return different.map(({ property, expected, found }) => ({
    ...{ difference: 'different', kind: object.kind, name: object.name, relation: object.relation, property },
    ...{ expected, found, message: differentText(object, property, expected, found) },
  }));
}

function equal(one: PropertyValue, other: PropertyValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Compares a live database with the schema of this release. Ignores tables of the application. */
export async function readDrift(source: Pick<DataSource, 'query'>): Promise<SchemaDifference[]> {
  return compareSchemas(expectedSchema, await describeSchema(queryOf(source), namesOf(expectedSchema)));
}
