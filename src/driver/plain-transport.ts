import type { Client } from 'pg';
import type { OwnStatement, Scope, Transport } from './contract.js';
import { sendOwn } from './control.js';

/**
 * The plain transport: each message is sent by `client.query` and awaited. As the connection sends
 * the statement only after the server has confirmed BEGIN and the scope, it cannot run without
 * them. It prepares nothing by name.
 */
export class PlainTransport implements Transport {
  readonly carriesScope = false;

  constructor(private readonly client: Client) {}

  send<T>(_scope: Scope, statement: OwnStatement<T>): Promise<T[]> {
    return sendOwn(this.client, statement);
  }

  reconcile(): void {}
}
