import {
  UnitOfWorkAbortedError,
  UnitOfWorkBlockedError,
  UnitOfWorkEndedError,
  UserScopeMismatchError,
  UserScopeMissingError,
} from './failures/transaction.errors.js';
import type {
  Answer,
  Borrowed,
  ForeignStatement,
  Isolation,
  OwnStatement,
  Scope,
  TransactionConnection as Connection,
} from './contract/contract.js';
import { refusalOf } from './refused-texts.js';

interface TransactionSettings {
  readonly borrowed: Borrowed;
  /** The user whose statements the transaction accepts; empty: any user. */
  readonly userId: string;
  readonly isolation: Isolation;
  /** Milliseconds that a statement waits for an idle nested transaction before it gives up. */
  readonly nestedTimeout: number;
  /** Whether the login may act as `journal_auth`. */
  readonly mayActAsAuth: boolean;
}

/** The state that a transaction and its savepoints share. */
interface SharedState extends TransactionSettings {
  /** Undefined after the end, because the pool may have lent the connection to another caller. */
  connection: Connection | undefined;
  /** Why the connection was lost before the end. */
  lostBy: Error | undefined;
  /** Settles after the last queued message exchange. */
  lastExchange: Promise<unknown>;
}

/**
 * An open transaction, or a savepoint in one.
 *
 * Two queues order the work. Turns: statements and savepoints run in call order, and a savepoint
 * keeps its turn until it ends, so no outer statement becomes part of it. Exchanges: one message
 * exchange on the connection at a time, `rollBack` included, which does not wait for turns.
 *
 * A statement is sent only if, at its turn, this transaction and every outer transaction are open
 * and have not failed. The first failed statement fails the transaction.
 */
export class Transaction {
  #state: 'open' | 'settling' | 'ended' = 'open';
  #failure: { error: unknown; statement: string | undefined } | undefined;
  /** Settles after the last queued turn. */
  #turns: Promise<unknown> = Promise.resolve();
  #openNested = 0;
  readonly #ended: Promise<void>;
  #markEnded: () => void = () => undefined;

  private constructor(
    private readonly shared: SharedState,
    /** The transaction around this savepoint. */
    readonly outer: Transaction | undefined,
    private readonly depth: number,
  ) {
    this.#ended = new Promise((resolve) => (this.#markEnded = resolve));
  }

  /** Wraps a transaction begun on a borrowed connection. Its end gives the connection back. */
  static wrap(settings: TransactionSettings): Transaction {
    const { connection } = settings.borrowed;
    const state = { connection, lostBy: undefined, lastExchange: Promise.resolve() };
    return new Transaction({ ...settings, ...state }, undefined, 0);
  }

  /** The requested level, or the default of the database. */
  get isolation(): Isolation {
    return this.shared.isolation;
  }

  /** Whether the login may act as `journal_auth`. */
  get mayActAsAuth(): boolean {
    return this.shared.mayActAsAuth;
  }

  /**
   * The error for a caller that is not this transaction's user; undefined for its user. A shared
   * query runner or entity manager brings such calls. They would see temporary tables, and their
   * rows would be rolled back with those of the user.
   */
  mismatchOf({ userId }: Scope): Error | undefined {
    if (this.shared.userId === '' || userId === this.shared.userId) return undefined;
    return userId === '' ? new UserScopeMissingError() : new UserScopeMismatchError();
  }

  /** True until `commit` or `rollBack` is called. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Whether a statement is unanswered. */
  get isBusy(): boolean {
    const { connection } = this.shared;
    return connection !== undefined && connection.idleSince === undefined;
  }

  /** Why the connection was lost; the server rolls back then. Undefined while it is usable. */
  get lostBy(): Error | undefined {
    return this.shared.connection?.lostBy ?? this.shared.lostBy;
  }

  /**
   * Runs one of the package's own statements.
   * @throws UserScopeMismatchError, UserScopeMissingError, UnitOfWorkEndedError,
   * UnitOfWorkAbortedError
   */
  run<T>(scope: Scope, statement: OwnStatement<T>): Promise<T[]> {
    const mismatch = this.mismatchOf(scope);
    if (mismatch) return Promise.reject(mismatch);
    return this.#inTurn(() =>
      this.#send((connection) => connection.runOwnInTransaction(scope, statement), statement.text),
    );
  }

  /**
   * Runs foreign text.
   * @throws UserScopeMismatchError, UserScopeMissingError, TransactionControlError,
   * CopyRefusedError, UnitOfWorkEndedError, UnitOfWorkAbortedError
   */
  query(scope: Scope, statement: ForeignStatement): Promise<Answer> {
    const mismatch = this.mismatchOf(scope);
    if (mismatch) return Promise.reject(mismatch);
    const refusal = refusalOf(statement.text);
    if (refusal) return Promise.reject(this.#fail(refusal, statement.text));
    return this.#inTurn(() =>
      this.#send((connection) => connection.runForeignInTransaction(scope, statement), statement.text),
    );
  }

  /**
   * Opens a savepoint. Later statements of this transaction wait until its `commit` or `rollBack`.
   */
  nested(): Promise<Transaction> {
    const opened = this.#inTurn(async () => {
      const nested = new Transaction(this.shared, this, this.depth + 1);
      await this.#send((connection) => connection.setSavepoint(nested.#name));
      return nested;
    });
    this.#openNested += 1;
    this.#turns = opened
      .then(
        (nested) => nested.#ended,
        () => undefined,
      )
      .then(() => void (this.#openNested -= 1));
    return opened;
  }

  /**
   * Commits after all earlier statements. Rejects later statements.
   *
   * @throws UnitOfWorkAbortedError if a statement failed; everything is rolled back
   * @throws UnitOfWorkBlockedError if a nested transaction does not end; everything is rolled back
   * @throws CommitOutcomeUnknownError
   * @throws the server's error if it refused the COMMIT; everything is rolled back
   */
  async commit(): Promise<void> {
    if (this.#state !== 'open') throw new UnitOfWorkEndedError();
    this.#state = 'settling';
    try {
      await (this.#openNested > 0 ? this.#afterNested(() => Promise.resolve()) : this.#turns);
      await this.#exclusively(async (connection) => {
        this.#requireAlive();
        await (this.outer ? connection.releaseSavepoint(this.#name) : connection.commit());
        this.#end();
      });
    } catch (error) {
      await this.rollBack();
      throw error;
    }
  }

  /** Closes the connection; the server rolls back. Does nothing after the end. */
  close(reason: Error): void {
    this.shared.connection?.close(reason);
  }

  /** Rolls back, and rejects queued statements. Never throws. */
  async rollBack(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    const { outer } = this;
    await this.#exclusively(async (connection) => {
      if (outer === undefined) await connection.rollBack();
      else if (!outer.#refusal)
        await connection.rollBackToSavepoint(this.#name).catch((error: unknown) => outer.#fail(error));
      this.#end();
    }).catch(() => this.#end());
  }

  get #name(): string {
    return `journal_${this.depth}`;
  }

  /** Called within the last exchange, so that no queued exchange finds the connection. */
  #end(): void {
    this.#state = 'ended';
    if (this.outer === undefined && this.shared.connection) {
      this.shared.lostBy = this.shared.connection.lostBy;
      this.shared.connection = undefined;
      this.shared.borrowed.giveBack();
    }
    this.#markEnded();
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (this.#state !== 'open') return Promise.reject(new UnitOfWorkEndedError());
    if (this.#openNested > 0) return this.#afterNested(task);
    const turn = this.#turns.then(task);
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Queues a task behind an open nested transaction. The nested transaction may itself wait for the
   * task, so the transaction fails with UnitOfWorkBlockedError once the connection was idle for too
   * long. The task of a failed transaction sends nothing when its turn comes.
   */
  #afterNested<T>(task: () => Promise<T>): Promise<T> {
    const { nestedTimeout } = this.shared;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const watch = (wait: number) => {
        timer = setTimeout(() => {
          const idleSince = this.shared.connection?.idleSince ?? performance.now();
          const idle = performance.now() - idleSince;
          const error = this.#refusal;
          if (error === undefined && idle < nestedTimeout) return watch(nestedTimeout - idle);
          reject(error ?? this.#fail(new UnitOfWorkBlockedError(nestedTimeout)));
        }, wait);
      };
      watch(nestedTimeout);
      const turn = this.#turns.then(() => {
        clearTimeout(timer);
        return task().then(resolve, reject);
      });
      this.#turns = turn.catch(() => undefined);
    });
  }

  /**
   * Sends if this transaction and every outer transaction are open and have not failed.
   * @throws UnitOfWorkEndedError, UnitOfWorkAbortedError
   */
  #send<T>(send: (connection: Connection) => Promise<T>, statement?: string): Promise<T> {
    return this.#exclusively(async (connection) => {
      this.#requireAlive();
      return send(connection).catch((error: unknown) => {
        throw this.#fail(error as Error, statement);
      });
    });
  }

  /** Queues one message exchange on the connection. */
  #exclusively<T>(send: (connection: Connection) => Promise<T>): Promise<T> {
    const exchange = this.shared.lastExchange.then(() => {
      const { connection } = this.shared;
      if (connection === undefined) throw this.#refusal ?? new UnitOfWorkEndedError();
      return send(connection);
    });
    this.shared.lastExchange = exchange.catch(() => undefined);
    return exchange;
  }

  /** Records the first failure. */
  #fail<T>(error: T, statement?: string): T {
    this.#failure ??= { error, statement };
    return error;
  }

  /**
   * The error for a statement that must not be sent; undefined while this transaction and every
   * outer transaction are open and have not failed.
   */
  get #refusal(): Error | undefined {
    if (this.#failure) {
      const { error: cause, statement } = this.#failure;
      return new UnitOfWorkAbortedError({ cause }, statement);
    }
    if (this.#state === 'ended') return new UnitOfWorkEndedError();
    return this.outer === undefined ? undefined : this.outer.#refusal;
  }

  #requireAlive(): void {
    const error = this.#refusal;
    if (error) throw error;
  }
}
