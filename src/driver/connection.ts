import type { ConnectionClient } from './plain/connection-client.js';
import { CommitOutcomeUnknownError, UnitOfWorkAbortedError } from './failures/transaction.errors.js';
import {
  ConnectionLostError,
  ReadOnlyServerError,
  StatementTimeoutError,
} from './failures/connection.errors.js';
import type { LostOutcome } from './failures/connection.errors.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';
import type {
  Answer,
  ForeignStatement,
  Isolation,
  OwnStatement,
  Scope,
  Transport,
} from './contract/contract.js';
import * as control from './plain/control.js';
import { translateError, translateOwnError, translateScopeError } from './failures/translate.js';
import { isEndOfSession, isReadOnly, isRefusedCommit } from './failures/failures.js';

/** Settings of all connections of a pool. */
interface ConnectionSettings {
  /** Milliseconds until the client closes the connection of an unanswered statement; 0: never. */
  statementLimit: number;
  /**
   * Called after a timeout or a read-only error: other connections may lead to the wrong server.
   */
  onWrongServer: () => void;
}

/**
 * Milliseconds by which the client waits longer than the server: the server's timeout leaves the
 * connection usable.
 */
export const limitMargin = 5_000;

/** Milliseconds. A timer of Node for a longer time fires at once. */
const longestTimer = 2 ** 31 - 1;

/** The outcome of a lost own statement that is a transaction of its own. */
const outcomeOf = ({ isRead }: OwnStatement<unknown>): LostOutcome => (isRead ? 'undone' : 'unknown');

/** The reason for closing a connection whose caller no longer wants the answer. */
export class CallAbandoned extends Error {}

/**
 * A connection to the server with the state of its session: the open transaction, its scope, and
 * whether foreign text has run since the last reset. One borrower uses it at a time, and awaits
 * each call before the next. A connection whose state is unknown is lost: it rejects every later
 * call.
 */
export class Connection {
  #lost: Error | undefined;
  /** Rejects the unanswered exchange. */
  #abort: ((reason: Error) => void) | undefined;
  /** The scope of the open transaction; undefined if it must be set before the next statement. */
  #scope: Scope | undefined;
  /** Whether foreign text has run since the last reset. */
  #isForeign = false;
  readonly #resetText: string;
  #limit: number;
  /** The limit at each savepoint, by its name: a rollback undoes a SET of `statement_timeout`. */
  readonly #limits = new Map<string, number>();
  #lastAnswer = performance.now();

  constructor(
    private readonly client: ConnectionClient,
    private readonly transport: Transport,
    private readonly server: control.ServerInfo,
    private readonly settings: ConnectionSettings,
  ) {
    this.#resetText = control.resetText(server);
    this.#limit = settings.statementLimit;
    client.on('error', (error) => this.close(error));
    client.on('end', () => this.close(new Error('Connection terminated')));
  }

  get lostBy(): Error | undefined {
    return this.#lost;
  }

  /** The isolation level of a transaction that requests none. */
  get defaultIsolation(): Isolation {
    return this.server.defaultIsolation;
  }

  /** Start of the idle time, by `performance.now()`; undefined while a call is unanswered. */
  get idleSince(): number | undefined {
    return this.#abort ? undefined : this.#lastAnswer;
  }

  /** Closes the connection, and rejects the unanswered call. */
  close(reason: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = reason;
    this.#abort?.(reason);
    this.client.hangUp();
  }

  /**
   * Runs an own statement as a separate transaction.
   *
   * @throws ConnectionLostError
   */
  async runOwn<T>(scope: Scope, statement: OwnStatement<T>): Promise<T[]> {
    try {
      if (!this.transport.carriesScope) {
        const send = () => this.#send(scope, statement, true);
        return await this.#inTransaction(scope, send, outcomeOf(statement));
      }
      return await this.#send(scope, statement, false);
    } catch (error) {
      throw translateOwnError(scope, error);
    }
  }

  /** Runs foreign text as a separate transaction, and resets the session. */
  async runForeign(scope: Scope, statement: ForeignStatement): Promise<Answer> {
    try {
      return await this.#inTransaction(scope, () => this.#sendForeign(statement));
    } catch (error) {
      throw translateError(scope, error);
    }
  }

  async begin(scope: Scope, isolation?: Isolation): Promise<void> {
    try {
      await this.#exchange(
        () => control.begin(this.client, scope, isolation, this.server.searchPath),
        'unsent',
      );
    } catch (error) {
      await this.rollBack();
      throw translateScopeError(scope, error, this.client.user);
    }
    this.#scope = scope;
  }

  /** Runs an own statement in the open transaction. */
  async runOwnInTransaction<T>(scope: Scope, statement: OwnStatement<T>): Promise<T[]> {
    try {
      if (!this.transport.carriesScope) await this.#ensureScope(scope);
      const rows = await this.#send(scope, statement, true);
      this.#scope = scope;
      return rows;
    } catch (error) {
      throw translateOwnError(scope, error);
    }
  }

  /** Runs foreign text in the open transaction. */
  async runForeignInTransaction(scope: Scope, statement: ForeignStatement): Promise<Answer> {
    try {
      await this.#ensureScope(scope);
      const answer = await this.#sendForeign(statement);
      this.#requireTransaction();
      if (/statement_timeout|set_config/i.test(statement.text)) await this.#readLimit();
      return answer;
    } catch (error) {
      throw translateError(scope, error);
    }
  }

  async setSavepoint(name: string): Promise<void> {
    await this.#exchange(() => this.client.query(`SAVEPOINT ${name}`));
    this.#limits.set(name, this.#limit);
  }

  async releaseSavepoint(name: string): Promise<void> {
    await this.#exchange(() => this.client.query(`RELEASE SAVEPOINT ${name}`));
  }

  async rollBackToSavepoint(name: string): Promise<void> {
    this.#scope = undefined;
    this.#limit = this.#limits.get(name) ?? this.#limit;
    await this.#exchange(() => this.client.query(`ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`));
  }

  /**
   * Commits. Resets the session first if foreign text has run.
   *
   * @throws the server's error if it refused the COMMIT; the transaction is rolled back
   * @throws CommitOutcomeUnknownError
   * @throws ConnectionLostError if the connection was lost and `ifLost` is `undone`
   */
  async commit(ifLost: LostOutcome = 'unknown'): Promise<void> {
    let end: control.End;
    try {
      end = await this.#exchange(() => control.commit(this.client, this.#resetIfNeeded()), ifLost);
    } catch (error) {
      if (error instanceof ConnectionLostError)
        throw error.outcome === 'unknown' ? new CommitOutcomeUnknownError({ cause: error }) : error;
      if (!isRefusedCommit(error)) {
        this.close(error as Error);
        throw new CommitOutcomeUnknownError({ cause: error });
      }
      await this.rollBack();
      throw error;
    }
    this.#ended(end);
    if (!end.isCommitted) throw new UnitOfWorkAbortedError();
  }

  /** Rolls back. If that fails, closes the connection; the server rolls back then. */
  async rollBack(): Promise<void> {
    if (this.#lost !== undefined) return;
    try {
      this.#ended(await this.#exchange(() => control.rollBack(this.client, this.#resetIfNeeded())));
    } catch (error) {
      this.close(error as Error);
    }
  }

  async #inTransaction<T>(scope: Scope, work: () => Promise<T>, ifLost?: LostOutcome): Promise<T> {
    let result: T;
    await this.begin(scope);
    try {
      result = await work();
    } catch (error) {
      await this.rollBack();
      throw error;
    }
    await this.commit(ifLost);
    return result;
  }

  #send<T>(scope: Scope, statement: OwnStatement<T>, isOpen: boolean): Promise<T[]> {
    const session = { isOpen, isTrusted: !this.#isForeign };
    const ifLost = isOpen ? 'undone' : outcomeOf(statement);
    return this.#exchange(() => this.transport.send(scope, statement, session), ifLost);
  }

  async #sendForeign(statement: ForeignStatement): Promise<Answer> {
    this.#isForeign = true;
    this.#scope = undefined;
    return this.#exchange(() => control.sendForeign(this.client, statement));
  }

  async #ensureScope(scope: Scope): Promise<void> {
    const { role, userId } = this.#scope ?? {};
    if (role === scope.role && userId === scope.userId) return;
    await this.#exchange(() => control.setScope(this.client, scope)).catch((error: unknown) => {
      throw translateScopeError(scope, error, this.client.user);
    });
    this.#scope = scope;
  }

  /** Defence in depth: `refusalOf` should have refused every text that ends the transaction. */
  #requireTransaction(): void {
    if (this.client.getTransactionStatus() === 'T') return;
    this.close(new Error('A statement has ended its transaction.'));
    throw new ConnectionLostError('undone', { cause: this.#lost });
  }

  /**
   * If the unit of work has set `statement_timeout`, the client waits longer than the server, until
   * the transaction ends; without an end for 0.
   */
  async #readLimit(): Promise<void> {
    const timeout = await this.#exchange(() => control.readStatementTimeout(this.client));
    const { statementLimit } = this.settings;
    if (timeout === undefined || statementLimit === 0) this.#limit = statementLimit;
    else if (timeout === 0) this.#limit = 0;
    else this.#limit = Math.min(Math.max(statementLimit, timeout + limitMargin), longestTimer);
  }

  #resetIfNeeded(): string | undefined {
    return this.#isForeign ? this.#resetText : undefined;
  }

  #ended({ prepared }: control.End): void {
    if (prepared !== undefined) this.transport.reconcile(prepared);
    this.#isForeign = false;
    this.#scope = undefined;
    this.#limit = this.settings.statementLimit;
  }

  /**
   * Sends messages and awaits the answer, the loss of the connection, or the statement limit.
   *
   * @param ifLost the outcome to report if no answer comes
   */
  async #exchange<T>(send: () => Promise<T>, ifLost: LostOutcome = 'undone'): Promise<T> {
    if (this.#lost !== undefined) throw new ConnectionLostError('unsent', { cause: this.#lost });
    const limit = this.#limit;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#abort = reject;
        if (limit > 0) timer = setTimeout(() => this.#giveUp(limit, ifLost), limit);
        send().then(resolve, reject);
      });
    } catch (error) {
      throw this.#failure(error, ifLost);
    } finally {
      clearTimeout(timer);
      this.#abort = undefined;
      this.#lastAnswer = performance.now();
    }
  }

  #giveUp(limit: number, ifLost: LostOutcome): void {
    this.close(new StatementTimeoutError(limit, ifLost));
    this.settings.onWrongServer();
  }

  #failure(error: unknown, ifLost: LostOutcome): unknown {
    // On a writable server only foreign text makes a transaction read-only: `SET TRANSACTION`.
    const isOfServer = this.server.isReadOnly || !this.#isForeign;
    if (isReadOnly(error) && isOfServer) {
      this.close(error as Error);
      this.settings.onWrongServer();
      return new ReadOnlyServerError({ cause: error });
    }
    if (isEndOfSession(error)) this.close(error as Error);
    if (this.#lost === undefined || this.#lost instanceof JournalDatabaseError) return this.#lost ?? error;
    return new ConnectionLostError(ifLost, { cause: this.#lost });
  }
}
