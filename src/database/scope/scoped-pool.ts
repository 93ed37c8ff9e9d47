import { AsyncResource } from 'node:async_hooks';
import pg from 'pg';
import type { PoolClient } from 'pg';
import { hasEnded, hasTraces } from './session-traces.js';

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

  #checkOut(connected: Connected): void {
    super.connect((error, client, release) => {
      if (client === undefined) return connected(error, client, release as Release);
      const giveBack: Release = (destroy) => {
        // A client that has only just connected has no status yet.
        const isIdle = (client.getTransactionStatus() ?? 'I') === 'I';
        (release as Release)(
          destroy || !isIdle || hasTraces(client.connection) || hasEnded(client.connection),
        );
      };
      client.release = giveBack;
      connected(error, client, giveBack);
    });
  }
}
