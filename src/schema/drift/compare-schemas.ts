import type { SchemaDescription } from '../schema-description.js';
import { objectsOf, type PropertyValue, type SchemaObject } from './schema-objects.js';
import { describeSchema, namesOf, type SqlSource } from '../catalog/describe-schema.js';
import { expectedSchema } from '../expected-schema.js';

/** One difference between a database and the schema of this release. */
export interface SchemaDifference {
  difference: 'missing' | 'unexpected' | 'different';
  /** `table`, `view`, `column`, `index`, `policy`, `grant`, `function`, `role`, … */
  kind: string;
  name: string;
  /** The table of the object; null for tables, views, functions and roles. */
  relation: string | null;
  /** The differing property, such as `columns`; null if the object is missing or unexpected. */
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
    else if (object.relation === null || relations.has(object.relation))
      differences.push(differenceOf(object, 'missing', { ...whole, expected: object.definition }));
  }
  for (const [key, object] of foundObjects)
    if (!expectedObjects.has(key))
      differences.push(differenceOf(object, 'unexpected', { ...whole, found: object.definition }));
  return differences;
}

/** The values of a difference of a whole object, without its definition. */
const whole = { property: null, expected: null, found: null };

function keyOf({ kind, relation, name }: SchemaObject): string {
  return [kind, relation, name].join('\n');
}

function differenceOf(
  object: SchemaObject,
  difference: SchemaDifference['difference'],
  values: Pick<SchemaDifference, 'property' | 'expected' | 'found'>,
): SchemaDifference {
  const { kind, name, relation } = object;
  return { difference, kind, name, relation, ...values, message: messageOf(object, difference, values) };
}

function differencesOf(object: SchemaObject, counterpart: SchemaObject): SchemaDifference[] {
  const properties = Object.entries(object.properties).map(([property, expected]) => {
    return { property, expected, found: counterpart.properties[property] ?? null };
  });
  const different = properties.filter(({ expected, found }) => !equal(expected, found));
  // The definition also contains what no property covers, such as NOT VALID or DEFERRABLE.
  if (different.length === 0 && object.definition !== counterpart.definition && object.kind !== 'table')
    different.push({ property: 'definition', expected: object.definition, found: counterpart.definition });
  return different.map((values) => differenceOf(object, 'different', values));
}

function equal(one: PropertyValue, other: PropertyValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Compares a live database with the schema of this release. Ignores tables of the application. */
export async function readDrift(source: SqlSource): Promise<SchemaDifference[]> {
  return compareSchemas(expectedSchema, await describeSchema(source, namesOf(expectedSchema)));
}

function messageOf(
  object: SchemaObject,
  difference: SchemaDifference['difference'],
  { property, expected, found }: Pick<SchemaDifference, 'property' | 'expected' | 'found'>,
): string {
  const title = titleOf(object);
  if (property !== null) {
    const verb = Array.isArray(found) ? 'are' : 'is';
    return `${title}: ${property} ${verb} ${valueText(found)}, should be ${valueText(expected)}`;
  }
  if (object.kind === 'grant') return `${difference} ${title}`;
  const definition = oneLine(object.definition);
  return difference === 'missing'
    ? `${title} is missing: ${definition}`
    : `unexpected ${title}: ${definition}`;
}

/** `index idx_journal_live_ts_amount on journal`, `column journal.amount`, `table journal` */
function titleOf({ kind, name, relation }: SchemaObject): string {
  if (relation === null) return `${kind} ${name}`;
  if (kind === 'column') return `column ${relation}.${name}`;
  if (kind !== 'grant') return `${kind} ${name} on ${relation}`;
  // `grant of SELECT (email) on users to journal_user`
  const [what, grantee] = name.split(' to ');
  return `grant of ${what} on ${relation} to ${grantee}`;
}

function valueText(value: PropertyValue): string {
  if (value === null || value.length === 0) return 'none';
  return typeof value === 'string' ? oneLine(value) : `(${value.join(', ')})`;
}

function oneLine(sql: string): string {
  return sql.replace(/\s*\n\s*/g, ' ');
}
