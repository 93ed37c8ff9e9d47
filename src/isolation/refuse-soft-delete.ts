import type { DataSource, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import { SoftDeleteQueryBuilder } from 'typeorm/query-builder/SoftDeleteQueryBuilder.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';
import { JournalEntry } from '../model/journal-entry.entity.js';

/** What TypeORM does to the column of `@DeleteDateColumn`: sets it or clears it. */
type SoftDeletion = 'soft-delete' | 'restore';

const reasons: Readonly<Record<SoftDeletion, string>> = {
  'soft-delete':
    "TypeORM's softDelete() and softRemove() do not work on the journal, because the deletion of an entry has a reason. " +
    'Call `JournalRepository.remove(id, { reason })`.',
  restore:
    "TypeORM's restore() and recover() do not work on the journal, because the deletion of an entry is final. " +
    'Call `JournalRepository.restore(id)`, which appends a copy of the entry.',
};

/**
 * `softDelete`, `softRemove`, `restore` or `recover` of TypeORM was called for journal entries,
 * directly or by a cascade. The journal was not changed.
 *
 * @remedy Call `JournalRepository.remove` or `JournalRepository.restore`.
 */
export class SoftDeleteRefusedError extends JournalDatabaseError {
  readonly code = 'SOFT_DELETE_REFUSED';

  constructor(kind: SoftDeletion) {
    super(reasons[kind]);
  }
}

/**
 * Checks the arguments of an entity manager's method: entity classes, entities and lists of them.
 *
 * @throws SoftDeleteRefusedError if any of them is the journal's
 */
export function refuseSoftDeletion(
  dataSource: DataSource,
  kind: SoftDeletion,
  args: readonly unknown[],
): void {
  for (const arg of args.flat()) {
    const target = typeof arg === 'object' && arg !== null ? arg.constructor : arg;
    if (typeof target !== 'function' && typeof target !== 'string') continue;
    const entity = target as EntityTarget<ObjectLiteral>;
    if (dataSource.hasMetadata(entity)) refuseJournal(dataSource.getMetadata(entity), kind);
  }
}

function refuseJournal({ tablePath, dataSource }: EntityMetadata, kind: SoftDeletion): void {
  if (!dataSource.hasMetadata(JournalEntry)) return;
  if (tablePath === dataSource.getMetadata(JournalEntry).tablePath) throw new SoftDeleteRefusedError(kind);
}

/**
 * All soft deletions of TypeORM, cascades included, end in this builder. Its prototype is patched,
 * because every new DataSource of the process replaces a registered subclass. Other entities are
 * soft-deleted as before.
 */
const builder = SoftDeleteQueryBuilder.prototype;

const getQuery = Reflect.get<typeof builder, 'getQuery'>(builder, 'getQuery');
const execute = Reflect.get<typeof builder, 'execute'>(builder, 'execute');

builder.getQuery = function () {
  refuseBuilder(this);
  return getQuery.call(this);
};

// TypeORM's `execute` calls subscribers before `getQuery`, so it needs a check of its own.
builder.execute = async function () {
  refuseBuilder(this);
  return execute.call(this);
};

function refuseBuilder({ expressionMap: { mainAlias, queryType } }: typeof builder): void {
  if (mainAlias?.hasMetadata) refuseJournal(mainAlias.metadata, queryType as SoftDeletion);
}
