import { types } from 'node:util';
import pg from 'pg';
import type { Client, ClientConfig, QueryConfig, Submittable } from 'pg';
import { ConnectionClient } from '../connection-client.js';
import { UnitOfWorkAbortedError, UnitOfWorkMissingError } from '../errors/index.js';
import { handingOverAnswers } from './answer-tap.js';
import { MappedQuery } from './mapped-query.js';
import type { MappedStatement } from './mapped-query.js';
import { explicitForm, singleForm } from './scope-form.js';
import { ScopedQuery } from './scoped-query.js';
import type { Sender } from './scoped-query.js';
import type { ScopeStorage } from './scope-storage.js';
import type { ScopeTransport } from './scope-transport.js';
import { sendingOneByOne, sendingTogether } from './sending-together.js';
import { notingTraces } from './session-traces.js';
import { endingWithConnection } from './stream-end.js';

type Callback = (error: Error | null, result?: unknown) => void;
type Statement = string | QueryConfig | Submittable;

/** They reach no data, and one of them must get through where a transaction has failed and takes nothing else. */
const transactionControl =
  /^\s*(start\s+transaction|begin|commit|rollback|savepoint|release|set\s+transaction)\b[^;]*;?\s*$/i;
const commit = /^\s*commit\b/i;

/**
 * A class of clients that send every statement in the scope of the moment. Nothing that shares the pool can go round it.
 */
export function scopedClientClass(
  scopes: ScopeStorage,
  { scopeForm, preparedStatements, fastPath }: ScopeTransport,
): new (config: ClientConfig) => Client {
  const form = scopeForm === 'explicit' ? explicitForm : singleForm(preparedStatements);

  return class ScopedClient extends ConnectionClient {
    constructor(config: ClientConfig) {
      super(config);
      if (fastPath) handingOverAnswers(this.connection);
      if (fastPath) sendingTogether(this.connection);
      else sendingOneByOne(this.connection);
      // A connection that is lost fails its statement, and besides is an event that would end the process if nobody listened.
      this.on('error', () => undefined);
      const send = this.query.bind(this) as (
        statement: Statement,
        values?: unknown,
        callback?: unknown,
      ) => unknown;
      const sender: Sender = {
        form,
        isInTransaction: () => (this.getTransactionStatus() ?? 'I') !== 'I',
        rollBack: (done) => {
          if (this._queryable === false) return done();
          const rollback = new pg.Query('ROLLBACK');
          rollback.callback = done;
          // Ahead of what waits already: whoever gave up waiting for a statement may have handed the client on.
          this._queryQueue.unshift(rollback);
        },
      };
      const scoped = (statement: Statement, values?: unknown[] | Callback, callback?: Callback): unknown => {
        if (isSubmittable(statement)) {
          // A stream or COPY has its own way to speak, so its scope must stand already when its turn comes.
          if (this.getTransactionStatus() !== 'T') throw new UnitOfWorkMissingError();
          const scope = new ScopedQuery('', undefined, scopes.current, sender);
          scope.callback = () => undefined;
          send(scope);
          return send(onlyWithin(this, guarded(this, statement)), values, callback);
        }
        if (transactionControl.test(textOf(statement))) {
          const sent = send(statement, values, callback);
          return commit.test(textOf(statement)) ? refusingRollback(sent) : sent;
        }
        const config = preparedStatements ? statement : withoutName(statement);
        const given = Array.isArray(values) ? values : undefined;
        const query = isMapped(config)
          ? new MappedQuery(config, scopes.current, sender)
          : new ScopedQuery(config, given, scopes.current, sender);
        const whenDone = typeof values === 'function' ? values : (callback ?? callbackOf(statement));
        if (whenDone === undefined)
          return new Promise((resolve, reject) => {
            query.callback = (error, result) => (error ? reject(error) : resolve(result));
            send(query);
          });
        query.callback = whenDone;
        return send(query);
      };
      this.query = scoped as Client['query'];
    }
  };
}

/**
 * PostgreSQL answers the COMMIT of a transaction in which a statement has failed by a rollback, and calls that no error: whoever
 * caught the failure would believe that all was kept.
 */
function refusingRollback(sent: unknown): unknown {
  if (!types.isPromise(sent)) return sent;
  return (sent as Promise<{ command?: string }>).then((result) => {
    if (result.command === 'ROLLBACK') throw new UnitOfWorkAbortedError(true);
    return result;
  });
}

/** Text that was injected into it cannot bring a second statement along, what it leaves behind is noted, and it comes to an end. */
function guarded(client: Client, statement: Submittable): Submittable {
  if (statement instanceof pg.Query) statement.queryMode = 'extended';
  return endingWithConnection(notingTraces(statement, client.connection), client.connection);
}

/** A transaction that stands when something is queued may have ended when it is sent. */
function onlyWithin(client: Client, statement: Submittable): Submittable {
  const submit = statement.submit.bind(statement) as (connection: unknown) => unknown;
  statement.submit = (connection: unknown) =>
    client.getTransactionStatus() === 'I' ? new UnitOfWorkMissingError() : submit(connection);
  return statement;
}

function isMapped(statement: string | QueryConfig): statement is MappedStatement {
  return typeof statement === 'object' && 'mapRow' in statement;
}

function withoutName(statement: string | QueryConfig): string | QueryConfig {
  return typeof statement === 'string' ? statement : { ...statement, name: undefined };
}

function isSubmittable(statement: Statement): statement is Submittable {
  return typeof statement === 'object' && 'submit' in statement;
}

function textOf(statement: string | QueryConfig): string {
  return typeof statement === 'string' ? statement : statement.text;
}

function callbackOf(statement: string | QueryConfig): Callback | undefined {
  return typeof statement === 'object' && 'callback' in statement
    ? (statement.callback as Callback)
    : undefined;
}
