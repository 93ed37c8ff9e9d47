import { Readable } from 'node:stream';
import type { Answer, ForeignStatement } from '../contract/contract.js';

/** Rows per FETCH. */
const batchSize = 500;
let opened = 0;

/**
 * Streams the rows of a SELECT by a server-side cursor. The transaction can run other statements
 * and nested transactions between two rows. The stream fails if the transaction ends first.
 *
 * @param query sends a statement in the open transaction
 */
export async function openCursor(
  query: (statement: ForeignStatement) => Promise<Answer>,
  text: string,
  values?: readonly unknown[],
): Promise<Readable> {
  opened += 1;
  const name = `journal_cursor_${opened}`;
  await query({ text: `DECLARE ${name} NO SCROLL CURSOR FOR ${text}`, values });
  // Reads nothing ahead. A FETCH ahead, and the CLOSE behind it, would wait for a nested
  // transaction that the reader runs between two rows. A long wait fails the outer transaction.
  return Readable.from(fetchAll(query, name), { highWaterMark: 0 });
}

async function* fetchAll(
  query: (statement: ForeignStatement) => Promise<Answer>,
  name: string,
): AsyncGenerator<unknown, void> {
  try {
    for (;;) {
      const { rows } = await query({ text: `FETCH FORWARD ${batchSize} FROM ${name}` });
      yield* rows;
      if (rows.length < batchSize) break;
    }
  } finally {
    // Refused after a failed FETCH, whose error the reader gets, and after the end of the
    // transaction, which closes the cursor.
    await query({ text: `CLOSE ${name}` }).catch(() => undefined);
  }
}
