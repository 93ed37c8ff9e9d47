import type { Client } from 'pg';
import type { OwnStatement, Scope, SessionState, Transport } from './contract.js';
import { FastQuery } from './fast-query.js';
import type { PreparedNames } from './fast-query.js';
import { nameOf } from './statement-name.js';

/**
 * The fast transport: scope and statement go before one Sync, both prepared by name, and rows are
 * mapped from the bytes that arrive. It needs the members of pg in `private-members.ts`.
 */
export class FastTransport implements Transport {
  readonly carriesScope = true;
  readonly #prepared: PreparedNames | undefined;

  /** @param isPrepared whether statements are prepared by name */
  constructor(
    private readonly client: Client,
    isPrepared: boolean,
  ) {
    this.#prepared = isPrepared ? new Set() : undefined;
  }

  reconcile(prepared: readonly string[]): void {
    for (const name of this.#prepared ?? []) if (!prepared.includes(name)) this.#prepared?.delete(name);
  }

  send<T>(scope: Scope, statement: OwnStatement<T>, session: SessionState): Promise<T[]> {
    // The unnamed statement is parsed anew each time, so foreign text cannot have replaced it.
    const prepared = session.isTrusted ? this.#prepared : undefined;
    const name = statement.plan === 'custom' ? undefined : nameOf(statement.text);
    return new Promise((resolve, reject) => {
      this.client.query(new FastQuery(scope, statement, session, prepared, name, resolve, reject));
    });
  }
}
