import { ClientPool } from './client-pool.js';
import { CallAbandoned, type Connection } from './connection.js';
import { authRole, userRole } from './contract/contract.js';
import type {
  Answer,
  Borrowed,
  ForeignStatement,
  Isolation,
  OwnStatement,
  Scope,
  TransactionConnection,
  TransportOptions,
} from './contract/contract.js';
import { connectionFailure } from './failures/connection-retry.js';
import { isPlanInvalid, isUnsent } from './failures/failures.js';
import { SignInWithinUnitError, TransactionNotJoinedError } from './failures/transaction.errors.js';
import { TransportChoice } from './fast/transport-choice.js';
import { refusalOf } from './refused-texts.js';
import { Transaction } from './transaction.js';

export interface DriverOptions extends TransportOptions {
  url: string;
  /** The URL for sign-in; equal to `url` without a separate login. */
  authUrl: string;
  /** Milliseconds; 0 for no limit. */
  statementLimit: number;
  /** Milliseconds that a statement waits for an idle nested transaction before it gives up. */
  nestedTimeout: number;
  /** Milliseconds. */
  closeTimeout: number;
}

/** The async context of a call. */
export interface CallContext {
  scope: Scope;
  /** The transaction of the open unit of work. */
  transaction?: Transaction | undefined;
  /** Whether a query runner of this scope has an open transaction. */
  hasRunnerTransaction: boolean;
}

/** The configuration that TypeORM passes to pg's pool; the members that the driver reads. */
export interface TypeOrmPoolConfig {
  max: number;
  connectionTimeoutMillis?: number;
}

/**
 * Receives the connection of a statement before the statement is sent, so that a release of the
 * query runner can close the connection. Returns the function that the driver calls when the
 * statement is answered. Throws after the release: the statement must not be sent.
 */
export type OnBorrowed = (connection: TransactionConnection) => () => void;

/** Attempts of a statement that stored nothing, the first one included. */
const maxAttempts = 3;

/**
 * Sends every statement of a DataSource, in the scope and the transaction of its async context.
 * Owns the connection pools.
 */
export class JournalDriver {
  #users: ClientPool | undefined;
  #auth: ClientPool | undefined;
  readonly #choice: TransportChoice;

  /** @param warn called if the driver falls back to the plain transport */
  constructor(
    private readonly options: DriverOptions,
    private readonly context: () => CallContext,
    warn: (message: string) => void,
  ) {
    this.#choice = new TransportChoice(options, warn);
  }

  /** Whether the fast transport is used. Decided on the first connection. */
  get isFast(): boolean {
    return this.#choice.isFast;
  }

  /** Whether sign-in has a separate login (DATABASE_AUTH_URL). */
  get hasAuthLogin(): boolean {
    return this.options.authUrl !== this.options.url;
  }

  /** Whether the server was a standby when the newest connection was opened. */
  get isStandby(): boolean {
    return this.#users?.isStandby === true;
  }

  /** For tests and metrics. */
  get connectionCounts(): { total: number; idle: number } {
    const sum = (count: (pool: ClientPool) => number) =>
      this.#pools.reduce((all, pool) => all + count(pool), 0);
    return { total: sum((pool) => pool.totalCount), idle: sum((pool) => pool.idleCount) };
  }

  /** Runs an own statement. */
  async run<T>(statement: OwnStatement<T>): Promise<T[]> {
    const { scope, transaction, hasRunnerTransaction } = this.context();
    if (transaction) return this.#joined(transaction, scope).run(scope, statement);
    if (hasRunnerTransaction) throw new TransactionNotJoinedError();
    return this.#withConnection(scope, (connection) => connection.runOwn(scope, statement));
  }

  /**
   * Runs foreign text of a query runner.
   *
   * @param ofRunner the open transaction of the query runner; a promise while BEGIN is unanswered
   * @param onBorrowed called before each attempt to send the statement over a borrowed connection
   */
  async query(
    statement: ForeignStatement,
    ofRunner: Transaction | Promise<Transaction> | undefined,
    onBorrowed: OnBorrowed,
  ): Promise<Answer> {
    const { scope, transaction: unit, hasRunnerTransaction } = this.context();
    const transaction = unit ?? (ofRunner instanceof Promise ? await ofRunner : ofRunner);
    if (transaction) return this.#joined(transaction, scope).query(scope, statement);
    const refusal = refusalOf(statement.text);
    if (refusal) throw refusal;
    if (hasRunnerTransaction) throw new TransactionNotJoinedError();
    return this.#withConnection(scope, async (connection) => {
      const onAnswered = onBorrowed(connection);
      return connection.runForeign(scope, statement).finally(onAnswered);
    });
  }

  /**
   * Begins a transaction.
   *
   * @param withAuth use the login of sign-in: the transaction also runs statements as
   * `journal_auth`
   */
  async begin(isolation?: Isolation, withAuth = false): Promise<Transaction> {
    const { scope, hasRunnerTransaction } = this.context();
    if (hasRunnerTransaction) throw new TransactionNotJoinedError();
    return this.#begin(scope, isolation, withAuth);
  }

  /** Begins the transaction of a query runner. Other query runners may have open transactions. */
  beginForRunner(isolation: Isolation | undefined): Promise<Transaction> {
    const { scope } = this.context();
    return this.#begin(scope, isolation, scope.role === authRole);
  }

  #begin(scope: Scope, isolation: Isolation | undefined, withAuth: boolean): Promise<Transaction> {
    const login = withAuth ? { ...scope, role: authRole } : scope;
    return this.#borrowFor(login, async (borrowed) => {
      await borrowed.connection.begin(scope, isolation);
      return Transaction.wrap({
        borrowed,
        userId: scope.userId,
        isolation: isolation ?? borrowed.connection.defaultIsolation,
        nestedTimeout: this.options.nestedTimeout,
        mayActAsAuth: this.#poolOf(login) === this.#auth,
      });
    });
  }

  #joined(transaction: Transaction, { role }: Scope): Transaction {
    if (role === authRole && !transaction.mayActAsAuth) throw new SignInWithinUnitError();
    return transaction;
  }

  #withConnection<T>(scope: Scope, work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#borrowFor(scope, async (borrowed) => {
      const result = await work(borrowed.connection);
      borrowed.giveBack();
      return result;
    });
  }

  /**
   * Borrows a connection for `work`, which gives it back if it succeeds. Repeats `work` if the
   * connection was lost before a statement was sent and the caller still waits, or if the server
   * refused the prepared statement. After any other failure rows may have reached a mapper, and a
   * mapper that adds rows up must not get a row twice.
   */
  async #borrowFor<T>(scope: Scope, work: (borrowed: Borrowed<Connection>) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const borrowed = await this.#borrow(this.#poolOf(scope));
      try {
        return await work(borrowed);
      } catch (error) {
        borrowed.giveBack();
        if (attempt === maxAttempts || !canRepeat(error)) throw error;
      }
    }
  }

  async #borrow(pool: ClientPool | undefined): Promise<Borrowed<Connection>> {
    if (pool === undefined)
      throw new Error(
        'The DataSource is not connected, or it is a DataSource for migrations, on which repositories cannot run. ' +
          'Call initialize(), or use the DataSource of DatabaseModule.',
      );
    try {
      return await pool.borrow();
    } catch (error) {
      throw connectionFailure(error, pool === this.#users ? this.options.url : this.options.authUrl);
    }
  }

  #poolOf({ role }: Scope): ClientPool | undefined {
    return role === authRole ? this.#auth : this.#users;
  }

  /** Creates the pools. Opens no connection. */
  open(config: TypeOrmPoolConfig): void {
    this.#choice.revoke();
    const { url, authUrl, statementLimit, closeTimeout } = this.options;
    const open = (connectionString: string, role: string) =>
      new ClientPool({
        config: { ...config, connectionString, Client: this.#choice.clientClass },
        waitTimeout: config.connectionTimeoutMillis ?? 0,
        statementLimit,
        closeTimeout,
        transportOf: (client) => this.#choice.transportOf(client, role),
      });
    this.#users = open(url, userRole);
    this.#auth = this.hasAuthLogin ? open(authUrl, authRole) : this.#users;
  }

  /** Opens a connection per pool, and decides between the transports. */
  connect(): Promise<void> {
    return this.#choice.make(async () => {
      for (const pool of new Set([this.#users, this.#auth])) {
        const borrowed = await this.#borrow(pool);
        borrowed.giveBack();
      }
    });
  }

  /** Closes the pools. @see ClientPool.end */
  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }

  get #pools(): ClientPool[] {
    return [...new Set([this.#users, this.#auth])].filter((pool) => pool !== undefined);
  }
}

function canRepeat(error: unknown): boolean {
  return isUnsent(error) ? !(error.cause instanceof CallAbandoned) : isPlanInvalid(error);
}
