import { columnSql, constraintSql, policySql, relationSql, roleSql, withColumns } from '../ddl.js';
import type { RelationDescription, SchemaDescription } from '../schema-description.js';

/** Text, an ordered list, or null. */
export type PropertyValue = string | readonly string[] | null;

/** An object of the schema in the form in which it is compared. */
export interface SchemaObject {
  /** Such as `index` or `grant`. */
  kind: string;
  name: string;
  /** The table of the object; null for tables, views, functions and roles. */
  relation: string | null;
  properties: Readonly<Record<string, PropertyValue>>;
  /** The complete object as SQL. */
  definition: string;
}

/** All objects of a description: roles, then each table followed by its parts, then functions. */
export function objectsOf({ roles, relations, functions }: SchemaDescription): SchemaObject[] {
  return [
    ...roles.map((role) => objectOf('role', null, role, roleSql(role))),
    ...relations.flatMap((relation) => [relationObject(relation), ...partsOf(relation)]),
    ...functions.map(({ kind, ...one }) => objectOf(kind, null, one, one.definition)),
  ];
}

function relationObject(relation: RelationDescription): SchemaObject {
  const { name, kind, comment, view, rowSecurity, ownedBy } = relation;
  const type = kind.endsWith('view') ? 'view' : 'table';
  return objectOf(type, null, { name, kind, rowSecurity, ownedBy, view, comment }, relationSql(relation));
}

function partsOf({ name: relation, ...parts }: RelationDescription): SchemaObject[] {
  return [
    ...parts.columns.map((column) => objectOf('column', relation, column, columnSql(column))),
    ...parts.constraints.map((constraint) => {
      const { type, definition: _, ...values } = constraint;
      return objectOf(type, relation, values, constraintSql(relation, constraint));
    }),
    ...parts.indexes.map(({ definition, ...index }) =>
      objectOf('index', relation, index, index.state === 'valid' ? definition : `${definition} INVALID`),
    ),
    ...parts.policies.map((policy) => objectOf('policy', relation, policy, policySql(relation, policy))),
    ...parts.triggers.map((trigger) => objectOf('trigger', relation, trigger, trigger.definition)),
    ...parts.rules.map((rule) => objectOf('rule', relation, rule, rule.definition)),
    ...parts.children.map((name) => objectOf('child table', relation, { name }, `INHERITS (${relation})`)),
    ...parts.grants.map(({ privilege, column, grantee, mayGrant }) => {
      const what = withColumns(privilege, column === null ? [] : [column]);
      const sql = `GRANT ${what} ON ${relation} TO ${grantee}${mayGrant ? ' WITH GRANT OPTION' : ''}`;
      return objectOf('grant', relation, { name: `${what} to ${grantee}`, mayGrant }, sql);
    }),
  ];
}

/** @param values the name of the object, and the properties to compare */
function objectOf<Values extends { name: string } & { [Name in keyof Values]: PropertyValue | boolean }>(
  kind: string,
  relation: string | null,
  { name, ...values }: Values,
  definition: string,
): SchemaObject {
  const properties: Record<string, PropertyValue> = {};
  for (const [property, value] of Object.entries<PropertyValue | boolean>(values))
    properties[property] = typeof value === 'boolean' ? String(value) : value;
  return { kind, name, relation, properties, definition };
}
