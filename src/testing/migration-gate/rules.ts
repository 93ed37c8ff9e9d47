import type { Breach } from './problem.js';
import type { TableState } from './snapshot.js';
import { existingTargets, existingTables, nodesOf, namePartsOf, type JudgedUnit } from './statements.js';

/**
 * Kind of a rule. `lock`: other sessions would wait; checked in both directions. `release`: the
 * previous release would break; checked for `up` only, because `down` exists to remove things.
 * `name`: naming rules; checked for `up` only.
 */
export type Guarded = 'lock' | 'release' | 'name';

interface Rule extends Breach {
  guards: Guarded;
  isBroken(judged: JudgedUnit): boolean;
}

/** Rules that squawk does not have, or cannot check without the catalog. */
export const ownRules: readonly Rule[] = [
  {
    rule: 'lock-table',
    guards: 'lock',
    reason:
      'No other session can use the table until the transaction ends. Let each statement take the lock that it needs.',
    isBroken: (judged) => 'LockStmt' in judged.tree && targets(judged).length > 0,
  },
  {
    rule: 'vacuum-full-or-cluster',
    guards: 'lock',
    reason:
      'It rewrites the table while no other session can read it. Use pg_repack outside of migrations, or nothing.',
    isBroken: ({ tree }) => isRewritingCommand(tree),
  },
  {
    rule: 'truncate',
    guards: 'release',
    reason: 'It empties a table in use. If rows must be deleted, delete them in batches.',
    isBroken: (judged) => 'TruncateStmt' in judged.tree && targets(judged).length > 0,
  },
  {
    rule: 'set-not-null',
    guards: 'lock',
    reason:
      'It reads the whole table while no other session can use it. First ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID; in a ' +
      'later migration VALIDATE CONSTRAINT, then SET NOT NULL, which reads no rows, and DROP CONSTRAINT.',
    isBroken: (judged) =>
      !isValidation(judged) && targets(judged).some((table) => becomesNotNull(judged, table)),
  },
  {
    rule: 'check-with-column',
    guards: 'lock',
    reason:
      'It reads the whole table while no other session can use it. Add the column alone, then the constraint with NOT VALID, and ' +
      'VALIDATE CONSTRAINT in a later migration.',
    isBroken: (judged) =>
      targets(judged).length > 0 &&
      nodesOf(judged.tree, 'AlterTableCmd')
        .filter(({ subtype }) => subtype === 'AT_AddColumn')
        .some((command) => nodesOf(command, 'Constraint').some(({ contype }) => contype === 'CONSTR_CHECK')),
  },
  {
    rule: 'rows-under-lock',
    guards: 'lock',
    reason:
      'It reads or writes rows while this transaction locks a table. Do it in a separate migration, before the migration that locks.',
    isBroken: (judged) => readsRows(judged) && isHoldingLock(judged),
  },
  {
    rule: 'rows-in-one-transaction',
    guards: 'lock',
    reason:
      'It locks every row that it writes until the transaction ends. Write in batches, in an idempotent migration with `transaction = false`.',
    isBroken: (judged) => judged.isInTransaction && !isHoldingLock(judged) && writesRows(judged),
  },
  {
    rule: 'unnamed-constraint',
    guards: 'name',
    reason:
      'Later migrations and error handling cannot rely on a name that PostgreSQL generates. Name the constraint or index.',
    isBroken: ({ tree }) =>
      nodesOf(tree, 'Constraint').some(({ contype, conname }) => isNamedKind(contype) && !conname) ||
      nodesOf(tree, 'IndexStmt').some(({ idxname }) => !idxname),
  },
  {
    rule: 'rename',
    guards: 'release',
    reason:
      'The previous release uses the old name. Add the new object, and drop the old one in a later release.',
    isBroken: (judged) => isRename(judged) && existingTargets(judged)?.length !== 0,
  },
  {
    rule: 'drop-unique',
    guards: 'release',
    reason:
      'ON CONFLICT of the previous release may need the unique index. Drop it after the last release that needs it, and create replacements first.',
    isBroken: (judged) =>
      targets(judged).some(({ uniqueIndexes }) =>
        droppedNames(judged).some((name) => uniqueIndexes.includes(name)),
      ),
  },
  {
    rule: 'drop-object',
    guards: 'release',
    reason: 'The previous release may use it. Drop it in a later release.',
    isBroken: (judged) =>
      'DropStmt' in judged.tree &&
      /VIEW|FUNCTION|PROCEDURE|ROUTINE|TYPE|DOMAIN|SEQUENCE|SCHEMA|EXTENSION/.test(
        judged.tree.DropStmt.removeType ?? '',
      ) &&
      existingTargets(judged)?.length !== 0,
  },
  {
    rule: 'narrow-access',
    guards: 'release',
    reason:
      'The previous release may need the access that is removed. Add the new policy or grant, and remove the old one in a later release.',
    isBroken: (judged) => existingTargets(judged)?.length !== 0 && narrowsAccess(judged),
  },
];

/** Detected by the change of the table's file. Reported if every other broken rule is waived. */
export const rewriteRule: Rule = {
  rule: 'table-rewrite',
  guards: 'lock',
  reason:
    'PostgreSQL rewrites the whole table while no other session can read it. Add a column without a default or with a constant ' +
    'default, and fill it in batches.',
  isBroken: ({ before, after, existing }) =>
    [...existing.keys()].some((oid) => {
      const file = after.get(oid)?.file;
      return file !== undefined && file !== before.get(oid)?.file;
    }),
};

function targets(judged: JudgedUnit): TableState[] {
  return existingTargets(judged) ?? [];
}

function isRewritingCommand(tree: JudgedUnit['tree']): boolean {
  if ('ClusterStmt' in tree) return true;
  return (
    'VacuumStmt' in tree &&
    nodesOf(tree.VacuumStmt.options, 'DefElem').some(({ defname }) => defname === 'full')
  );
}

function becomesNotNull({ before, after }: JudgedUnit, { oid }: TableState): boolean {
  const [was, is] = [before.get(oid), after.get(oid)];
  return (is?.notNull ?? []).some(
    (column) =>
      was?.columns.includes(column) && !was.notNull.includes(column) && !was.checkedNotNull.includes(column),
  );
}

function isValidation({ tree }: JudgedUnit): boolean {
  return nodesOf(tree, 'AlterTableCmd').every(({ subtype }) => subtype === 'AT_ValidateConstraint');
}

function isHoldingLock({ before, existing }: JudgedUnit): boolean {
  return [...existing.keys()].some((oid) => before.get(oid)?.isLocked);
}

/** Whether the duration grows with the rows of a table in use. */
function readsRows({ tree, existing }: JudgedUnit): boolean {
  if ('InsertStmt' in tree) return existingTables(tree.InsertStmt.selectStmt, existing).length > 0;
  const kinds = ['SelectStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CreateTableAsStmt', 'CopyStmt'];
  return kinds.some((kind) => kind in tree) && existingTables(tree, existing).length > 0;
}

function writesRows({ tree, existing }: JudgedUnit): boolean {
  return (['UpdateStmt', 'DeleteStmt', 'MergeStmt'] as const).some((kind) =>
    nodesOf(tree, kind).some(({ relation }) => existingTables(relation, existing).length > 0),
  );
}

function isNamedKind(kind: string | undefined): boolean {
  return /^CONSTR_(CHECK|PRIMARY|UNIQUE|EXCLUSION|FOREIGN)$/.test(kind ?? '');
}

/** Excludes tables and their columns, which squawk reports, and indexes, whose rename is safe. */
function isRename({ tree }: JudgedUnit): boolean {
  if ('AlterObjectSchemaStmt' in tree) return true;
  if (!('RenameStmt' in tree)) return false;
  const { renameType = '', relationType } = tree.RenameStmt;
  if (renameType === 'OBJECT_COLUMN') return relationType !== 'OBJECT_TABLE';
  return !/^OBJECT_(TABLE|INDEX)$/.test(renameType);
}

function droppedNames({ tree }: JudgedUnit): string[] {
  if ('DropStmt' in tree && tree.DropStmt.removeType === 'OBJECT_INDEX')
    return (tree.DropStmt.objects ?? []).flatMap((object) => namePartsOf(object).slice(-1));
  return nodesOf(tree, 'AlterTableCmd').flatMap(({ subtype, name }) =>
    subtype === 'AT_DropConstraint' && name !== undefined ? [name] : [],
  );
}

function narrowsAccess(judged: JudgedUnit): boolean {
  const { tree } = judged;
  if ('DropStmt' in tree) return tree.DropStmt.removeType === 'OBJECT_POLICY';
  if ('GrantStmt' in tree) return tree.GrantStmt.is_grant !== true;
  if ('GrantRoleStmt' in tree) return tree.GrantRoleStmt.is_grant !== true;
  if ('DropOwnedStmt' in tree) return true;
  if ('AlterPolicyStmt' in tree) return true;
  if ('CreatePolicyStmt' in tree) return tree.CreatePolicyStmt.permissive !== true;
  return nodesOf(tree, 'AlterTableCmd').some(
    ({ subtype }) =>
      subtype === 'AT_ForceRowSecurity' ||
      // The owner bypasses row-level security. Other roles need a grant to use the table.
      (subtype === 'AT_EnableRowSecurity' && targets(judged).some(({ isGranted }) => isGranted)),
  );
}
