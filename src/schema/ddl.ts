import type {
  ColumnDescription,
  ConstraintDescription,
  PolicyDescription,
  RelationDescription,
  RoleDescription,
} from './schema-description.js';
import { quoteIdentifier } from '../model/sql-text.js';

// CREATE statements for descriptions. Names are quoted only if PostgreSQL requires it.

export function roleSql({ name, attributes }: RoleDescription): string {
  return `CREATE ROLE ${quoteIdentifier(name)} ${attributes.join(' ')}`;
}

/** The table without foreign keys, which can be added only after all tables exist. */
export function relationSql({ name, kind, view, columns, constraints }: RelationDescription): string {
  if (view !== null) {
    const [, options = '', query = view] = /^(WITH \([^)]*\) )?AS ([^]*?);?$/.exec(view) ?? [];
    return `CREATE ${kind.toUpperCase()} ${quoteIdentifier(name)} ${options}AS\n${query}`;
  }
  const parts = [
    ...columns.map(columnSql),
    ...constraints.filter(({ type }) => type !== 'foreign key').map(constraintClause),
  ];
  const keyword = kind === 'unlogged table' ? 'UNLOGGED TABLE' : 'TABLE';
  return `CREATE ${keyword} ${quoteIdentifier(name)} (\n${parts.map((part) => `  ${part}`).join(',\n')}\n)`;
}

export function columnSql(column: ColumnDescription): string {
  return [
    quoteIdentifier(column.name),
    column.type,
    ...(column.collation === null ? [] : [`COLLATE "${column.collation}"`]),
    ...(column.nullability === 'NULL' ? [] : ['NOT NULL']),
    ...(column.default === null ? [] : [`DEFAULT ${column.default}`]),
    ...(column.generated === null ? [] : [`GENERATED ${column.generated}`]),
  ].join(' ');
}

export function constraintSql(relation: string, constraint: ConstraintDescription): string {
  return `ALTER TABLE ${quoteIdentifier(relation)} ADD ${constraintClause(constraint)}`;
}

export function policySql(relation: string, policy: PolicyDescription): string {
  const { name, kind, command, roles, using, check } = policy;
  const restrictive = kind === 'RESTRICTIVE' ? ' AS RESTRICTIVE' : '';
  return [
    `CREATE POLICY ${quoteIdentifier(name)} ON ${quoteIdentifier(relation)}${restrictive} FOR ${command} TO ${roles.map(roleName).join(', ')}`,
    ...(using === null ? [] : [`USING (${using})`]),
    ...(check === null ? [] : [`WITH CHECK (${check})`]),
  ].join('\n  ');
}

/** `SELECT`, or `SELECT (id, email)`. */
export function withColumns(privilege: string, columns: readonly string[]): string {
  return columns.length === 0 ? privilege : `${privilege} (${columns.join(', ')})`;
}

function constraintClause({ name, definition }: ConstraintDescription): string {
  return `CONSTRAINT ${quoteIdentifier(name)} ${definition}`;
}

export function roleName(name: string): string {
  return name === 'PUBLIC' ? name : quoteIdentifier(name);
}
