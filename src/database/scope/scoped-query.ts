import pg from 'pg';
import type { QueryConfig } from 'pg';
import {
  PreparedStatementsUnavailableError,
  RoleRefusedError,
  SchemaMissingError,
  UserScopeMissingError,
} from '../errors/index.js';
import { forgetPrepared } from './prepared-scope.js';
import type { ScopeForm } from './scope-form.js';
import { isNobody } from './scope-storage.js';
import type { DatabaseScope } from './scope-storage.js';
import { noteEnd, noteTraces, noteUnfinished } from './session-traces.js';
import { isEndOfSession } from './transient-failure.js';
import type { Wire } from './wire.js';

interface ServerError extends Error {
  code?: string;
  /** What an error of pg's own has not. */
  severity?: string;
  /** The function of the server that reports it; unlike the message it is in no language. */
  routine?: string;
}

/** What a query has to know of the client that sends it. */
export interface Sender {
  readonly form: ScopeForm;
  /** Whether a transaction is open, failed ones included. */
  isInTransaction(): boolean;
  /** Rolls back, and then calls `done`, whatever became of it. */
  rollBack(done: () => void): void;
}

/**
 * A statement that is sent together with its scope. Both go before one Sync and so are one transaction, in one round trip:
 * at its end the scope is gone, whatever became of the statement. Within an open transaction the scope is set anew with
 * each statement, so that one which was smuggled into another does not last.
 *
 * It always speaks the extended protocol, in which a text is one statement and cannot bring others along.
 */
export class ScopedQuery extends pg.Query {
  #isWithin = false;
  /** Commands of the scope that the server has not done yet. */
  #opening = 0;
  #isDone = false;
  /** Whether the server has rows to send, which not every SELECT has. */
  protected hasRows = false;
  /** Whether the server is to use one plan for all values. */
  protected sharesPlan = false;
  #hasFailed = false;
  #isSending = false;
  #wasSent = false;
  // What pg's client reads to limit the wait for a single statement.
  readonly query_timeout: unknown;

  constructor(
    config: QueryConfig | string,
    values: unknown[] | undefined,
    private readonly scope: DatabaseScope,
    private readonly sender: Sender,
  ) {
    super(config as QueryConfig, values);
    this.queryMode = 'extended';
    // All rows at once: otherwise the Sync comes only after the last of them, and never after an error.
    this.rows = undefined;
    this.query_timeout = (config as { query_timeout?: unknown }).query_timeout;
  }

  override prepare(connection: object): void {
    const wire = connection as Wire;
    wire.taker = undefined;
    const send = () => {
      this.#isWithin = this.sender.isInTransaction();
      this.#opening = this.sender.form.open(wire, this.scope, this.#isWithin, this.sharesPlan);
      // Whether an attempt that failed got as far as to leave one of that name is not known.
      if (this.name && !this.hasBeenParsed(connection)) wire.close({ type: 'S', name: this.name });
      this.sendStatement(wire);
    };
    this.#isSending = true;
    this.#wasSent = true;
    try {
      wire.together(send);
    } catch (error) {
      // The client waits for an answer that does not come.
      noteUnfinished(connection);
      throw error;
    } finally {
      this.#isSending = false;
    }
  }

  protected sendStatement(wire: Wire): void {
    super.prepare(wire);
  }

  override _getRows(connection: object): void {
    const wire = connection as Wire;
    wire.execute({ portal: this.portal });
    this.sender.form.close(wire, this.#isWithin);
    wire.sync();
  }

  /** Whether what comes from the server belongs to the scope. */
  protected get isOpening(): boolean {
    return this.#opening > 0;
  }

  /** Counts a command that was done. @returns whether it was the statement itself, for the first time */
  protected isStatementDone(wire: Wire): boolean {
    if (this.isOpening) {
      this.#opening -= 1;
      if (this.#opening === 0) this.sender.form.opened(wire);
      return false;
    }
    if (this.#isDone) return false;
    this.#isDone = true;
    return true;
  }

  override handleDataRow(message: object): void {
    if (!this.isOpening) super.handleDataRow(message);
  }

  override handleRowDescription(message: object): void {
    this.hasRows = true;
    super.handleRowDescription(message);
  }

  override handleCommandComplete(message: object, connection: object): void {
    const wire = connection as Wire;
    if (!this.isStatementDone(wire)) return;
    const { text } = message as { text: string };
    if (/^(DEALLOCATE|DISCARD)/.test(text)) forgetPrepared(wire);
    noteTraces(connection, text, this.hasRows);
    super.handleCommandComplete(message, connection);
  }

  override handleEmptyQuery(): void {
    this.#isDone = true;
  }

  override handleError(error: ServerError, connection: object): void {
    if (isEndOfSession(error)) noteEnd(connection);
    // It waited for its turn: the connection is at work for another one.
    if (!this.#wasSent) return super.handleError(error, connection);
    this.#hasFailed = true;
    (connection as Wire).taker = undefined;
    // Not the server's error, nor one before it was asked: it may still be at work.
    if (error.severity === undefined && !this.#isSending) noteUnfinished(connection);
    if (isLostStatement(error)) forgetPrepared(connection as Wire);
    this.#forget(connection);
    const fail = () => super.handleError(this.#explained(error), connection);
    if (this.sender.form.hasOwnTransaction && !this.#isWithin) this.sender.rollBack(fail);
    else fail();
  }

  // A value that could not be sent is an error before the server has answered.
  override handleReadyForQuery(connection: object): void {
    (connection as Wire).taker = undefined;
    if (this.#hasFailed) this.#forget(connection);
    else super.handleReadyForQuery(connection);
  }

  /** pg takes the answer to the scope's own Parse for the one to that of a named statement. */
  #forget(connection: object): void {
    if (this.name) Reflect.deleteProperty((connection as Wire).parsedStatements, this.name);
  }

  #explained(error: ServerError): Error {
    const cause = { cause: error };
    const { role } = this.scope;
    const { isOpening } = this;
    if (isLostStatement(error) && (isOpening || this.name))
      return new PreparedStatementsUnavailableError(cause);
    if (isOpening && error.code === '22023') return new SchemaMissingError(cause);
    if (isOpening && error.code === '42501') return new RoleRefusedError(role, cause);
    const isRefused =
      error.code === '42501' || (error.code === '22P02' && error.routine === 'string_to_uuid');
    return isRefused && isNobody(this.scope) ? new UserScopeMissingError(cause) : error;
  }
}

/** invalid_sql_statement_name */
function isLostStatement(error: ServerError): boolean {
  return error.code === '26000';
}
