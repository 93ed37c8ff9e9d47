import type { Submittable } from 'pg';

/**
 * Statements that leave nothing behind in the session, by the tag with which the server reports them done. EXPLAIN is none
 * of them: with ANALYZE it makes a table, or runs a prepared statement, and still calls itself EXPLAIN.
 */
const traceless = /^(SELECT|INSERT|UPDATE|DELETE|MERGE|COPY|FETCH|SHOW)\b/;

/** The first four letters of those that are sent most. */
const frequent = new Set(['SELE', 'INSE', 'UPDA'].map((letters) => Buffer.from(letters).readInt32BE()));

/** The same of a tag in the bytes that arrived; of those that are not sent often it says no. */
export function isTraceless(bytes: Buffer, from: number): boolean {
  return frequent.has(bytes.readInt32BE(from));
}

const traced = new WeakSet<object>();

/** Notes that a statement was done that may have left a setting, a cursor, a prepared statement, … for whoever comes next. */
export function noteTraces(connection: object, commandTag: string, hasRows: boolean): void {
  // CREATE TABLE AS and SELECT INTO call themselves SELECT, but have no rows to describe.
  const isSelectInto = commandTag.startsWith('SELECT') && !hasRows;
  if (isSelectInto || !traceless.test(commandTag)) traced.add(connection);
}

/** The same for what has its own way to speak: a stream, COPY or a query object. */
export function notingTraces(statement: Submittable, connection: object): Submittable {
  const answers = statement as Submittable & Answers;
  const onRows = answers.handleRowDescription?.bind(statement);
  const onDone = answers.handleCommandComplete?.bind(statement);
  let hasRows = false;
  answers.handleRowDescription = (...message) => {
    hasRows = true;
    onRows?.(...message);
  };
  answers.handleCommandComplete = (message, ...rest) => {
    noteTraces(connection, message.text, hasRows);
    onDone?.(message, ...rest);
  };
  return statement;
}

/** What pg's client calls when the server has answered. */
interface Answers {
  handleRowDescription?(...message: unknown[]): void;
  handleCommandComplete?(message: { text: string }, ...rest: unknown[]): void;
}

/** Notes that somebody waits no longer for a statement: it is still running, and the next user would have to wait for it. */
export function noteUnfinished(connection: object): void {
  traced.add(connection);
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
