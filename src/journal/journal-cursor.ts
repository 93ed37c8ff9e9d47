import { z } from 'zod';
import { storableInstant, storableKey } from '../model/storable.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/** A cursor that this version did not make. */
export class InvalidCursorError extends JournalDatabaseError {
  readonly code = 'INVALID_CURSOR';

  constructor(options?: ErrorOptions) {
    super('The cursor is not one that `page` returned; start again without a cursor.', options);
  }
}

/** The place of an entry in the order of the journal, newest first: the keyset of a page. */
export interface JournalPosition {
  ts: Date;
  id: string;
}

const position = z.tuple([
  z.iso
    .datetime({ precision: 3 })
    .transform((text) => new Date(text))
    .pipe(storableInstant),
  storableKey,
]);

/**
 * An opaque text for URLs, exact because `ts` has no more than the milliseconds that a Date holds.
 */
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
