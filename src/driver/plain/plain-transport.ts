import type { Client } from 'pg';
import type { OwnStatement, Scope, Transport } from '../contract/contract.js';
import { TextRow } from '../contract/row.js';
import { extended } from './control.js';

const asText = { getTypeParser: () => (text: string) => text };

/**
 * The plain transport: sends each statement by `client.query`, the documented interface of pg. The
 * connection awaits BEGIN and the scope first, so a statement cannot run without them. Prepares no
 * named statements.
 */
export class PlainTransport implements Transport {
  readonly carriesScope = false;

  constructor(private readonly client: Client) {}

  async send<T>(_scope: Scope, { text, values, map }: OwnStatement<T>): Promise<T[]> {
    const config = { text, values: [...values], types: asText, rowMode: 'array', ...extended } as const;
    const { rows } = await this.client.query<(string | null)[]>(config);
    return rows.map((fields) => map(new TextRow(fields)));
  }

  reconcile(): void {}
}
