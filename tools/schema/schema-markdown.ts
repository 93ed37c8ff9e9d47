import type {
  ColumnDescription,
  ConstraintDescription,
  GrantDescription,
  PolicyDescription,
  RelationDescription,
  SchemaDescription,
} from '../../src/schema/schema-description.js';
import { withColumns } from '../../src/schema/ddl.js';
import { groupBy } from '../../src/model/group-by.js';
import { entityDiagram } from './entity-diagram.js';

/** The reference of the schema: a diagram, and one chapter per table and view. */
export function schemaMarkdown({ relations, functions }: SchemaDescription): string {
  return [
    '# The schema',
    '<!-- Written by `npm run schema:generate`; do not edit it. -->',
    'As SQL: [schema.sql](schema.sql). Reasons: [decisions](../decisions).',
    `\`\`\`mermaid\n${entityDiagram(relations)}\`\`\``,
    ...relations.map((relation) => (relation.kind === 'view' ? viewText(relation) : relationText(relation))),
    '## Functions',
    table(
      ['function', 'kind', 'may be called by'],
      functions.map(({ name, kind, callers }) => [code(name), kind, callers.map(code).join(', ')]),
    ),
  ].join('\n\n');
}

function relationText(relation: RelationDescription): string {
  const { name, comment, columns, constraints, indexes, policies, grants, rowSecurity } = relation;
  const checks = constraints.filter(({ type }) => type === 'check');
  return [
    `## ${code(name)}`,
    comment ?? '',
    table(
      ['column', 'type', 'null', 'default', 'key', 'meaning'],
      columns.map((column) => columnRow(column, constraints)),
    ),
    'Keys:',
    table(
      ['constraint', 'definition'],
      constraints.filter(({ type }) => type !== 'check').map((key) => [code(key.name), code(key.definition)]),
    ),
    ...titled(
      'Checks:',
      ['constraint', 'condition'],
      checks.map((check) => [code(check.name), code(check.condition ?? '')]),
    ),
    ...titled(
      'Indexes, except those of keys:',
      ['index', 'columns', 'where'],
      indexes.map((index) => [
        `${code(index.name)}${index.isUnique ? ', unique' : ''}`,
        code(index.columns.join(', ')),
        index.predicate === null ? '' : code(index.predicate),
      ]),
    ),
    `Row-level security is ${rowSecurity}.`,
    ...titled(
      'Policies:',
      ['policy', 'for', 'to', 'sees rows where', 'writes rows where'],
      policies.map(policyRow),
    ),
    ...titled('Granted:', ['to', 'what'], grantRows(grants)),
  ].join('\n\n');
}

function viewText({ name, comment, columns, view, grants }: RelationDescription): string {
  const reader = /^WITH .*security_invoker=true/.test(view ?? '') ? 'the caller' : 'its owner';
  return [
    `## ${code(name)}`,
    comment ?? '',
    table(
      ['column', 'type', 'meaning'],
      columns.map((column) => [code(column.name), code(column.type), column.comment ?? '']),
    ),
    `A view that reads with the privileges of ${reader}.`,
    ...titled('Granted:', ['to', 'what'], grantRows(grants)),
  ].join('\n\n');
}

function columnRow(column: ColumnDescription, constraints: readonly ConstraintDescription[]): string[] {
  const keys = constraints.filter(({ type, columns }) => type !== 'check' && columns.includes(column.name));
  const collation = column.collation === null ? '' : ` COLLATE "${column.collation}"`;
  return [
    code(column.name),
    code(`${column.type}${collation}`),
    column.nullability === 'NULL' ? 'yes' : 'no',
    column.default === null ? '' : code(column.default),
    [...new Set(keys.map(({ type, references }) => keyText(type, references)))].join(', '),
    column.comment ?? '',
  ];
}

function keyText(type: ConstraintDescription['type'], references: string | null): string {
  if (type === 'primary key') return 'primary';
  if (references === null) return 'unique';
  return `→ ${code(/^\S+/.exec(references)?.[0] ?? '')}`;
}

function policyRow({ name, command, roles, using, check }: PolicyDescription): string[] {
  return [
    code(name),
    command === 'ALL' ? 'all commands' : command,
    roles.map(code).join(', '),
    using === null ? '' : code(using),
    check === null ? '' : code(check),
  ];
}

function grantRows(grants: readonly GrantDescription[]): string[][] {
  return groupBy(grants, ({ grantee }) => grantee).map(([grantee, granted]) => {
    const privileges = groupBy(granted, ({ privilege, column }) => `${privilege} ${column === null}`);
    const texts = privileges.map(([, same]) =>
      withColumns(
        same[0]?.privilege ?? '',
        same.flatMap(({ column }) => (column === null ? [] : [code(column)])),
      ),
    );
    return [code(grantee), texts.join(', ')];
  });
}

function titled(title: string, columns: readonly string[], rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : [title, table(columns, rows)];
}

function table(columns: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function code(text: string): string {
  return `\`${text}\``;
}
