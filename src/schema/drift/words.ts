import type { Fact, SchemaObject } from './schema-objects.js';

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

export function differentText(object: SchemaObject, property: string, expected: Fact, found: Fact): string {
  const title = object.kind === 'grant' ? `grant of ${grantText(object)}` : titleOf(object);
  const turned = turnedColumns(expected, found);
  if (turned.length > 0) return `${title}: ${turned.join('; ')}`;
  return `${title}: ${property} is ${valueText(found)}, should be ${valueText(expected)}`;
}

/** `SELECT (email) on users to journal_user` */
function grantText({ name, relation }: SchemaObject): string {
  const [what, grantee] = name.split(' to ');
  return `${what} on ${relation} to ${grantee}`;
}

function valueText(fact: Fact): string {
  if (fact === null || fact.length === 0) return 'none';
  return typeof fact === 'string' ? oneLine(fact) : `(${fact.join(', ')})`;
}

function oneLine(sql: string): string {
  return sql.replace(/\s*\n\s*/g, ' ');
}

const directed = /^(.*?)( DESC)?( NULLS FIRST| NULLS LAST)?$/;

/** For the same columns in another direction: `ts is ascending, should be descending`. */
function turnedColumns(expected: Fact, found: Fact): string[] {
  if (!isList(expected) || !isList(found) || expected.length !== found.length) return [];
  const pairs = expected.map((text, place) => [direction(text), direction(found[place] ?? '')] as const);
  if (pairs.some(([wanted, there]) => wanted.column !== there.column)) return [];
  return pairs
    .filter(([wanted, there]) => wanted.order !== there.order)
    .map(([wanted, there]) => `${wanted.column} is ${there.order}, should be ${wanted.order}`);
}

function isList(fact: Fact): fact is readonly string[] {
  return fact !== null && typeof fact !== 'string';
}

function direction(text: string): { column: string; order: string } {
  const [, column = text, descending, nulls = ''] = directed.exec(text) ?? [];
  return { column, order: `${descending ? 'descending' : 'ascending'}${nulls.toLowerCase()}` };
}
