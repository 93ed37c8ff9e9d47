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
import type { Judged } from './facts.js';
import { nodesOf } from './parser.js';

/**
 * What a rule guards. `lock`: other sessions wait for as long as the work takes; both directions.
 * `release`: the one before this one stops working; on the way up only, as the way down is there to
 * take things away. `name`: on the way up only.
 */
export type Guarded = 'lock' | 'release' | 'name';

export interface Rule {
  name: string;
  guards: Guarded;
  /** Why not, and what to write instead. */
  reason: string;
  isBroken(judged: Judged): boolean;
}

/** What squawk does not look for, or cannot know without the catalog. */
export const ownRules: readonly Rule[] = [
  {
    name: 'lock-table',
    guards: 'lock',
    reason:
      'Nobody else can use the table until the transaction ends. Let each statement take the lock that it needs.',
    isBroken: (judged) => 'LockStmt' in judged.tree && targets(judged).length > 0,
  },
  {
    name: 'vacuum-full-or-cluster',
    guards: 'lock',
    reason:
      'It writes the table anew while nobody can read it. Use pg_repack in an operation of its own, or nothing.',
    isBroken: ({ tree }) => isRewritingCommand(tree),
  },
  {
    name: 'truncate',
    guards: 'release',
    reason: 'It empties a table that is in use. Delete rows in batches, if they are to go at all.',
    isBroken: (judged) => 'TruncateStmt' in judged.tree && targets(judged).length > 0,
  },
  {
    name: 'set-not-null',
    guards: 'lock',
    reason:
      'It reads the whole table while nobody else can. First ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID; in a later ' +
      'migration VALIDATE CONSTRAINT, then SET NOT NULL, which reads nothing more, and DROP CONSTRAINT.',
    isBroken: (judged) =>
      !isValidation(judged) && targets(judged).some((table) => becomesNotNull(judged, table)),
  },
  {
    name: 'check-with-column',
    guards: 'lock',
    reason:
      'It reads the whole table while nobody else can. Add the column alone, then the constraint with NOT VALID, and VALIDATE ' +
      'CONSTRAINT in a later migration.',
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
      'It goes through rows while this transaction keeps everybody from a table. Do it in a migration of its own, before the one that locks.',
    isBroken: (judged) => readsRows(judged) && isHoldingLock(judged),
  },
  {
    name: 'rows-in-one-transaction',
    guards: 'lock',
    reason:
      'It holds a lock on every row that it writes until all is done. Write in batches, from a migration with `transaction = false` that can be repeated.',
    isBroken: (judged) => judged.isInTransaction && !isHoldingLock(judged) && writesRows(judged),
  },
  {
    name: 'unnamed-constraint',
    guards: 'name',
    reason:
      'A later migration, or the text of an error, cannot rely on a name that PostgreSQL chooses. Name it.',
    isBroken: ({ tree }) =>
      nodesOf(tree, 'Constraint').some(({ contype, conname }) => isNamedKind(contype) && !conname) ||
      nodesOf(tree, 'IndexStmt').some(({ idxname }) => !idxname),
  },
  {
    name: 'rename',
    guards: 'release',
    reason:
      'The release before this one knows the old name. Add what is new, and take the old away in a later release.',
    isBroken: (judged) => isRename(judged) && existingTargets(judged)?.length !== 0,
  },
  {
    name: 'drop-unique',
    guards: 'release',
    reason:
      'ON CONFLICT of the release before this one may rely on it. Take it away only after the last release that does, and where others take its place, make them first.',
    isBroken: (judged) =>
      targets(judged).some(({ uniqueIndexes }) =>
        droppedNames(judged).some((name) => uniqueIndexes.includes(name)),
      ),
  },
  {
    name: 'drop-object',
    guards: 'release',
    reason: 'The release before this one may use it. Take it away in a later release.',
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
      'The release before this one may need what is taken away. Add the new policy or grant, and take the old one away in a later release.',
    isBroken: (judged) => targets(judged).length > 0 && narrowsAccess(judged),
  },
];

/**
 * Found by what happened to the table's file, and said only where no other rule names the
 * statement.
 */
export const rewriteRule: Rule = {
  name: 'table-rewrite',
  guards: 'lock',
  reason:
    'PostgreSQL writes the whole table anew while nobody can read it. Add a column without a default, or with one that is the ' +
    'same for all rows, and fill it in batches.',
  isBroken: ({ before, after, existing }) =>
    [...existing.relations.keys()].some((oid) => {
      const file = after.relations.get(oid)?.file;
      return file !== undefined && file !== before.relations.get(oid)?.file;
    }),
};
