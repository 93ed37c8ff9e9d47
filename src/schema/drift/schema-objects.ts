import { columnSql, constraintSql, indexSql, policySql, relationSql, roleSql, withColumns } from '../ddl.js';
import type {
  ConstraintDescription,
  GrantDescription,
  IndexDescription,
  PolicyDescription,
  ProgrammedDescription,
  RelationDescription,
  RoleDescription,
  SchemaDescription,
} from '../schema-description.js';

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
    ...roles.map(roleObject),
    ...relations.flatMap((relation) => [relationObject(relation), ...partsOf(relation)]),
    ...functions.map(({ name, kind, definition, callers }) => ({
      ...{ kind, name, relation: null, definition },
      properties: { definition, 'the list of its callers': callers },
    })),
  ];
}

function partsOf(relation: RelationDescription): SchemaObject[] {
  const { name } = relation;
  return [
    ...relation.columns.map((column) => ({
      ...{ kind: 'column', name: column.name, relation: name, definition: columnSql(column) },
      properties: {
        type: column.type,
        collation: column.collation,
        nullability: column.nullability,
        default: column.default,
        'generation of values': column.generated,
        comment: column.comment,
      },
    })),
    ...relation.constraints.map((constraint) => constraintObject(name, constraint)),
    ...relation.indexes.map((index) => indexObject(name, index)),
    ...relation.policies.map((policy) => policyObject(name, policy)),
    ...relation.triggers.map((trigger) => programmedObject('trigger', name, trigger)),
    ...relation.rules.map((rule) => programmedObject('rule', name, rule)),
    ...relation.children.map((child) => childObject(name, child)),
    ...relation.grants.map((grant) => grantObject(name, grant)),
  ];
}

function roleObject(role: RoleDescription): SchemaObject {
  return {
    ...{ kind: 'role', name: role.name, relation: null, definition: roleSql(role) },
    properties: {
      'the list of its attributes': role.attributes,
      'the list of roles that it belongs to': role.memberOf,
    },
  };
}

function relationObject(relation: RelationDescription): SchemaObject {
  const { name, kind, comment, view, rowSecurity, ownedBy } = relation;
  return {
    ...{
      kind: kind.endsWith('view') ? 'view' : 'table',
      name,
      relation: null,
      definition: relationSql(relation),
    },
    properties: {
      kind,
      'row-level security': rowSecurity,
      owner: ownedBy ?? 'a role apart from those of the package',
      query: view,
      comment,
    },
  };
}

function constraintObject(relation: string, constraint: ConstraintDescription): SchemaObject {
  const { name, type, columns, references, onUpdate, onDelete, condition, isEnforced } = constraint;
  return {
    ...{ kind: type, name, relation, definition: constraintSql(relation, constraint) },
    properties: {
      'the list of columns': columns,
      'what it refers to': references,
      'ON UPDATE': onUpdate,
      'ON DELETE': onDelete,
      condition,
      enforcement: isEnforced ? 'on' : 'off',
    },
  };
}

function indexObject(relation: string, index: IndexDescription): SchemaObject {
  const definition = index.state === 'valid' ? indexSql(index) : `${indexSql(index)} INVALID`;
  return {
    ...{ kind: 'index', name: index.name, relation, definition },
    properties: {
      'the list of columns': index.columns,
      predicate: index.predicate,
      uniqueness: index.isUnique ? 'unique' : 'not unique',
      method: index.method,
      'the list of included columns': index.included,
      state: index.state,
    },
  };
}

function policyObject(relation: string, policy: PolicyDescription): SchemaObject {
  return {
    ...{ kind: 'policy', name: policy.name, relation, definition: policySql(relation, policy) },
    properties: {
      kind: policy.kind,
      command: policy.command,
      'the list of roles': policy.roles,
      USING: policy.using,
      'WITH CHECK': policy.check,
    },
  };
}

function programmedObject(kind: string, relation: string, programmed: ProgrammedDescription): SchemaObject {
  const { name, definition, isEnabled } = programmed;
  return {
    kind,
    name,
    relation,
    definition,
    properties: { definition, state: isEnabled ? 'enabled' : 'disabled' },
  };
}

function childObject(relation: string, child: string): SchemaObject {
  return { kind: 'child table', name: child, relation, properties: {}, definition: `INHERITS (${relation})` };
}

function grantObject(
  relation: string,
  { privilege, column, grantee, mayGrant }: GrantDescription,
): SchemaObject {
  const what = withColumns(privilege, column === null ? [] : [column]);
  return {
    ...{ kind: 'grant', name: `${what} to ${grantee}`, relation },
    definition: `GRANT ${what} ON ${relation} TO ${grantee}${mayGrant ? ' WITH GRANT OPTION' : ''}`,
    properties: { 'the right to grant it on': mayGrant ? 'given' : 'not given' },
  };
}
