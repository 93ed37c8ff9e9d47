import pg from 'pg';
import type { QueryConfig } from 'pg';
import { RoleRefusedError, SchemaMissingError, UserScopeMissingError } from '../errors/index.js';
import { isNobody } from './scope-storage.js';
import type { DatabaseScope } from './scope-storage.js';
import { noteTraces } from './session-traces.js';

/** The part of pg's connection that speaks the extended query protocol. */
interface Wire {
  parse(message: { text: string }): void;
  bind(message: { values: string[] }): void;
  execute(message: object): void;
  close(message: { type: 'S'; name: string }): void;
  /** The named statements that the server has. */
  parsedStatements: Record<string, string>;
}

interface ServerError extends Error {
  code?: string;
  /** The function of the server that reports it; unlike the message it is in no language. */
  routine?: string;
}

declare module 'pg' {
  // pg's own queries have these; its types leave them out, as only such as this one need them.
  interface Query {
    callback: ((error: Error | null, result?: unknown) => void) | undefined;
    queryMode: string | undefined;
    name: string | undefined;
    rows: number | undefined;
    hasBeenParsed(connection: object): unknown;
    prepare(connection: object): void;
    handleRowDescription(message: object): void;
    handleDataRow(message: object): void;
    handleCommandComplete(message: object, connection: object): void;
    handleError(error: Error, connection: object): void;
    handleReadyForQuery(connection: object): void;
  }
}

const setScope = `SELECT set_config('role', $1, true), set_config('app.user_id', $2, true)`;

/**
 * A statement that is sent together with its scope. Both go before one Sync and so are one transaction, in one round trip:
 * at its end the scope is gone, whatever became of the statement. Within an open transaction the scope is set anew with
 * each statement, so that one which was smuggled into another does not last.
 *
 * It always speaks the extended protocol, in which a text is one statement and cannot bring others along.
 */
export class ScopedQuery extends pg.Query {
  #isScopeSet = false;
  #hasRows = false;
  #hasFailed = false;
  // What pg's client reads to limit the wait for a single statement.
  readonly query_timeout: unknown;

  constructor(
    config: QueryConfig | string,
    values: unknown[] | undefined,
    private readonly scope: DatabaseScope,
  ) {
    super(config as QueryConfig, values);
    this.queryMode = 'extended';
    // All rows at once: otherwise the Sync comes only after the last of them, and never after an error.
    this.rows = undefined;
    this.query_timeout = (config as { query_timeout?: unknown }).query_timeout;
  }

  override prepare(connection: object): void {
    const wire = connection as Wire;
    wire.parse({ text: setScope });
    wire.bind({ values: [this.scope.role, this.scope.userId] });
    wire.execute({});
    // Whether an attempt that failed got as far as to leave one of that name is not known.
    if (this.name && !this.hasBeenParsed(connection)) wire.close({ type: 'S', name: this.name });
    super.prepare(connection);
  }

  // What comes first belongs to the scope.
  override handleDataRow(message: object): void {
    if (this.#isScopeSet) super.handleDataRow(message);
  }

  override handleRowDescription(message: object): void {
    this.#hasRows = true;
    super.handleRowDescription(message);
  }

  override handleCommandComplete(message: object, connection: object): void {
    if (!this.#isScopeSet) {
      this.#isScopeSet = true;
      return;
    }
    const { text } = message as { text: string };
    // CREATE TABLE AS and SELECT INTO call themselves SELECT, but have no rows to describe.
    noteTraces(connection, this.#hasRows || !text.startsWith('SELECT') ? text : 'CREATE TABLE');
    super.handleCommandComplete(message, connection);
  }

  override handleError(error: Error, connection: object): void {
    this.#hasFailed = true;
    this.#forget(connection);
    super.handleError(this.#explained(error), connection);
  }

  // A value that could not be sent is an error before the server has answered.
  override handleReadyForQuery(connection: object): void {
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
    if (!this.#isScopeSet && error.code === '22023') return new SchemaMissingError(cause);
    if (!this.#isScopeSet && error.code === '42501') return new RoleRefusedError(role, cause);
    const isRefused =
      error.code === '42501' || (error.code === '22P02' && error.routine === 'string_to_uuid');
    return isRefused && isNobody(this.scope) ? new UserScopeMissingError(cause) : error;
  }
}
