import type {
  ColumnDescription,
  ConstraintDescription,
  RelationDescription,
} from '../../src/schema/schema-description.js';

/** Mermaid diagram of the tables, their columns and foreign keys. */
export function entityDiagram(all: readonly RelationDescription[]): string {
  const relations = all.filter(({ kind }) => kind !== 'view');
  const lines = [
    'erDiagram',
    ...relations.flatMap(relationshipLines),
    ...relations.flatMap(({ name, columns, constraints }) => [
      `${name} {`,
      ...columns.map((column) => `  ${columnText(column, constraints)}`),
      '}',
    ]),
  ];
  return lines.map((line, number) => `${number === 0 ? '' : '  '}${line}\n`).join('');
}

/**
 * One line per foreign key, with the referenced table first. A nullable column makes the
 * relationship optional, and a unique index makes it one to one.
 */
function relationshipLines(relation: RelationDescription): string[] {
  const { name, columns, constraints } = relation;
  return constraints.flatMap((key) => {
    const parent = /^\S+/.exec(key.references ?? '')?.[0];
    if (parent === undefined) return [];
    const isOptional = columns.some(
      (column) => key.columns.includes(column.name) && column.nullability === 'NULL',
    );
    const ends = `${isOptional ? '|o' : '||'}--${isOneToOne(key, relation) ? 'o|' : 'o{'}`;
    return [`${parent} ${ends} ${name} : "${key.columns.at(-1)}"`];
  });
}

function isOneToOne({ columns }: ConstraintDescription, { indexes }: RelationDescription): boolean {
  const isSame = (other: readonly string[]) => other.join() === columns.join();
  const coversAll = (predicate: string | null) =>
    predicate === null || columns.some((column) => predicate === `(${column} IS NOT NULL)`);
  return indexes.some((index) => index.isUnique && isSame(index.columns) && coversAll(index.predicate));
}

function columnText(column: ColumnDescription, constraints: readonly ConstraintDescription[]): string {
  const marks = { 'primary key': 'PK', 'foreign key': 'FK', 'unique constraint': 'UK' } as const;
  const keys = Object.entries(marks).flatMap(([kind, mark]) =>
    constraints.some(({ type, columns }) => type === kind && columns.includes(column.name)) ? [mark] : [],
  );
  const parts = [typeText(column.type), column.name];
  if (keys.length > 0) parts.push(keys.join(', '));
  if (column.nullability === 'NULL') parts.push('"null"');
  return parts.join(' ');
}

/** Mermaid accepts one word without commas, so precision and scale are omitted. */
function typeText(type: string): string {
  return type
    .replace(/\(.*\)/, '')
    .replace(/^timestamp with time zone$/, 'timestamptz')
    .replaceAll(' ', '_');
}
