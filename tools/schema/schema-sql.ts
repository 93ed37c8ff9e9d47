import {
  constraintSql,
  policySql,
  relationSql,
  roleName,
  roleSql,
  withColumns,
} from '../../src/schema/ddl.js';
import { groupBy } from '../../src/model/group-by.js';
import { quoteIdentifier, quoteLiteral } from '../../src/model/sql-text.js';
import type {
  FunctionDescription,
  GrantDescription,
  RelationDescription,
  SchemaDescription,
} from '../../src/schema/schema-description.js';

/** The result of all migrations as SQL, for reading and for reviewing changes. */
export function schemaSql({ roles, relations, functions }: SchemaDescription): string {
  const foreignKeys = relations.flatMap(({ name, constraints }) =>
    constraints.filter(({ type }) => type === 'foreign key').map((key) => constraintSql(name, key)),
  );
  const parts = [
    [
      '-- The result of all migrations of this package. Written by `npm run schema:generate`; do not edit it.',
      '-- It creates the same schema in an empty database; deployments run the migrations.',
    ].join('\n'),
    [
      '-- The roles belong to the server, and may exist already:',
      ...roles.map((role) => `--   ${roleSql(role)};`),
    ].join('\n'),
    ...relations.filter(({ kind }) => !kind.endsWith('view')).map(relationText),
    statements(foreignKeys),
    // Functions first, because aggregates use them.
    ...functions
      .toSorted((one, other) => Number(one.kind === 'aggregate') - Number(other.kind === 'aggregate'))
      .map((made) => statements(functionSql(made))),
    ...relations.filter(({ kind }) => kind.endsWith('view')).map(relationText),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function relationText(relation: RelationDescription): string {
  const { name, kind, comment, columns, indexes, policies, grants, rowSecurity } = relation;
  const table = quoteIdentifier(name);
  const described = kind.endsWith('view') ? kind.toUpperCase() : 'TABLE';
  return [
    statements([relationSql(relation)]),
    statements([
      ...(comment === null ? [] : [`COMMENT ON ${described} ${table} IS ${quoteLiteral(comment)}`]),
      ...columns.flatMap((column) =>
        column.comment === null
          ? []
          : [`COMMENT ON COLUMN ${table}.${quoteIdentifier(column.name)} IS ${quoteLiteral(column.comment)}`],
      ),
    ]),
    statements(indexes.map(({ definition }) => definition)),
    statements([
      ...(rowSecurity === 'disabled' ? [] : [`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`]),
      ...(rowSecurity.startsWith('forced') ? [`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`] : []),
      ...policies.map((policy) => policySql(name, policy)),
      ...grantsSql(name, grants),
    ]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** One GRANT per role. Lists the columns of a privilege together. */
function grantsSql(relation: string, grants: readonly GrantDescription[]): string[] {
  const byGrantee = groupBy(
    grants,
    ({ grantee, mayGrant }) => `${roleName(grantee)}${mayGrant ? ' WITH GRANT OPTION' : ''}`,
  );
  return byGrantee.map(([grantee, granted]) => {
    const byPrivilege = groupBy(granted, ({ privilege, column }) => `${privilege} ${column === null}`);
    const privileges = byPrivilege.map(([, same]) => {
      const columns = same.flatMap(({ column }) => (column === null ? [] : [quoteIdentifier(column)]));
      return withColumns(same[0]?.privilege ?? '', columns);
    });
    return `GRANT ${privileges.join(', ')} ON ${quoteIdentifier(relation)} TO ${grantee}`;
  });
}

/** The function, and the grants that differ from PostgreSQL's default: EXECUTE to PUBLIC. */
function functionSql({ name, definition, callers }: FunctionDescription): string[] {
  const granted = callers.filter((caller) => caller !== 'PUBLIC').map(roleName);
  return [
    definition,
    ...(callers.includes('PUBLIC') ? [] : [`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`]),
    ...(granted.length === 0 ? [] : [`GRANT EXECUTE ON FUNCTION ${name} TO ${granted.join(', ')}`]),
  ];
}

function statements(all: readonly string[]): string {
  return all.map((statement) => `${statement};`).join('\n');
}
