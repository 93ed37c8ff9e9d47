import { existingTables, existingTargets } from './facts.js';
import type { JudgedUnit } from './facts.js';
import { namePartsOf, nodesOf } from './parser.js';
import type { TableState } from './snapshot.js';

export function targets(judged: JudgedUnit): TableState[] {
  return existingTargets(judged) ?? [];
}

export function isRewritingCommand(tree: JudgedUnit['tree']): boolean {
  if ('ClusterStmt' in tree) return true;
  return (
    'VacuumStmt' in tree &&
    nodesOf(tree.VacuumStmt.options, 'DefElem').some(({ defname }) => defname === 'full')
  );
}

export function becomesNotNull({ before, after }: JudgedUnit, { oid }: TableState): boolean {
  const [was, is] = [before.relations.get(oid), after.relations.get(oid)];
  return (is?.notNull ?? []).some(
    (column) =>
      was?.columns.includes(column) && !was.notNull.includes(column) && !was.checkedNotNull.includes(column),
  );
}

export function isValidation({ tree }: JudgedUnit): boolean {
  return nodesOf(tree, 'AlterTableCmd').every(({ subtype }) => subtype === 'AT_ValidateConstraint');
}

export function isHoldingLock({ before, existing }: JudgedUnit): boolean {
  return [...existing.relations.keys()].some((oid) => before.relations.get(oid)?.isLocked);
}

/** Whether the duration grows with the rows of a table in use. */
export function readsRows({ tree, existing }: JudgedUnit): boolean {
  if ('InsertStmt' in tree) return existingTables(tree.InsertStmt.selectStmt, existing).length > 0;
  const kinds = ['SelectStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CreateTableAsStmt', 'CopyStmt'];
  return kinds.some((kind) => kind in tree) && existingTables(tree, existing).length > 0;
}

export function writesRows({ tree, existing }: JudgedUnit): boolean {
  return (['UpdateStmt', 'DeleteStmt', 'MergeStmt'] as const).some((kind) =>
    nodesOf(tree, kind).some(({ relation }) => existingTables(relation, existing).length > 0),
  );
}

export function isNamedKind(kind: string | undefined): boolean {
  return /^CONSTR_(CHECK|PRIMARY|UNIQUE|EXCLUSION|FOREIGN)$/.test(kind ?? '');
}

/** Excludes renames of columns and tables, which squawk reports, and of indexes, which are safe. */
export function isRename({ tree }: JudgedUnit): boolean {
  if ('AlterObjectSchemaStmt' in tree) return true;
  return 'RenameStmt' in tree && !/^OBJECT_(COLUMN|TABLE|INDEX)$/.test(tree.RenameStmt.renameType ?? '');
}

export function droppedNames({ tree }: JudgedUnit): string[] {
  if ('DropStmt' in tree && tree.DropStmt.removeType === 'OBJECT_INDEX')
    return (tree.DropStmt.objects ?? []).flatMap((object) => namePartsOf(object).slice(-1));
  return nodesOf(tree, 'AlterTableCmd').flatMap(({ subtype, name }) =>
    subtype === 'AT_DropConstraint' && name !== undefined ? [name] : [],
  );
}

export function narrowsAccess({ tree }: JudgedUnit): boolean {
  if ('DropStmt' in tree) return tree.DropStmt.removeType === 'OBJECT_POLICY';
  if ('GrantStmt' in tree) return tree.GrantStmt.is_grant !== true;
  if ('AlterPolicyStmt' in tree) return true;
  if ('CreatePolicyStmt' in tree) return tree.CreatePolicyStmt.permissive !== true;
  return nodesOf(tree, 'AlterTableCmd').some(({ subtype }) =>
    /^AT_(Enable|Force)RowSecurity$/.test(subtype ?? ''),
  );
}
