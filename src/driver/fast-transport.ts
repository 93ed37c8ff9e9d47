import type { Client } from 'pg';
import type { OwnStatement, Scope, SessionState, Transport } from './contract.js';
import { FastQuery } from './fast-query.js';
import type { PreparedNames } from './fast-query.js';
import { nameOf } from './statement-name.js';

/**
 * The fast transport: sends scope and statement before one Sync, as named prepared statements, and
 * maps rows from the received bytes. Uses the private members of pg in `private-members.ts`.
 */
export class FastTransport implements Transport {
  readonly carriesScope = true;
  readonly #prepared: PreparedNames | undefined;

  /** @param isPrepared whether to use named prepared statements */
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
    // After foreign text use unnamed statements: they are parsed each time, so they are ours.
    const prepared = session.isTrusted ? this.#prepared : undefined;
    const name = statement.plan === 'custom' ? undefined : nameOf(statement.text);
    return new Promise((resolve, reject) => {
      this.client.query(new FastQuery(scope, statement, session, prepared, name, resolve, reject));
    });
  }
}
