import type { Wire } from './wire.js';

const name = 'journal_scope';
const prepared = new WeakSet<Wire>();

/** The name of the scope's prepared statement on a connection; where the server is not known to have it, it is sent along. */
export function scopeStatementOn(wire: Wire, text: string): string {
  if (!prepared.has(wire)) {
    // Whether an attempt that failed got as far as to leave one of that name is not known.
    wire.close({ type: 'S', name });
    wire.parse({ text, name });
  }
  return name;
}

/** The server has the statement. */
export function noteScopePrepared(wire: Wire): void {
  prepared.add(wire);
}

/** The session has lost its prepared statements: somebody's DEALLOCATE, for instance. */
export function forgetPrepared(wire: Wire): void {
  prepared.delete(wire);
  wire.parsedStatements = {};
}
