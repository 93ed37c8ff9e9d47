import {
  UnitOfWorkAbortedError,
  UnitOfWorkBlockedError,
  UnitOfWorkEndedError,
} from './transaction.errors.js';
import type {
  Answer,
  Borrowed,
  ForeignStatement,
  Isolation,
  OwnStatement,
  Scope,
  TransactionConnection as Connection,
} from './contract.js';
import { refusalOf } from './control.js';

/** What a transaction and its savepoints share. */
interface Shared {
  readonly borrowed: Borrowed;
  readonly isolation: Isolation | undefined;
  /** Milliseconds that a statement waits for a nested transaction that sends nothing. */
  readonly patience: number;
  /** Whether the login may do sign-in. */
  readonly mayDoAuth: boolean;
}

/** The connection of a transaction and its savepoints. */
interface Line extends Shared {
  /** The end of the last message exchange that was queued. */
  last: Promise<unknown>;
}

/**
 * An open transaction, or a savepoint in one.
 *
 * Its statements and savepoints take turns in the order in which they were given. A savepoint keeps
 * the turn until it has ended, so nothing of the outer transaction becomes part of it. Whether a
 * statement may be sent is decided when its turn has come: the transaction, and each one around it,
 * must be open and must not have failed. The first statement that fails fails the transaction.
 */
export class Transaction {
  #state: 'open' | 'settling' | 'ended' = 'open';
  #failure: { error: unknown; statement: string | undefined } | undefined;
  /** The end of the last turn that was given. */
  #turns: Promise<unknown> = Promise.resolve();
  #openNested = 0;
  readonly #ended: Promise<void>;
  #markEnded: () => void = () => undefined;

  private constructor(
    private readonly line: Line,
    /** The transaction around this savepoint. */
    readonly outer: Transaction | undefined,
    private readonly depth: number,
  ) {
    this.#ended = new Promise((resolve) => (this.#markEnded = resolve));
  }

  /** The transaction that was begun on a borrowed connection, which is given back at the end. */
  static over(shared: Shared): Transaction {
    return new Transaction({ ...shared, last: Promise.resolve() }, undefined, 0);
  }

  /** The level that was asked for; undefined for the one of the database. */
  get isolation(): Isolation | undefined {
    return this.line.isolation;
  }

  /** Whether its login may do sign-in. */
  get mayDoAuth(): boolean {
    return this.line.mayDoAuth;
  }

  /** Whether statements are taken: until `commit` or `rollBack` is called. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Whether a statement is under way. */
  get isBusy(): boolean {
    return this.#connection.idleSince === undefined;
  }

  /** Whether the connection was lost, so that the server has rolled back. */
  get isLost(): boolean {
    return this.#connection.isLost;
  }

  /**
   * Runs one of the package's own statements.
   * @throws UnitOfWorkEndedError, UnitOfWorkAbortedError
   */
  run<T>(scope: Scope, statement: OwnStatement<T>): Promise<T[]> {
    return this.#inTurn(() =>
      this.#send((connection) => connection.within(scope, statement), statement.text),
    );
  }

  /**
   * Runs foreign text.
   * @throws TransactionControlError, CopyRefusedError, UnitOfWorkEndedError, UnitOfWorkAbortedError
   */
  query(scope: Scope, statement: ForeignStatement): Promise<Answer> {
    const refusal = refusalOf(statement.text);
    if (refusal) return Promise.reject(this.#fail(refusal, statement.text));
    return this.#inTurn(() =>
      this.#send((connection) => connection.foreignWithin(scope, statement), statement.text),
    );
  }

  /**
   * Opens a savepoint. It ends by its own `commit` or `rollBack`; until then this transaction
   * waits.
   */
  nested(): Promise<Transaction> {
    const opened = this.#inTurn(async () => {
      const nested = new Transaction(this.line, this, this.depth + 1);
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
   * Commits after the statements that were given before; later ones are rejected.
   *
   * @throws UnitOfWorkAbortedError if a statement failed; then all is rolled back
   * @throws UnitOfWorkBlockedError if a nested transaction does not end; then all is rolled back
   * @throws CommitOutcomeUnknownError, and the error by which the server refused it
   */
  async commit(): Promise<void> {
    if (this.#state !== 'open') throw new UnitOfWorkEndedError();
    this.#state = 'settling';
    try {
      await (this.#openNested > 0 ? this.#afterNested(() => Promise.resolve()) : this.#turns);
      await this.#exclusively(async (connection) => {
        this.#requireAlive();
        await (this.outer ? connection.releaseSavepoint(this.#name) : connection.commit());
      });
    } catch (error) {
      await this.rollBack();
      throw error;
    }
    this.#end();
  }

  /** Closes the connection, so that the server rolls back. */
  close(reason: Error): void {
    this.#connection.close(reason);
  }

  /** Rolls back. Statements whose turn has not come are rejected. Never throws. */
  async rollBack(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    const { outer } = this;
    await this.#exclusively(async (connection) => {
      if (outer === undefined) await connection.rollBack();
      else if (outer.#isAlive) await connection.rollBackToSavepoint(this.#name);
    }).catch((error: unknown) => {
      if (outer) outer.#fail(error);
    });
    this.#end();
  }

  get #connection(): Connection {
    return this.line.borrowed.connection;
  }

  get #name(): string {
    return `journal_${this.depth}`;
  }

  #end(): void {
    this.#state = 'ended';
    if (this.outer === undefined) this.line.borrowed.giveBack();
    this.#markEnded();
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (this.#state !== 'open') return Promise.reject(new UnitOfWorkEndedError());
    if (this.#openNested > 0) return this.#afterNested(task);
    const turn = this.#turns.then(task);
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  /** The nested transaction may itself wait for this task: then neither would ever go on. */
  #afterNested<T>(task: () => Promise<T>): Promise<T> {
    const { patience } = this.line;
    return new Promise((resolve, reject) => {
      let hasGivenUp = false;
      let timer: NodeJS.Timeout | undefined;
      const watch = (wait: number) => {
        timer = setTimeout(() => {
          const { idleSince } = this.#connection;
          const idle = idleSince === undefined ? 0 : Date.now() - idleSince;
          if (idle < patience) return watch(patience - idle);
          hasGivenUp = true;
          reject(this.#fail(new UnitOfWorkBlockedError(patience)));
        }, wait);
      };
      watch(patience);
      const turn = this.#turns.then(() => {
        clearTimeout(timer);
        return hasGivenUp ? undefined : task().then(resolve, reject);
      });
      this.#turns = turn.catch(() => undefined);
    });
  }

  /**
   * Sends if every transaction around is alive.
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

  /** One exchange at a time: `rollBack` does not wait for turns. */
  #exclusively<T>(send: (connection: Connection) => Promise<T>): Promise<T> {
    const exchange = this.line.last.then(() => send(this.#connection));
    this.line.last = exchange.catch(() => undefined);
    return exchange;
  }

  /** Notes the first failure. */
  #fail<T>(error: T, statement?: string): T {
    this.#failure ??= { error, statement };
    return error;
  }

  get #isAlive(): boolean {
    const isAlive = this.#state !== 'ended' && this.#failure === undefined;
    return isAlive && (this.outer === undefined || this.outer.#isAlive);
  }

  #requireAlive(): void {
    if (this.#failure) {
      const { error: cause, statement } = this.#failure;
      throw new UnitOfWorkAbortedError({ cause }, statement);
    }
    if (this.#state === 'ended') throw new UnitOfWorkEndedError();
    if (this.outer) this.outer.#requireAlive();
  }
}
