import { z } from 'zod';
import { checkChanges, checkInput, InvalidInputError, refusal, shown } from '../model/input-check.js';
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
export const entryChanges = newEntry.omit({ id: true }).partial();

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
  const checkReason = () => requireOtherId('amendment', id, checkInput('amendment', amendment, given));
  let checked: EntryChanges;
  try {
    checked = checkEntryChanges(changes);
  } catch (error) {
    throw withProblemsOf(checkReason, error);
  }
  return [checked, checkReason()];
}

function withProblemsOf(check: () => unknown, error: unknown): unknown {
  try {
    check();
  } catch (other) {
    if (error instanceof InvalidInputError && other instanceof InvalidInputError)
      return new InvalidInputError('amendment', [...error.problems, ...other.problems]);
  }
  return error;
}

/** @throws InvalidInputError */
export function checkRestoration(id: string, given: Restoration): Restoration {
  return requireOtherId('restoration', id, checkInput('restoration', restoration, given));
}

function checkEntryChanges(given: EntryChanges): EntryChanges {
  const changes = checkChanges('change of a journal entry', entryChanges, given);
  // Figures count an entry by its day; the day of the old instant would be wrong.
  return changes.ts !== undefined && changes.day === undefined ? { ...changes, day: null } : changes;
}

function requireOtherId<T extends { id?: string | undefined }>(what: string, id: string, edit: T): T {
  if (edit.id !== id) return edit;
  throw refusal(what, {
    id,
    property: 'id',
    value: shown(id),
    reason: 'must differ from the id of the entry',
  });
}
