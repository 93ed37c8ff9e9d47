import type { SchemaDescription } from '../schema-description.js';
import { objectsOf } from './schema-objects.js';
import type { Fact, SchemaObject } from './schema-objects.js';
import { differentText, missingText, unexpectedText } from './words.js';

/** Something in which a database differs from the schema of this release. */
export interface SchemaDifference {
  difference: 'missing' | 'unexpected' | 'different';
  /** What it is: `table`, `column`, `index`, `policy`, `grant`, … */
  kind: string;
  name: string;
  /** The table that it belongs to. */
  relation: string | null;
  /** What of it differs; null where all of it is missing or unexpected. */
  property: string | null;
  expected: Fact;
  found: Fact;
  /** The same in words. */
  message: string;
}

/** What differs, in the order of the expected description. */
export function compareSchemas(expected: SchemaDescription, found: SchemaDescription): SchemaDifference[] {
  const foundObjects = new Map(objectsOf(found).map((object) => [keyOf(object), object]));
  const expectedObjects = new Map(objectsOf(expected).map((object) => [keyOf(object), object]));
  const relations = new Set(found.relations.map(({ name }) => name));
  const differences: SchemaDifference[] = [];
  for (const [key, object] of expectedObjects) {
    const counterpart = foundObjects.get(key);
    if (counterpart) differences.push(...differencesOf(object, counterpart));
    // With a missing table goes all that belongs to it; that need not be said of each.
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
  const facts = Object.entries(object.facts).map(([property, expected]) => ({
    ...{ property, expected, found: counterpart.facts[property] ?? null },
  }));
  const different = facts.filter(({ expected, found }) => !equal(expected, found));
  // Whatever no property tells of, such as NOT VALID or DEFERRABLE, still shows in the definition.
  if (different.length === 0 && object.definition !== counterpart.definition && object.kind !== 'table')
    different.push({ property: 'definition', expected: object.definition, found: counterpart.definition });
  return different.map(({ property, expected, found }) => ({
    ...{ difference: 'different', kind: object.kind, name: object.name, relation: object.relation, property },
    ...{ expected, found, message: differentText(object, property, expected, found) },
  }));
}

function equal(one: Fact, other: Fact): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
