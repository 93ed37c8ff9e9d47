import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Client, PoolConfig } from 'pg';
import { ConnectionLostError, PreparedStatementsUnavailableError } from './connection.errors.js';
import { SignInWithinUnitError, TransactionNotJoinedError } from './transaction.errors.js';
import { ClientPool } from './client-pool.js';
import { ConnectionClient } from './connection-client.js';
import { connectionFailure } from './connection-retry.js';
import type { Connection } from './connection.js';
import type {
  Answer,
  Borrowed,
  ForeignStatement,
  OwnStatement,
  Scope,
  TransactionConnection,
  TransactionOptions,
  Transport,
} from './contract.js';
import { refusalOf } from './control.js';
import { isStalePlan } from './failures.js';
import { AnswerTap } from './answer-tap.js';
import { FastTransport } from './fast-transport.js';
import { findFastTransportFault, fallbackWarning } from './guard.js';
import { missingMembers } from './private-members.js';
import { Handle } from './handle.js';
import { PlainTransport } from './plain-transport.js';
import { authRole, userRole } from './contract.js';
import { Transaction } from './transaction.js';

export interface DriverOptions {
  url: string;
  /** The URL for sign-in; equal to `url` without a separate login. */
  authUrl: string;
  fastPath: boolean;
  /** Whether the fast transport uses named prepared statements. */
  preparedStatements: boolean;
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

/** The pool configuration that TypeORM passes to pg. */
type TypeOrmPoolConfig = PoolConfig & { max: number; connectionTimeoutMillis?: number };
type Connected = (error: Error | undefined, client?: Handle, release?: () => void) => void;

/** Attempts on different connections, the first one included, for a statement that was not sent. */
const maxAttempts = 3;

/**
 * Sends every statement of a DataSource, in the scope and the transaction of its async context.
 * Owns the connection pools, and replaces pg's pool in TypeORM (`module`).
 */
export class JournalDriver {
  #users: ClientPool | undefined;
  #auth: ClientPool | undefined;
  #isFast = false;
  #isTransportChosen = false;

  /** @param warn called if the driver falls back to the plain transport */
  constructor(
    private readonly options: DriverOptions,
    private readonly context: () => CallContext,
    private readonly warn: (message: string) => void,
  ) {}

  /** The module that TypeORM uses instead of `pg`. */
  get module(): object {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- TypeORM makes the pool by `new`
    const driver = this;
    return {
      ...pg,
      Pool: class extends EventEmitter {
        constructor(config: TypeOrmPoolConfig) {
          super();
          driver.#open(config);
        }

        connect(connected: Connected): void {
          driver.#chooseTransport().then(
            () => connected(undefined, driver.handle(), () => undefined),
            (error: Error) => connected(error),
          );
        }

        end(ended: (error?: Error) => void): void {
          driver.#close().then(() => ended(), ended);
        }
      },
    };
  }

  /** Whether the fast transport is used. Decided on the first connection. */
  get isFast(): boolean {
    return this.#isFast;
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
    const pools = [...new Set([this.#users, this.#auth])];
    const sum = (count: (pool: ClientPool) => number) =>
      pools.reduce((all, pool) => all + (pool ? count(pool) : 0), 0);
    return { total: sum((pool) => pool.totalCount), idle: sum((pool) => pool.idleCount) };
  }

  /** Creates a client for a TypeORM query runner, in the given transaction of a unit of work. */
  handle(transaction?: Transaction): Handle {
    return new Handle(this, transaction);
  }

  /** Runs an own statement. */
  async run<T>(statement: OwnStatement<T>): Promise<T[]> {
    const { scope, transaction, hasRunnerTransaction } = this.context();
    if (transaction) return this.#joined(transaction, scope).run(scope, statement);
    if (hasRunnerTransaction) throw new TransactionNotJoinedError();
    return this.#borrowing(scope, (connection) => connection.runOwn(scope, statement));
  }

  /** Runs foreign text for the query runner of `handle`. */
  async query(
    statement: ForeignStatement,
    handle: Handle,
    borrowed: Set<TransactionConnection> = new Set(),
  ): Promise<Answer> {
    const { scope, transaction: unit, hasRunnerTransaction } = this.context();
    const transaction = unit ?? (handle.beginning ? await handle.beginning : handle.transaction);
    if (transaction) return this.#joined(transaction, scope).query(scope, statement);
    const refusal = refusalOf(statement.text);
    if (refusal) throw refusal;
    if (hasRunnerTransaction) throw new TransactionNotJoinedError();
    return this.#borrowing(scope, async (connection) => {
      borrowed.add(connection);
      return connection.runForeign(scope, statement).finally(() => borrowed.delete(connection));
    });
  }

  /**
   * Begins a transaction.
   *
   * @param withAuth use the login of sign-in: the transaction also runs statements as
   * `journal_auth`
   */
  async begin(options: TransactionOptions, withAuth = false): Promise<Transaction> {
    const { scope, hasRunnerTransaction } = this.context();
    if (hasRunnerTransaction) throw new TransactionNotJoinedError();
    return this.#begin(scope, options, withAuth);
  }

  /** Begins the transaction of a query runner. Other query runners may have open transactions. */
  beginForRunner(options: TransactionOptions): Promise<Transaction> {
    const { scope } = this.context();
    return this.#begin(scope, options, scope.role === authRole);
  }

  async #begin(scope: Scope, options: TransactionOptions, withAuth: boolean): Promise<Transaction> {
    const login = withAuth ? { ...scope, role: authRole } : scope;
    for (let attempt = 1; ; attempt += 1) {
      const borrowed = await this.#borrow(login);
      try {
        await borrowed.connection.begin(scope, options);
        return Transaction.over({
          borrowed,
          userId: scope.userId,
          isolation: options.isolation,
          nestedTimeout: this.options.nestedTimeout,
          mayDoAuth: this.#poolOf(login) === this.#auth,
        });
      } catch (error) {
        borrowed.giveBack();
        if (attempt === maxAttempts || !isUnsent(error)) throw error;
      }
    }
  }

  #joined(transaction: Transaction, { role }: Scope): Transaction {
    if (role === authRole && !transaction.mayDoAuth) throw new SignInWithinUnitError();
    return transaction;
  }

  /** Runs `work` with a connection; retries on another one if nothing was executed. */
  async #borrowing<T>(scope: Scope, work: (connection: Connection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const borrowed = await this.#borrow(scope);
      try {
        return await work(borrowed.connection);
      } catch (error) {
        if (attempt === maxAttempts || !(isUnsent(error) || isPlanInvalid(error))) throw error;
      } finally {
        borrowed.giveBack();
      }
    }
  }

  #borrow(scope: Scope): Promise<Borrowed<Connection>> {
    return this.#borrowFrom(this.#poolOf(scope));
  }

  async #borrowFrom(pool: ClientPool | undefined): Promise<Borrowed<Connection>> {
    if (pool === undefined) throw new Error('The DataSource is not connected; call initialize() first.');
    try {
      return await pool.borrow();
    } catch (error) {
      throw connectionFailure(error, pool === this.#users ? this.options.url : this.options.authUrl);
    }
  }

  #poolOf({ role }: Scope): ClientPool | undefined {
    return role === authRole ? this.#auth : this.#users;
  }

  #open(config: TypeOrmPoolConfig): void {
    this.#isTransportChosen = false;
    const { url, authUrl, statementLimit, closeTimeout } = this.options;
    const open = (connectionString: string, role: string) =>
      new ClientPool({
        config: { ...config, connectionString, Client: clientClass(() => this.#isFast) },
        waitTimeout: config.connectionTimeoutMillis ?? 0,
        statementLimit,
        closeTimeout,
        transportOf: (client) => this.#transportOf(client, role),
      });
    this.#users = open(url, userRole);
    this.#auth = this.hasAuthLogin ? open(authUrl, authRole) : this.#users;
  }

  /** Opens a connection per pool, and decides between the transports. */
  async #chooseTransport(): Promise<void> {
    if (this.#isTransportChosen) return;
    this.#isFast = this.options.fastPath;
    const missing = this.#isFast ? missingMembers(new pg.Client()) : [];
    if (missing.length > 0) this.#fallBack(`it lacks ${missing.join(', ')}`);
    for (const pool of new Set([this.#users, this.#auth])) {
      const borrowed = await this.#borrowFrom(pool);
      borrowed.giveBack();
    }
    this.#isTransportChosen = true;
  }

  /** @returns undefined if the fast transport failed its test: the client's state is unknown */
  async #transportOf(client: Client, role: string): Promise<Transport | undefined> {
    if (!this.#isFast) return new PlainTransport(client);
    const fast = new FastTransport(client, this.options.preparedStatements);
    const reason = this.#isTransportChosen ? undefined : await findFastTransportFault(client, fast, role);
    if (reason === undefined) return fast;
    this.#fallBack(reason);
    return undefined;
  }

  #fallBack(reason: string): void {
    this.#isFast = false;
    this.warn(fallbackWarning(reason));
  }

  async #close(): Promise<void> {
    const pools = [...new Set([this.#users, this.#auth])].filter((pool) => pool !== undefined);
    await Promise.all(pools.map((pool) => pool.end()));
  }
}

function clientClass(isFast: () => boolean): new (config?: PoolConfig) => ConnectionClient {
  return class extends ConnectionClient {
    constructor(config?: PoolConfig) {
      super(config);
      // pg also emits the loss of a connection as an event. Without a listener it ends the process.
      this.on('error', () => undefined);
      if (isFast()) AnswerTap.install(this);
    }
  };
}

function isUnsent(error: unknown): boolean {
  return error instanceof ConnectionLostError && error.outcome === 'unsent';
}

/** The server lost or invalidated the prepared statement, and executed nothing. */
function isPlanInvalid(error: unknown): boolean {
  return error instanceof PreparedStatementsUnavailableError || isStalePlan(error);
}
