import { entryColumns, type EntryColumn } from '../../../model/entry-column.js';
import { contentColumns } from '../../../journal/entry-columns.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import type { CheckedEntry } from '../check/check-file.js';
import type { ChangeAction, ChangedColumns, EntryChange } from '../report/import-report.js';
import { differingColumns, valueText } from './compare-content.js';
import { isRemovedOnServer, type Conflict, type ConflictReason } from './decide.js';
import type { StoredEntry } from './stored-chain.js';

const stateColumns = entryColumns.filter(({ property }) => ['deletedAt', 'editReason'].includes(property));

export function deletedChange(row: CheckedEntry, stored: StoredEntry): EntryChange {
  return changeOf('deleted', row, stored, 'The stored entry was marked as deleted.');
}

/**
 * @param deletion the change of the row that the copy replaces
 * @param stored the entry that represented this row
 */
export function replacedChange(deletion: EntryChange, copy: EntryRecord, stored: StoredEntry): EntryChange {
  const outcome = `The stored entry was marked as deleted, and the edited one, ${copy.id}, was appended as its successor.`;
  const sides = sidesOf(copy, stored, contentColumns);
  return {
    ...deletion,
    action: 'replaced',
    stored: { ...sides.stored, ...stateOf(deletion.stored) },
    file: { ...sides.file, ...stateOf(deletion.file) },
    outcome,
  };
}

function stateOf(side: ChangedColumns): Record<string, string | null> {
  const state = new Set(stateColumns.map(({ name }) => name));
  return Object.fromEntries(Object.entries(side).filter(([name]) => state.has(name)));
}

export function restoredChange(row: CheckedEntry, stored: StoredEntry, id: string): EntryChange {
  const outcome = `An entry with its content, ${id}, was appended as the successor.`;
  return changeOf('restored', row, stored, outcome);
}

/** @param live the entry that replaces the stored one */
export function keptChange(row: CheckedEntry, stored: StoredEntry, live?: StoredEntry): EntryChange {
  const where = isRemovedOnServer(stored) ? 'on the server' : 'by an earlier import';
  const outcome =
    live === undefined
      ? `The entry was removed ${where}, and stays removed.`
      : `The entry was amended ${where}, and ${live.id} stays in its place.`;
  return changeOf('kept', row, live ?? stored, outcome);
}

/**
 * @param edited the row by which the browser application replaced the one in conflict, if it did
 */
export function conflictChange(row: CheckedEntry, conflict: Conflict, edited = row.record): EntryChange {
  const { reason, entry } = conflict;
  const change = changeOf('conflict', row, entry, `${keepServers} ${remedies[reason](conflict)}`);
  return { ...change, ...sidesOf(edited, entry, [...contentColumns, ...stateColumns]) };
}

function changeOf(
  action: ChangeAction,
  { row, record }: CheckedEntry,
  stored: StoredEntry,
  outcome: string,
): EntryChange {
  const { id, symbol = null, type, day, ts, amount } = record;
  const sides = sidesOf(record, stored, [...contentColumns, ...stateColumns]);
  return { action, row, id, symbol, type, date: day ?? ts.toISOString(), amount, ...sides, outcome };
}

function sidesOf(
  file: EntryRecord,
  stored: StoredEntry,
  columns: readonly EntryColumn[],
): Pick<EntryChange, 'stored' | 'file'> {
  const differing = differingColumns(file, stored, columns);
  const valuesOf = (entry: EntryRecord): ChangedColumns => ({
    id: entry.id,
    ...Object.fromEntries(differing.map((column) => [column.name, valueText(entry, column)])),
  });
  return { stored: valuesOf(stored), file: valuesOf(file) };
}

const keepServers = 'To keep what the server has, import without the rows in conflict.';

/** How to resolve a conflict. */
const remedies: Record<ConflictReason, (conflict: Conflict) => string> = {
  content: ({ entry: { id, deletedAt } }) => {
    const amend =
      deletedAt === null ? `amend the entry ${id}` : `restore the entry ${id}, amend the restored one`;
    return `To take the file's values, ${amend} on the server to have them, and import again.`;
  },
  amended: ({ entry, original }) =>
    `To take what the browser application has, remove the entry ${entry.id} on the server, restore the entry ` +
    `${original.id}, and import again.`,
  removed: ({ entry: { id } }) =>
    `To take what the browser application has, restore the entry ${id} on the server, and import again.`,
};
