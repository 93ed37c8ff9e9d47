import type { Node, RangeVar } from 'libpg-query';
import { namePartsOf, nodesOf, tablesIn } from './parser.js';
import type { Unit } from './statements.js';
import type { TableState, Snapshot } from './snapshot.js';

/** Input of a rule: one unit of a statement, and the state of the tables around it. */
export interface JudgedUnit extends Unit {
  before: Snapshot;
  after: Snapshot;
  /** Before the migration: no other session uses tables that the migration itself has created. */
  existing: Snapshot;
  isInTransaction: boolean;
}

/** The targets of a statement that existed before the migration; null for no table at all. */
export function existingTargets({
  tree,
  existing,
}: Pick<JudgedUnit, 'tree' | 'existing'>): TableState[] | null {
  const names = targetsOf(tree);
  return names && names.flatMap((name) => find(existing, name));
}

/** All tables named in a tree that existed before the migration. */
export function existingTables(tree: unknown, existing: Snapshot): TableState[] {
  return tablesIn(tree).flatMap((table) => find(existing, nameOf(table)));
}

interface Name {
  schema?: string | undefined;
  name: string;
  isIndex?: boolean;
}

function find({ relations }: Snapshot, { schema, name, isIndex }: Name): TableState[] {
  return [...relations.values()].filter(
    (relation) =>
      (schema === undefined || relation.schema === schema) &&
      (isIndex ? relation.indexes.includes(name) : relation.name === name),
  );
}

function targetsOf(tree: Node): Name[] | null {
  if ('DropStmt' in tree) return droppedTargets(tree.DropStmt);
  if ('LockStmt' in tree) return tablesIn(tree.LockStmt.relations).map(nameOf);
  if ('TruncateStmt' in tree) return tablesIn(tree.TruncateStmt.relations).map(nameOf);
  if ('VacuumStmt' in tree) return tablesIn(tree.VacuumStmt.rels).map(nameOf);
  if ('GrantStmt' in tree) return tablesIn(tree.GrantStmt.objects).map(nameOf);
  const [statement] = Object.values(tree) as {
    relation?: RangeVar;
    table?: RangeVar;
    objtype?: string;
    renameType?: string;
  }[];
  const table = statement?.relation ?? statement?.table;
  if (table === undefined) return null;
  const isIndex =
    [statement?.objtype, statement?.renameType].includes('OBJECT_INDEX') ||
    ('ReindexStmt' in tree && nodesOf(tree, 'ReindexStmt')[0]?.kind === 'REINDEX_OBJECT_INDEX');
  return [{ ...nameOf(table), isIndex }];
}

function droppedTargets({
  objects = [],
  removeType,
}: {
  objects?: Node[];
  removeType?: string;
}): Name[] | null {
  const parts = objects.map(namePartsOf);
  switch (removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_FOREIGN_TABLE':
      return parts.map((names) => qualified(names));
    case 'OBJECT_INDEX':
      return parts.map((names) => ({ ...qualified(names), isIndex: true }));
    case 'OBJECT_POLICY':
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE':
      return parts.map((names) => qualified(names.slice(0, -1)));
    default:
      return null;
  }
}

function qualified(names: readonly string[]): Name {
  return { schema: names.at(-2), name: names.at(-1) ?? '' };
}

function nameOf({ schemaname, relname = '' }: RangeVar): Name {
  return { schema: schemaname, name: relname };
}
