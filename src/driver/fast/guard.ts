import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { Client, Submittable } from 'pg';
import { JournalDatabaseError } from '../../model/journal-database.error.js';
import { isTemporaryFailure } from '../failures/connection-retry.js';
import type { OwnStatement, Scope } from '../contract/contract.js';
import { begin, rollBack } from '../plain/control.js';
import { isEndOfSession, isServerError } from '../failures/failures.js';
import { pgVersion } from '../failures/pg-version.js';
import { FastQuery, type FastTransport } from './fast-transport.js';
import { knownVersions } from './private-members.js';

/** A user id without a user: the statements below read no table. */
const userId = '00000000-0000-0000-0000-000000000000';
const outsideTransaction = { isOpen: false, isTrusted: true };
const inTransaction = { isOpen: true, isTrusted: true };
/** Milliseconds per answer; less than the connection timeout. */
const answerTimeout = 3_000;

/**
 * Tests the fast transport on a real connection: rows, an error of a named statement, an error of a
 * row mapper, the scope afterwards, a failed transaction.
 *
 * @param role a role that the login may act as
 * @returns the first difference from the expected behaviour; undefined if there is none
 * @throws SchemaMissingError, RoleRefusedError, and the error of a lost connection
 */
export async function findFastTransportFault(
  client: Client,
  fast: FastTransport,
  role: string,
): Promise<string | undefined> {
  const unknown = Object.getOwnPropertyNames(pg.Query.prototype).filter(
    (name) => name.startsWith('handle') && !(name in FastQuery.prototype),
  );
  // pg calls these methods from an event: a missing one would be an uncaught exception.
  if (unknown.length > 0) return `it may call ${unknown.join(', ')} of a query`;
  try {
    return await findFault(client, fast, { role, userId });
  } catch (error) {
    if (error instanceof JournalDatabaseError || isTemporaryFailure(error) || isEndOfSession(error))
      throw error;
    return error instanceof Error ? error.message : 'an error is not an Error';
  }
}

/** The warning for the fallback to the plain transport. */
export function fallbackWarning(reason: string): string {
  return (
    `The fast transport does not work with pg ${pgVersion()} (${reason}), so the plain one is used: correct, but slower. ` +
    `Known to work: pg ${knownVersions}. DATABASE_FAST_PATH=false silences this warning.`
  );
}

async function findFault(client: Client, fast: FastTransport, scope: Scope): Promise<string | undefined> {
  const quotient = (divisor: string): OwnStatement<string | null> => ({
    text: 'SELECT 6 / $1::int',
    values: [divisor],
    map: (row) => row.text(0),
  });
  const send = async <T>(statement: OwnStatement<T>, session = outsideTransaction): Promise<unknown> => {
    try {
      return JSON.stringify(await fast.send(scope, statement, session));
    } catch (error) {
      if (isServerError(error) && !isEndOfSession(error)) return error.code;
      if (error === mappingFailed) return 'mapping failed';
      throw error;
    }
  };
  const mappingFailed = new Error('made for the test');
  const failMapping = () => {
    throw mappingFailed;
  };
  const who: OwnStatement<unknown> = {
    text: `SELECT current_setting('app.user_id'), current_user, 'é', n, NULL FROM generate_series(1, 2) n`,
    values: [],
    map: ({ fields }) => [...fields],
  };
  if (!(await withTimeout(callsSubmit(client)))) return 'it does not submit a query object';
  const before = await withTimeout(sessionScope(client));
  const expectations: [string, () => Promise<unknown>, unknown][] = [
    [
      'a row',
      () => send(who),
      JSON.stringify([1, 2].map((n) => [scope.userId, scope.role, 'é', `${n}`, null])),
    ],
    ['an error', () => send(quotient('0')), '22012'],
    ['the scope after an error', () => sessionScope(client), before],
    ['a statement after its error', () => send(quotient('3')), '["2"]'],
    ['an error of a row mapper', () => send({ ...quotient('1'), map: failMapping }), 'mapping failed'],
    ['the scope afterwards', () => sessionScope(client), before],
    ['a transaction', () => begin(client, scope).then(() => send(quotient('2'), inTransaction)), '["3"]'],
    ['an error in a transaction', () => send(quotient('0'), inTransaction), '22012'],
    ['a failed transaction', () => send(quotient('2'), inTransaction), '25P02'],
    ['a statement after a transaction', () => rollBack(client).then(() => send(quotient('6'))), '["1"]'],
    ['the scope at the end', () => sessionScope(client), before],
  ];
  for (const [what, attempt, expected] of expectations)
    if ((await withTimeout(attempt())) !== expected) return `${what} is not as expected`;
  return undefined;
}

/** Whether pg calls `submit` of a foreign query object and reports its error. Sends nothing. */
function callsSubmit(client: Client): Promise<boolean> {
  return new Promise((resolve) => {
    const refusal = new Error('made for the test');
    const handleError = (error: unknown) => resolve(error === refusal);
    const probe = { submit: () => refusal, handleError };
    const answer: unknown = client.query<Submittable>(probe);
    // Otherwise pg treats the object as a query configuration, and returns a promise.
    if (answer !== probe) Promise.resolve(answer).then(handleError, handleError);
  });
}

async function withTimeout<T>(answer: Promise<T>): Promise<T> {
  const silence = setTimeout(answerTimeout, undefined, { ref: false }).then(() => {
    throw new Error(`no answer came within ${answerTimeout} ms`);
  });
  return Promise.race([answer, silence]);
}

async function sessionScope(client: Client): Promise<string> {
  const { rows } = await client.query<object>(
    `SELECT coalesce(current_setting('app.user_id', true), '') AS id, current_user, session_user`,
  );
  return JSON.stringify(rows);
}
