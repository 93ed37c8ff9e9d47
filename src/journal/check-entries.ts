import type { z } from 'zod';
import { InvalidInputError, inputProblems, shown } from '../model/input-check.js';
import type { InputProblem } from '../model/input-check.js';
import { circularLinks } from './circular-links.js';
import { entryRecord, newEntry } from './new-entry.js';
import type { EntryRecord, NewEntry } from './new-entry.js';
import { isPlainEntry, isPlainRecord } from './plain-entry.js';

/** @throws InvalidInputError with every invalid value */
export function refuseInvalidEntries(entries: readonly NewEntry[]): void {
  refuse(problemsOf(entries, newEntry, isPlainEntry, 0));
}

/**
 * @param first the index of the first record in the whole input, for the messages
 * @throws InvalidInputError with every invalid value
 */
export function refuseInvalidRecords(records: readonly EntryRecord[], first = 0): void {
  refuse(problemsOf(records, entryRecord, isPlainRecord, first));
  const circular = circularLinks(records);
  refuse(
    records.flatMap(({ id, originalEntryId }, index) =>
      circular.has(id)
        ? problem(first + index, id, 'original_entry_id', originalEntryId, 'leads in a circle')
        : [],
    ),
  );
}

function problemsOf<T extends NewEntry>(
  entries: readonly T[],
  schema: z.ZodType,
  isPlain: (entry: T) => boolean,
  first: number,
): InputProblem[] {
  const ids = new Set<string>();
  const problems: InputProblem[] = [];
  entries.forEach((entry, index) => {
    if (!isPlain(entry)) problems.push(...inputProblems(schema, entry, first + index));
    if (typeof entry?.id !== 'string') return;
    if (ids.has(entry.id)) problems.push(problem(first + index, entry.id, 'id', entry.id, 'is given twice'));
    ids.add(entry.id);
  });
  return problems;
}

function problem(index: number, id: string, column: string, value: unknown, reason: string): InputProblem {
  return { index, id, column, value: shown(value), reason };
}

function refuse(problems: readonly InputProblem[]): void {
  if (problems.length > 0) throw new InvalidInputError('journal entry', problems);
}
