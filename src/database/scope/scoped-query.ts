import pg from 'pg';
import type { QueryConfig } from 'pg';
import { RoleRefusedError, SchemaMissingError, UserScopeMissingError } from '../errors.js';
import { isNobody } from './scope-storage.js';
import type { DatabaseScope } from './scope-storage.js';

/** The part of pg's connection that speaks the extended query protocol. */
interface Wire {
  parse(message: { text: string }): void;
  bind(message: { values: string[] }): void;
  execute(message: object): void;
}

interface ServerError extends Error {
  code?: string;
}

declare module 'pg' {
  // pg's own queries have these; its types leave them out, as only such as this one need them.
  interface Query {
    callback: ((error: Error | null, result?: unknown) => void) | undefined;
    queryMode: string | undefined;
    prepare(connection: object): void;
    handleDataRow(message: object): void;
    handleCommandComplete(message: object, connection: object): void;
    handleError(error: Error, connection: object): void;
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

  constructor(
    config: QueryConfig | string,
    values: unknown[] | undefined,
    private readonly scope: DatabaseScope,
  ) {
    super(config as QueryConfig, values);
    this.queryMode = 'extended';
  }

  override prepare(connection: object): void {
    const wire = connection as Wire;
    wire.parse({ text: setScope });
    wire.bind({ values: [this.scope.role, this.scope.userId] });
    wire.execute({});
    super.prepare(connection);
  }

  // What comes first belongs to the scope.
  override handleDataRow(message: object): void {
    if (this.#isScopeSet) super.handleDataRow(message);
  }

  override handleCommandComplete(message: object, connection: object): void {
    if (this.#isScopeSet) super.handleCommandComplete(message, connection);
    this.#isScopeSet = true;
  }

  override handleError(error: Error, connection: object): void {
    super.handleError(this.#explained(error), connection);
  }

  #explained(error: ServerError): Error {
    const cause = { cause: error };
    const { role } = this.scope;
    if (!this.#isScopeSet && error.code === '22023') return new SchemaMissingError(cause);
    if (!this.#isScopeSet && error.code === '42501') return new RoleRefusedError(role, cause);
    const isRefused =
      error.code === '42501' || (error.code === '22P02' && error.message.endsWith('uuid: ""'));
    return isRefused && isNobody(this.scope) ? new UserScopeMissingError(cause) : error;
  }
}
