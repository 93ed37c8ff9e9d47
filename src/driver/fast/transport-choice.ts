import pg from 'pg';
import type { Client, ClientConfig } from 'pg';
import type { Transport, TransportOptions } from '../contract/contract.js';
import { ConnectionClient } from '../plain/connection-client.js';
import { PlainTransport } from '../plain/plain-transport.js';
import { AnswerTap } from './answer-tap.js';
import { FastTransport } from './fast-transport.js';
import { fallbackWarning, findFastTransportFault } from './guard.js';
import { missingMembers } from './private-members.js';

/**
 * Chooses the transport of a DataSource. The fast transport is chosen if `fastPath` is set, if pg
 * has all private members that it uses, and if the first connection of each pool passes the test.
 * Otherwise the plain transport is chosen, with one warning unless `fastPath` is false.
 */
export class TransportChoice {
  #isFast = false;
  #isMade = false;

  /** @param warn called if the driver falls back to the plain transport */
  constructor(
    private readonly options: TransportOptions,
    private readonly warn: (message: string) => void,
  ) {}

  get isFast(): boolean {
    return this.#isFast;
  }

  /** The class of new pg clients: installs the answer tap while the fast transport is chosen. */
  get clientClass(): new (config?: ClientConfig) => ConnectionClient {
    const isFast = () => this.#isFast;
    return class extends ConnectionClient {
      constructor(config?: ClientConfig) {
        super(config);
        if (isFast()) AnswerTap.install(this);
      }
    };
  }

  /**
   * Chooses, unless the choice is made.
   *
   * @param connect opens one connection per pool and calls `transportOf` for each
   */
  async make(connect: () => Promise<void>): Promise<void> {
    if (this.#isMade) return;
    this.#isFast = this.options.fastPath;
    const missing = this.#isFast ? missingMembers(new pg.Client()) : [];
    if (missing.length > 0) this.#fallBack(`it lacks ${missing.join(', ')}`);
    await connect();
    this.#isMade = true;
  }

  /** Discards the choice: new pools need a new test. */
  revoke(): void {
    this.#isMade = false;
  }

  /**
   * @param role a role that the login may act as
   * @returns undefined if the fast transport failed its test: the client's state is unknown
   */
  async transportOf(client: Client, role: string): Promise<Transport | undefined> {
    if (!this.#isFast) return new PlainTransport(client);
    const fast = new FastTransport(client, this.options.preparedStatements);
    const reason = this.#isMade ? undefined : await findFastTransportFault(client, fast, role);
    if (reason === undefined) return fast;
    this.#fallBack(reason);
    return undefined;
  }

  #fallBack(reason: string): void {
    this.#isFast = false;
    this.warn(fallbackWarning(reason));
  }
}
