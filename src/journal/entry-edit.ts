import { z } from 'zod';
import { InvalidInputError, checkInput, shown } from '../model/input-check.js';
import { newEntry } from './new-entry.js';
import type { NewEntry } from './new-entry.js';
import { storableKey, storableText } from '../model/storable.js';

/**
 * What is to be different in an amended entry; what is left out stays as it is. A new `ts` without
 * a `day` takes the day away.
 */
export type EntryChanges = Partial<Omit<NewEntry, 'id'>>;

/** Why an entry is removed, and by whom. */
export interface Removal {
  reason: string;
  /** Whoever did it, in words of the application's own. */
  editedBy?: string | null;
}

/** Why an entry is amended, and by whom. */
export interface Amendment extends Removal {
  /** The id of the successor, which makes a repeated call harmless; a UUIDv7 unless given. */
  id?: string;
}

/** Why an entry is restored, and by whom. */
export interface Restoration extends Partial<Removal> {
  /** The id of the new entry, which makes a repeated call harmless; a UUIDv7 unless given. */
  id?: string;
}

const reason = storableText.refine((text) => text.trim() !== '', 'must not be empty');
const removal = z.strictObject({ reason, editedBy: storableText.nullish() });
const amendment = removal.extend({ id: storableKey.optional() });
const restoration = amendment.extend({ reason: reason.optional() });
const entryChanges = newEntry.omit({ id: true }).partial();

/** @throws InvalidInputError */
export function checkRemoval(given: Removal): Removal {
  return checkInput('removal', removal, given);
}

/** @throws InvalidInputError */
export function checkAmendment(id: string, given: Amendment): Amendment {
  return ofAnotherId('amendment', id, checkInput('amendment', amendment, given));
}

/** @throws InvalidInputError */
export function checkRestoration(id: string, given: Restoration): Restoration {
  return ofAnotherId('restoration', id, checkInput('restoration', restoration, given));
}

/** @throws InvalidInputError */
export function checkChanges(given: EntryChanges): EntryChanges {
  const changes = checkInput('change of a journal entry', entryChanges, given);
  if (Object.values(changes).every((value) => value === undefined))
    throw new InvalidInputError('change of a journal entry', [
      {
        index: 0,
        id: undefined,
        column: 'changes',
        value: '{}',
        reason: 'must name what is to be different',
      },
    ]);
  // The day of another instant would count the entry where it no longer is.
  return changes.ts !== undefined && changes.day === undefined ? { ...changes, day: null } : changes;
}

function ofAnotherId<T extends { id?: string | undefined }>(what: string, id: string, edit: T): T {
  if (edit.id !== id) return edit;
  throw new InvalidInputError(what, [
    { index: 0, id, column: 'id', value: shown(id), reason: 'must be another one than that of the entry' },
  ]);
}
