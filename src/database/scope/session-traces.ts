/** Statements that leave nothing behind in the session, by the tag with which the server reports them done. */
const traceless = /^(SELECT|INSERT|UPDATE|DELETE|MERGE|COPY|FETCH|SHOW|EXPLAIN)\b/;

const traced = new WeakSet<object>();

/** Notes that a statement was done that may have left a setting, a cursor, a prepared statement, … for whoever comes next. */
export function noteTraces(connection: object, commandTag: string): void {
  if (!traceless.test(commandTag)) traced.add(connection);
}

/** Whether the connection is better closed than used for somebody else. */
export function hasTraces(connection: object): boolean {
  return traced.has(connection);
}

const ended = new WeakSet<object>();

/** Notes that the server ends the session; the connection may take a moment longer to be gone. */
export function noteEnd(connection: object): void {
  ended.add(connection);
}

/** Whether the server has ended the session. */
export function hasEnded(connection: object): boolean {
  return ended.has(connection);
}
