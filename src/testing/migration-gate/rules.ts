import {
  becomesNotNull,
  droppedNames,
  isHoldingLock,
  isNamedKind,
  isRename,
  isRewritingCommand,
  isValidation,
  narrowsAccess,
  readsRows,
  targets,
  writesRows,
} from './effects.js';
import { existingTargets } from './facts.js';
import type { JudgedUnit } from './facts.js';
import { nodesOf } from './parser.js';

/**
 * Kind of a rule. `lock`: other sessions would wait; checked in both directions. `release`: the
 * previous release would break; checked for `up` only, because `down` exists to remove things.
 * `name`: naming rules; checked for `up` only.
 */
export type Guarded = 'lock' | 'release' | 'name';

export interface Rule {
  name: string;
  guards: Guarded;
  /** Why the statement is refused, and what to write instead. */
  reason: string;
  isBroken(judged: JudgedUnit): boolean;
}

/** Rules that squawk does not have, or cannot check without the catalog. */
export const ownRules: readonly Rule[] = [
  {
    name: 'lock-table',
    guards: 'lock',
    reason:
      'No other session can use the table until the transaction ends. Let each statement take the lock that it needs.',
    isBroken: (judged) => 'LockStmt' in judged.tree && targets(judged).length > 0,
  },
  {
    name: 'vacuum-full-or-cluster',
    guards: 'lock',
    reason:
      'It rewrites the table while no other session can read it. Use pg_repack outside of migrations, or nothing.',
    isBroken: ({ tree }) => isRewritingCommand(tree),
  },
  {
    name: 'truncate',
    guards: 'release',
    reason: 'It empties a table in use. If rows must be deleted, delete them in batches.',
    isBroken: (judged) => 'TruncateStmt' in judged.tree && targets(judged).length > 0,
  },
  {
    name: 'set-not-null',
    guards: 'lock',
    reason:
      'It reads the whole table while no other session can use it. First ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID; in a ' +
      'later migration VALIDATE CONSTRAINT, then SET NOT NULL, which reads no rows, and DROP CONSTRAINT.',
    isBroken: (judged) =>
      !isValidation(judged) && targets(judged).some((table) => becomesNotNull(judged, table)),
  },
  {
    name: 'check-with-column',
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
    name: 'rows-under-lock',
    guards: 'lock',
    reason:
      'It reads or writes rows while this transaction locks a table. Do it in a separate migration, before the migration that locks.',
    isBroken: (judged) => readsRows(judged) && isHoldingLock(judged),
  },
  {
    name: 'rows-in-one-transaction',
    guards: 'lock',
    reason:
      'It locks every row that it writes until the transaction ends. Write in batches, in an idempotent migration with `transaction = false`.',
    isBroken: (judged) => judged.isInTransaction && !isHoldingLock(judged) && writesRows(judged),
  },
  {
    name: 'unnamed-constraint',
    guards: 'name',
    reason:
      'Later migrations and error handling cannot rely on a name that PostgreSQL generates. Name the constraint or index.',
    isBroken: ({ tree }) =>
      nodesOf(tree, 'Constraint').some(({ contype, conname }) => isNamedKind(contype) && !conname) ||
      nodesOf(tree, 'IndexStmt').some(({ idxname }) => !idxname),
  },
  {
    name: 'rename',
    guards: 'release',
    reason:
      'The previous release uses the old name. Add the new object, and drop the old one in a later release.',
    isBroken: (judged) => isRename(judged) && existingTargets(judged)?.length !== 0,
  },
  {
    name: 'drop-unique',
    guards: 'release',
    reason:
      'ON CONFLICT of the previous release may need the unique index. Drop it after the last release that needs it, and create replacements first.',
    isBroken: (judged) =>
      targets(judged).some(({ uniqueIndexes }) =>
        droppedNames(judged).some((name) => uniqueIndexes.includes(name)),
      ),
  },
  {
    name: 'drop-object',
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
    name: 'narrow-access',
    guards: 'release',
    reason:
      'The previous release may need the access that is removed. Add the new policy or grant, and remove the old one in a later release.',
    isBroken: (judged) => targets(judged).length > 0 && narrowsAccess(judged),
  },
];

/** Detected by the change of the table's file. Reported only if no other rule is broken. */
export const rewriteRule: Rule = {
  name: 'table-rewrite',
  guards: 'lock',
  reason:
    'PostgreSQL rewrites the whole table while no other session can read it. Add a column without a default or with a constant ' +
    'default, and fill it in batches.',
  isBroken: ({ before, after, existing }) =>
    [...existing.relations.keys()].some((oid) => {
      const file = after.relations.get(oid)?.file;
      return file !== undefined && file !== before.relations.get(oid)?.file;
    }),
};
