import type { Wire } from './wire.js';

/** The names of the scope's statements that the server has, and of the one that was sent to be prepared. */
interface Prepared {
  names: Set<string>;
  sent?: string;
}

const prepared = new WeakMap<Wire, Prepared>();

/** Sends a prepared statement of the scope along, where the server is not known to have it. */
export function prepareScope(wire: Wire, name: string, text: string): void {
  const known = prepared.get(wire) ?? { names: new Set() };
  prepared.set(wire, known);
  delete known.sent;
  if (known.names.has(name)) return;
  known.sent = name;
  // Whether an attempt that failed got as far as to leave one of that name is not known.
  wire.close({ type: 'S', name });
  wire.parse({ text, name });
}

/** The server has the statement that was sent. */
export function noteScopePrepared(wire: Wire): void {
  const known = prepared.get(wire);
  if (known?.sent !== undefined) known.names.add(known.sent);
}

/** The session has lost its prepared statements: somebody's DEALLOCATE, for instance. */
export function forgetPrepared(wire: Wire): void {
  prepared.delete(wire);
  wire.parsedStatements = {};
}
