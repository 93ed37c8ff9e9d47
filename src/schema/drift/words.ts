import type { PropertyValue, SchemaObject } from './schema-objects.js';

/** `index idx_journal_live_ts_amount on journal`, `column journal.amount`, `table journal` */
function titleOf({ kind, name, relation }: SchemaObject): string {
  if (relation === null) return `${kind} ${name}`;
  if (kind === 'column') return `column ${relation}.${name}`;
  return `${kind} ${name} on ${relation}`;
}

export function missingText(object: SchemaObject): string {
  if (object.kind === 'grant') return `missing grant of ${grantText(object)}`;
  return `${titleOf(object)} is missing: ${oneLine(object.definition)}`;
}

export function unexpectedText(object: SchemaObject): string {
  if (object.kind === 'grant') return `unexpected grant of ${grantText(object)}`;
  return `unexpected ${titleOf(object)}: ${oneLine(object.definition)}`;
}

export function differentText(
  object: SchemaObject,
  property: string,
  expected: PropertyValue,
  found: PropertyValue,
): string {
  const title = object.kind === 'grant' ? `grant of ${grantText(object)}` : titleOf(object);
  const directions = directionDifferences(expected, found);
  if (directions.length > 0) return `${title}: ${directions.join('; ')}`;
  return `${title}: ${property} is ${valueText(found)}, should be ${valueText(expected)}`;
}

/** `SELECT (email) on users to journal_user` */
function grantText({ name, relation }: SchemaObject): string {
  const [what, grantee] = name.split(' to ');
  return `${what} on ${relation} to ${grantee}`;
}

function valueText(value: PropertyValue): string {
  if (value === null || value.length === 0) return 'none';
  return typeof value === 'string' ? oneLine(value) : `(${value.join(', ')})`;
}

function oneLine(sql: string): string {
  return sql.replace(/\s*\n\s*/g, ' ');
}

const directed = /^(.*?)( DESC)?( NULLS FIRST| NULLS LAST)?$/;

/** `ts is ascending, should be descending`; empty unless only directions of columns differ. */
function directionDifferences(expected: PropertyValue, found: PropertyValue): string[] {
  if (!isList(expected) || !isList(found) || expected.length !== found.length) return [];
  const pairs = expected.map((text, place) => [direction(text), direction(found[place] ?? '')] as const);
  if (pairs.some(([wanted, actual]) => wanted.column !== actual.column)) return [];
  return pairs
    .filter(([wanted, actual]) => wanted.order !== actual.order)
    .map(([wanted, actual]) => `${wanted.column} is ${actual.order}, should be ${wanted.order}`);
}

function isList(value: PropertyValue): value is readonly string[] {
  return value !== null && typeof value !== 'string';
}

function direction(text: string): { column: string; order: string } {
  const [, column = text, descending, nulls = ''] = directed.exec(text) ?? [];
  return { column, order: `${descending ? 'descending' : 'ascending'}${nulls.toLowerCase()}` };
}
