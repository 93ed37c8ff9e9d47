import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PoolClient, PoolConfig } from 'pg';
import { PoolClosedError, PoolExhaustedError } from './failures/connection.errors.js';
import type { Borrowed, Transport } from './contract/contract.js';
import { Connection } from './connection.js';
import type { ConnectionClient } from './plain/connection-client.js';
import { readServerInfo } from './plain/control.js';

type PooledClient = PoolClient & ConnectionClient;
type BorrowedConnection = Borrowed<Connection>;

interface ClientPoolOptions {
  /** The configuration of pg's pool. */
  config: PoolConfig & { max: number };
  /** Milliseconds that a borrower waits for a free connection; 0: without a limit. */
  waitTimeout: number;
  /** Milliseconds until the connection of an unanswered statement is closed; 0: never. */
  statementLimit: number;
  /** Milliseconds after which `end` closes connections in use. */
  closeTimeout: number;
  /** @returns undefined for a client that must be replaced */
  transportOf: (client: PooledClient) => Promise<Transport | undefined>;
}

/** An open connection: borrowed, resting here, or idle in pg's pool. */
interface Opened extends BorrowedConnection {
  readonly client: PooledClient;
  readonly generation: number;
  isBorrowed: boolean;
  /** The time of the return, by `performance.now()`. */
  restingSince: number;
}

interface Waiting {
  resolve: (borrowed: Promise<BorrowedConnection>) => void;
  reject: (reason: Error) => void;
  /** Ends the wait; undefined without a limit. */
  timer?: NodeJS.Timeout;
}

/** Milliseconds that a returned connection stays here before it goes back to pg's pool. */
const restTime = 200;

/**
 * Lends connections of pg's pool. A returned connection rests here for a moment and is lent again
 * at once: pg's pool needs a timer and a turn of the event loop per loan.
 */
export class ClientPool {
  readonly #pool: pg.Pool;
  readonly #connections = new WeakMap<PooledClient, Opened>();
  readonly #borrowed = new Set<Opened>();
  /** Returned connections, the latest one last. */
  readonly #resting: Opened[] = [];
  #restTimer: NodeJS.Timeout | undefined;
  readonly #connecting = new Set<(reason: Error) => void>();
  readonly #waiting: Waiting[] = [];
  /** The number of further connections that may be borrowed. */
  #free: number;
  /** Connections of an older generation are discarded instead of lent. */
  #generation = 0;
  #isEnding = false;
  #onAllGivenBack: (() => void) | undefined;
  /** Whether the server was a standby when the newest connection was opened. */
  isStandby = false;

  constructor(private readonly options: ClientPoolOptions) {
    this.#pool = new pg.Pool(options.config);
    // pg's pool removes a connection that is lost while idle, and emits an event. Without a
    // listener it ends the process.
    this.#pool.on('error', () => undefined);
    this.#free = options.config.max;
  }

  get totalCount(): number {
    return this.#pool.totalCount;
  }

  get idleCount(): number {
    return this.#pool.idleCount + this.#resting.length;
  }

  /** Outdates all connections: idle ones are replaced when next borrowed, others on return. */
  renew = (): void => {
    this.#generation += 1;
  };

  /** @throws PoolExhaustedError, PoolClosedError, and errors of connecting */
  borrow(): Promise<BorrowedConnection> {
    if (this.#isEnding) return Promise.reject(new PoolClosedError());
    if (this.#free > 0) {
      this.#free -= 1;
      return this.#obtain();
    }
    return new Promise((resolve, reject) => {
      const { waitTimeout, config } = this.options;
      const waiting: Waiting = { resolve, reject };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(new PoolExhaustedError(config.max, waitTimeout));
      };
      if (waitTimeout > 0) waiting.timer = setTimeout(giveUp, waitTimeout);
      this.#waiting.push(waiting);
    });
  }

  /**
   * Rejects waiting borrowers, gives others `closeTimeout` milliseconds to finish, and closes all
   * connections. Resolves within `closeTimeout` plus one second.
   */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(new PoolClosedError());
    }
    for (const reject of this.#connecting) reject(new PoolClosedError());
    this.#endRest(0);
    await this.#allGivenBack();
    for (const borrowed of this.#borrowed) {
      // Not PoolClosedError, which would deny that the unanswered statement was sent.
      borrowed.connection.close(new Error('the application closed its connections'));
      borrowed.giveBack();
    }
    // A connection attempt may take longer; its connection is closed once it is open.
    await Promise.race([this.#pool.end(), sleep(1_000, undefined, { ref: false })]);
  }

  #allGivenBack(): Promise<void> {
    if (this.#borrowed.size === 0) return Promise.resolve();
    const { closeTimeout } = this.options;
    const idle = new Promise<void>((resolve) => (this.#onAllGivenBack = resolve));
    return Promise.race([idle, sleep(closeTimeout, undefined, { ref: false })]);
  }

  #obtain(): Promise<BorrowedConnection> {
    for (let opened = this.#resting.pop(); opened; opened = this.#resting.pop()) {
      if (this.#isUsable(opened)) return Promise.resolve(this.#lend(opened));
      opened.client.release(true);
    }
    // The pool may be closed while a new connection is being opened.
    return new Promise((resolve, reject) => {
      this.#connecting.add(reject);
      void this.#connect()
        .then(resolve, reject)
        .finally(() => this.#connecting.delete(reject));
    });
  }

  async #connect(): Promise<BorrowedConnection> {
    try {
      for (;;) {
        const client = (await this.#pool.connect()) as PooledClient;
        const opened = this.#connections.get(client) ?? (await this.#open(client));
        if (opened && this.#isUsable(opened)) return this.#lend(opened);
        client.release(true);
        if (this.#isEnding) throw new PoolClosedError();
      }
    } catch (error) {
      this.#next();
      throw error;
    }
  }

  async #open(client: PooledClient): Promise<Opened | undefined> {
    const { statementLimit, waitTimeout, transportOf } = this.options;
    const generation = this.#generation;
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      if (waitTimeout > 0) timer = setTimeout(() => reject(new Error('timeout expired')), waitTimeout);
    });
    try {
      const server = await Promise.race([readServerInfo(client), silence]);
      this.isStandby = server.isStandby;
      const settings = { statementLimit, onWrongServer: this.renew };
      const transport = await Promise.race([transportOf(client), silence]);
      if (transport === undefined) return undefined;
      const connection = new Connection(client, transport, server, settings);
      // The listeners of the Connection have missed an earlier loss.
      if (client.lost) throw client.lost;
      const opened: Opened = {
        client,
        connection,
        generation,
        isBorrowed: false,
        restingSince: 0,
        giveBack: () => this.#takeBack(opened),
      };
      this.#connections.set(client, opened);
      // A borrower whose work never ends would never give a lost connection back.
      client.once('end', () => opened.giveBack());
      return opened;
    } catch (error) {
      client.hangUp();
      client.release(true);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #isUsable({ connection, generation }: Opened): boolean {
    return !this.#isEnding && connection.lostBy === undefined && generation === this.#generation;
  }

  #lend(opened: Opened): BorrowedConnection {
    opened.isBorrowed = true;
    this.#borrowed.add(opened);
    return opened;
  }

  #takeBack(opened: Opened): void {
    if (!opened.isBorrowed) return;
    opened.isBorrowed = false;
    this.#borrowed.delete(opened);
    if (this.#isUsable(opened)) {
      opened.restingSince = performance.now();
      this.#resting.push(opened);
      this.#restTimer ??= setTimeout(() => this.#endRest(restTime), restTime).unref();
    } else opened.client.release(true);
    if (this.#borrowed.size === 0) this.#onAllGivenBack?.();
    this.#next();
  }

  /** Releases connections to pg's pool that have rested for `minimum` milliseconds. */
  #endRest(minimum: number): void {
    clearTimeout(this.#restTimer);
    const now = performance.now();
    const rested = this.#resting.findIndex(({ restingSince }) => now - restingSince < minimum);
    for (const { client, connection } of this.#resting.splice(0, rested < 0 ? this.#resting.length : rested))
      client.release(connection.lostBy !== undefined);
    const next = this.#resting[0];
    this.#restTimer = next && setTimeout(() => this.#endRest(restTime), restTime).unref();
  }

  #next(): void {
    const waiting = this.#waiting.shift();
    clearTimeout(waiting?.timer);
    if (waiting) waiting.resolve(this.#obtain());
    else this.#free += 1;
  }
}
