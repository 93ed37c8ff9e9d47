import pg from 'pg';
import type { Client, ClientConfig } from 'pg';
import type { Transport, TransportOptions } from '../contract.js';
import { ConnectionClient } from '../plain/connection-client.js';
import { PlainTransport } from '../plain/plain-transport.js';
import { AnswerTap } from './answer-tap.js';
import { FastTransport } from './fast-transport.js';
import { fallbackWarning, findFastTransportFault } from './guard.js';
import { missingMembers } from './private-members.js';

/**
 * Decides between the transports of a DataSource: the fast one if it is wanted, if pg has its
 * private members, and if it passes its test on the first connection of each pool; else the plain
 * one.
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

  /** The class of pg clients that carry the chosen transport. */
  get clientClass(): new (config?: ClientConfig) => ConnectionClient {
    const isFast = () => this.#isFast;
    return class extends ConnectionClient {
      constructor(config?: ClientConfig) {
        super(config);
        if (isFast()) AnswerTap.install(this);
      }
    };
  }

  /** Makes the choice. `connect` opens a connection per pool, with `transportOf` on each. */
  async make(connect: () => Promise<void>): Promise<void> {
    if (this.#isMade) return;
    this.#isFast = this.options.fastPath;
    const missing = this.#isFast ? missingMembers(new pg.Client()) : [];
    if (missing.length > 0) this.#fallBack(`it lacks ${missing.join(', ')}`);
    await connect();
    this.#isMade = true;
  }

  /** Requires another choice, for new pools. */
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
