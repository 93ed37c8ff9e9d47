import type { Client } from 'pg';
import { ConnectionClient } from './connection-client.js';
import { prepareSession } from './control.js';

/** Options of a pg pool for migrations, which run as the owner without a scope. */
export const unscopedPool = {
  Client: ConnectionClient,
  onConnect: (client: Client) => prepareSession(client),
};
