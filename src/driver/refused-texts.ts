import { CopyRefusedError, TransactionControlError } from './failures/transaction.errors.js';

const controlWords = /^(begin|start|commit|end|rollback|abort|savepoint|release)$/i;

/**
 * Returns the error for a text that must not be sent: a text that begins or ends a transaction or a
 * savepoint, or a COPY. COPY FROM STDIN would hang: the driver sends no data, and the server
 * ignores the Sync in copy mode.
 */
export function refusalOf(text: string): Error | undefined {
  // The server would read what follows the NUL as another part of the message.
  if (text.includes('\0')) return new TypeError('SQL text contains a NUL character; nothing was sent.');
  const statement = withoutComments(text);
  // The first word decides, as in PostgreSQL's grammar.
  const word = /^[a-z]+/i.exec(statement)?.[0] ?? '';
  if (controlWords.test(word)) return new TransactionControlError();
  if (/^prepare$/i.test(word) && /^transaction\b/i.test(withoutComments(statement.slice(word.length))))
    return new TransactionControlError();
  return /^copy$/i.test(word) ? new CopyRefusedError() : undefined;
}

/** The text without leading blanks, comments and semicolons. */
function withoutComments(text: string): string {
  const ignored = /(?:[\s;]|--[^\n\r]*)+/y;
  let at = 0;
  for (;;) {
    ignored.lastIndex = at;
    const end = ignored.test(text) ? ignored.lastIndex : commentEnd(text, at);
    if (end === at) return text.slice(at);
    at = end;
  }
}

/** The end of the block comment at `start`. Block comments nest in PostgreSQL. */
function commentEnd(text: string, start: number): number {
  if (!text.startsWith('/*', start)) return start;
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return text.length;
}
