import { columnSql, constraintSql, policySql, relationSql, roleSql, withColumns } from '../ddl.js';
import type { ProgrammedDescription, RelationDescription, SchemaDescription } from '../schema-description.js';

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
    ...roles.map((role) => ({
      ...{ kind: 'role', name: role.name, relation: null, definition: roleSql(role) },
      properties: {
        'the list of its attributes': role.attributes,
        'the list of roles that it belongs to': role.memberOf,
      },
    })),
    ...relations.flatMap((relation) => [relationObject(relation), ...partsOf(relation)]),
    ...functions.map(({ name, kind, definition, callers }) => ({
      ...{ kind, name, relation: null, definition },
      properties: { definition, 'the list of its callers': callers },
    })),
  ];
}

function relationObject(relation: RelationDescription): SchemaObject {
  const { name, kind, comment, view, rowSecurity, ownedBy } = relation;
  return {
    kind: kind.endsWith('view') ? 'view' : 'table',
    ...{ name, relation: null, definition: relationSql(relation) },
    properties: {
      kind,
      'row-level security': rowSecurity,
      owner: ownedBy ?? 'a role apart from those of the package',
      query: view,
      comment,
    },
  };
}

function partsOf({ name: relation, ...parts }: RelationDescription): SchemaObject[] {
  return [
    ...parts.columns.map((column) => ({
      ...{ kind: 'column', name: column.name, relation, definition: columnSql(column) },
      properties: {
        type: column.type,
        collation: column.collation,
        nullability: column.nullability,
        default: column.default,
        'generation of values': column.generated,
        comment: column.comment,
      },
    })),
    ...parts.constraints.map((constraint) => ({
      ...{ kind: constraint.type, name: constraint.name, relation },
      definition: constraintSql(relation, constraint),
      properties: {
        'the list of columns': constraint.columns,
        'what it refers to': constraint.references,
        'ON UPDATE': constraint.onUpdate,
        'ON DELETE': constraint.onDelete,
        condition: constraint.condition,
        enforcement: constraint.isEnforced ? 'on' : 'off',
      },
    })),
    ...parts.indexes.map(({ name, definition, state, ...index }) => ({
      ...{ kind: 'index', name, relation },
      definition: state === 'valid' ? definition : `${definition} INVALID`,
      properties: {
        'the list of columns': index.columns,
        predicate: index.predicate,
        uniqueness: index.isUnique ? 'unique' : 'not unique',
        method: index.method,
        'the list of included columns': index.included,
        state,
      },
    })),
    ...parts.policies.map((policy) => ({
      ...{ kind: 'policy', name: policy.name, relation, definition: policySql(relation, policy) },
      properties: {
        kind: policy.kind,
        command: policy.command,
        'the list of roles': policy.roles,
        USING: policy.using,
        'WITH CHECK': policy.check,
      },
    })),
    ...parts.triggers.map((trigger) => programmedObject('trigger', relation, trigger)),
    ...parts.rules.map((rule) => programmedObject('rule', relation, rule)),
    ...parts.children.map((name) => ({
      ...{ kind: 'child table', name, relation, properties: {}, definition: `INHERITS (${relation})` },
    })),
    ...parts.grants.map(({ privilege, column, grantee, mayGrant }) => {
      const what = withColumns(privilege, column === null ? [] : [column]);
      return {
        ...{ kind: 'grant', name: `${what} to ${grantee}`, relation },
        definition: `GRANT ${what} ON ${relation} TO ${grantee}${mayGrant ? ' WITH GRANT OPTION' : ''}`,
        properties: { 'the right to grant it on': mayGrant ? 'given' : 'not given' },
      };
    }),
  ];
}

function programmedObject(
  kind: 'trigger' | 'rule',
  relation: string,
  { name, definition, isEnabled }: ProgrammedDescription,
): SchemaObject {
  const properties = { definition, state: isEnabled ? 'enabled' : 'disabled' };
  return { kind, name, relation, definition, properties };
}
