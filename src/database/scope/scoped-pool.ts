import { AsyncResource } from 'node:async_hooks';
import pg from 'pg';
import type { Client, PoolClient } from 'pg';
import { ScopedQuery } from './scoped-query.js';
import { hasEnded, hasTraces } from './session-traces.js';

declare module 'pg' {
  interface Pool {
    _pendingQueue: unknown[];
    _idle: { client: PoolClient & { ref(): void }; idleListener: () => void; timeoutId?: NodeJS.Timeout }[];
    _acquireClient(
      client: PoolClient,
      pending: { callback: (...given: never[]) => void },
      idleListener: () => void,
      isNew: boolean,
    ): void;
  }
}

type Release = (destroy?: Error | boolean) => void;
type Connected = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void;

/**
 * A pool that hands a client over in the scope of whoever asked for it, and not of whoever gave it back, and that takes none
 * back whose transaction is still open, or on which a statement may have left something.
 */
export class ScopedPool extends pg.Pool {
  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | void {
    if (callback === undefined) {
      // Whoever awaits a promise goes on in a scope of his own.
      return new Promise((resolve, reject) => {
        this.#checkOut((error, client) =>
          client ? resolve(client) : reject(error ?? new Error('no client')),
        );
      });
    }
    const asker = new AsyncResource('JournalConnection');
    this.#checkOut((...given) => asker.runInAsyncScope(callback, undefined, ...given));
  }

  /**
   * An idle client at once, without the turns of the event loop and the timer that pg-pool spends on asking for one; undefined if
   * there is none, or others wait for it.
   */
  takeIdle(): PoolClient | undefined {
    if (this.ending || this._pendingQueue.length > 0) return undefined;
    const idle = this._idle.pop();
    if (idle === undefined) return undefined;
    clearTimeout(idle.timeoutId);
    idle.client.ref();
    let taken: PoolClient | undefined;
    const pending = { callback: this.#handingOver((_, client) => (taken = client)) };
    this._acquireClient(idle.client, pending, idle.idleListener, false);
    return taken;
  }

  #checkOut(connected: Connected): void {
    super.connect(this.#handingOver(connected));
  }

  #handingOver(connected: Connected) {
    return (error: Error | undefined, client: PoolClient | undefined, release: unknown) => {
      if (client === undefined) return connected(error, client, release as Release);
      const giveBack: Release = (destroy) => {
        // A client that has only just connected has no status yet.
        const isIdle = (client.getTransactionStatus() ?? 'I') === 'I' && !isBeginningOrEnding(client);
        (release as Release)(
          destroy || !isIdle || hasTraces(client.connection) || hasEnded(client.connection),
        );
      };
      client.release = giveBack;
      connected(error, client, giveBack);
    };
  }
}

/**
 * Whether the server has not answered yet to what begins or ends a transaction, as nobody waits for it any longer, or never did: in what state the
 * client will be is not known. Any other statement sets the scope for itself.
 */
function isBeginningOrEnding({ _activeQuery: active, _queryQueue: waiting }: Client): boolean {
  return [active, ...waiting].some((statement) => statement && !(statement instanceof ScopedQuery));
}
