import { EventEmitter } from 'node:events';
import pg from 'pg';
import { ConnectionLostError } from './failures/connection.errors.js';
import { QueryObjectRefusedError } from './failures/transaction.errors.js';
import { CallAbandoned } from './connection.js';
import type { Answer, ForeignStatement, Isolation, TransactionConnection } from './contract/contract.js';
import type { JournalDriver, OnBorrowed, TypeOrmPoolConfig } from './journal-driver.js';
import type { Transaction } from './transaction.js';

type Callback = (error: Error | null, answer?: Answer) => void;
type Config = string | (ForeignStatement & { callback?: Callback });

type Connected = (error: Error | undefined, client?: Handle, release?: () => void) => void;

/**
 * Returns the module that TypeORM uses instead of `pg`. Its pool opens the driver's pools, and its
 * clients are handles.
 */
export function pgModuleFor(driver: JournalDriver): object {
  return {
    ...pg,
    Pool: class extends EventEmitter {
      constructor(config: TypeOrmPoolConfig) {
        super();
        driver.open(config);
      }

      connect(connected: Connected): void {
        driver.connect().then(
          () => connected(undefined, new Handle(driver), () => undefined),
          (error: Error) => connected(error),
        );
      }

      end(ended: (error?: Error) => void): void {
        driver.close().then(() => ended(), ended);
      }
    },
  };
}

/**
 * The pg client of a TypeORM query runner. Holds no connection. A statement runs in the transaction
 * of the async context, else in the query runner's transaction, else on a connection borrowed for
 * this statement.
 */
export class Handle extends EventEmitter {
  /**
   * The transaction that `begin` is opening: a statement that follows belongs to it, whether or not
   * the caller awaits `begin`.
   */
  beginning: Promise<Transaction> | undefined;
  /** Whether a unit of work owns and ends the transaction. */
  readonly isOfUnit: boolean;
  readonly #borrowed = new Set<TransactionConnection>();
  #isReleased = false;

  constructor(
    private readonly driver: JournalDriver,
    /** The current transaction of the query runner. */
    public transaction?: Transaction,
  ) {
    super();
    this.isOfUnit = transaction !== undefined;
  }

  /**
   * The overloads of `pg.Client.query` for texts and configurations.
   * @throws QueryObjectRefusedError for a query object
   */
  query(config: Config, values?: readonly unknown[] | Callback, callback?: Callback): Promise<Answer> | void {
    const whenDone = typeof values === 'function' ? values : (callback ?? callbackOf(config));
    const sent = this.#send(config, typeof values === 'function' ? undefined : values);
    if (whenDone === undefined) return sent;
    sent.then((answer) => whenDone(null, answer), whenDone);
  }

  /** The transaction of the next statement; a promise while BEGIN or SAVEPOINT is unanswered. */
  get current(): Transaction | Promise<Transaction> | undefined {
    return this.beginning ?? this.transaction;
  }

  /** Whether the query runner has a transaction that is open or being opened. */
  get hasOpenTransaction(): boolean {
    return this.beginning !== undefined || this.transaction?.isOpen === true;
  }

  /** Begins a transaction, or a savepoint in the current transaction. */
  async begin(isolation: Isolation | undefined): Promise<void> {
    const beginning = this.#begin(isolation, this.beginning);
    this.beginning = beginning;
    try {
      await beginning;
    } finally {
      if (this.beginning === beginning) this.beginning = undefined;
    }
  }

  async #begin(
    isolation: Isolation | undefined,
    earlier: Promise<Transaction> | undefined,
  ): Promise<Transaction> {
    await earlier;
    const begun = await (this.transaction?.nested() ?? this.driver.beginForRunner(isolation));
    this.transaction = begun;
    return begun;
  }

  /**
   * Rolls back the transaction. Closes the connections of unanswered statements, and sends no
   * statement that waits for a connection: no caller awaits the answers any more.
   */
  async release(): Promise<void> {
    this.#isReleased = true;
    for (const connection of this.#borrowed) connection.close(abandoned());
    await this.rollBack();
  }

  /**
   * Rolls back the query runner's transaction, even while `begin` opens the transaction; its later
   * statements are refused. Closes the connection of an unanswered statement.
   */
  async rollBack(): Promise<void> {
    if (this.isOfUnit) return;
    const rollBackAll = async () => {
      for (let open = this.transaction; open; open = open.outer) await open.rollBack();
    };
    void this.beginning?.then(rollBackAll, rollBackAll);
    if (this.transaction?.isBusy) this.transaction.close(abandoned());
    await rollBackAll();
  }

  #send(config: Config, values: readonly unknown[] | undefined): Promise<Answer> {
    const given: ForeignStatement = typeof config === 'string' ? { text: config } : config;
    if ('submit' in given) return Promise.reject(new QueryObjectRefusedError());
    const { text, rowMode } = given;
    const statement = { text, rowMode, values: values ?? given.values };
    return this.driver.query(statement, this.current, this.#onBorrowed);
  }

  readonly #onBorrowed: OnBorrowed = (connection) => {
    if (this.#isReleased) throw new ConnectionLostError('unsent', { cause: abandoned() });
    this.#borrowed.add(connection);
    return () => this.#borrowed.delete(connection);
  };
}

function abandoned(): CallAbandoned {
  return new CallAbandoned('The query runner was released.');
}

function callbackOf(config: Config): Callback | undefined {
  return typeof config === 'object' ? config.callback : undefined;
}
