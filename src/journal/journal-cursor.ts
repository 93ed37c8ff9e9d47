import { z } from 'zod';
import { storableInstant, storableKey } from '../model/storable.js';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * `after` is not a cursor that `page` returned. Nothing was read.
 *
 * @remedy Start without a cursor.
 */
export class InvalidCursorError extends JournalDatabaseError {
  readonly code = 'INVALID_CURSOR';

  constructor(options?: ErrorOptions) {
    super('Invalid cursor: pass `next` of a page as `after`, or start again without a cursor.', options);
  }
}

/** The keyset of a page: the sort key of its last entry. */
export type JournalPosition = Pick<JournalEntry, 'ts' | 'id'>;

const position = z.tuple([
  z.iso
    .datetime({ precision: 3 })
    .transform((text) => new Date(text))
    .pipe(storableInstant),
  storableKey,
]);

/** An opaque, URL-safe text. Exact: `ts` has millisecond precision in the database, as a Date. */
export function encodeCursor({ ts, id }: JournalPosition): string {
  return Buffer.from(JSON.stringify([ts.toISOString(), id])).toString('base64url');
}

/** @throws InvalidCursorError */
export function decodeCursor(cursor: string): JournalPosition {
  try {
    const [ts, id] = position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { ts, id };
  } catch (error) {
    throw new InvalidCursorError({ cause: error });
  }
}
