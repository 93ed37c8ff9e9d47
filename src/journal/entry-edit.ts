import { z } from 'zod';
import { checkInput, inputProblems, InvalidInputError, withChange } from '../model/input-check.js';
import { newEntry, type NewEntry } from './new-entry.js';
import { storableKey, storableText } from '../model/storable.js';

/**
 * The changed members of an amended entry; omitted members keep their values. A new `ts` without a
 * `day` removes the day.
 */
export type EntryChanges = Partial<Omit<NewEntry, 'id'>>;

/** The reason and the author of a removal. */
export interface Removal {
  /** Not empty. Stored as `editReason`. */
  reason: string;
  /** The author, in any form that the application chooses. */
  editedBy?: string | null;
}

/** The reason and the author of an amendment. */
export interface Amendment extends Removal {
  /** The id of the successor; makes the call idempotent. Defaults to a new UUIDv7. */
  id?: string;
}

/** The reason and the author of a restoration. */
export interface Restoration extends Partial<Removal> {
  /** The id of the new entry; makes the call idempotent. Defaults to a new UUIDv7. */
  id?: string;
}

const reason = storableText.refine((text) => text.trim() !== '', 'must not be empty');
const removal = z.strictObject({ reason, editedBy: storableText.nullish() });
const amendment = removal.extend({ id: storableKey.optional() });
const restoration = amendment.extend({ reason: reason.optional() });
/** The rules of the changes of an amendment. */
export const entryChanges = withChange(newEntry.omit({ id: true }).partial());

/** @throws InvalidInputError */
export function checkRemoval(given: Removal): Removal {
  return checkInput('removal', removal, given);
}

/** @throws InvalidInputError with the problems of the changes and of the amendment */
export function checkAmendment(
  id: string,
  changes: EntryChanges,
  given: Amendment,
): [EntryChanges, Amendment] {
  const rules = withOtherId(amendment, id);
  const problems = [...inputProblems(entryChanges, changes), ...inputProblems(rules, given)];
  if (problems.length > 0) throw new InvalidInputError('amendment', problems);
  const checked: EntryChanges = entryChanges.parse(changes);
  // Figures count an entry by its day; the day of the old instant would be wrong.
  const losesDay = checked.ts !== undefined && checked.day === undefined;
  return [losesDay ? { ...checked, day: null } : checked, rules.parse(given)];
}

/** @throws InvalidInputError */
export function checkRestoration(id: string, given: Restoration): Restoration {
  return checkInput('restoration', withOtherId(restoration, id), given);
}

/** Adds the rule that a successor has another id than the entry `id`. */
function withOtherId<T extends z.ZodType<{ id?: string | undefined }>>(schema: T, id: string): T {
  return schema.refine((edit) => edit.id !== id, {
    path: ['id'],
    message: 'must differ from the id of the entry',
  });
}
