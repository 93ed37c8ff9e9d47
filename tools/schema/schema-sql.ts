import {
  constraintSql,
  functionSql,
  grantsSql,
  indexSql,
  policySql,
  relationSql,
  roleSql,
} from '../../src/schema/ddl.js';
import { quoteIdentifier, quoteLiteral } from '../../src/model/sql-text.js';
import type { RelationDescription, SchemaDescription } from '../../src/schema/schema-description.js';

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
    statements(indexes.map(indexSql)),
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

function statements(all: readonly string[]): string {
  return all.map((statement) => `${statement};`).join('\n');
}
