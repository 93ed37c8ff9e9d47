import type { Client } from 'pg';
import type { OwnStatement, Scope, Transport } from '../contract/contract.js';
import { sendOwn } from './control.js';

/**
 * The plain transport: sends each statement by `client.query`, the documented interface of pg. The
 * connection awaits BEGIN and the scope first, so a statement cannot run without them. Prepares no
 * named statements.
 */
export class PlainTransport implements Transport {
  readonly carriesScope = false;

  constructor(private readonly client: Client) {}

  send<T>(_scope: Scope, statement: OwnStatement<T>): Promise<T[]> {
    return sendOwn(this.client, statement);
  }

  reconcile(): void {}
}
