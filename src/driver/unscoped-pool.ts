import type { Client } from 'pg';
import { ConnectionClient } from './connection-client.js';
import { prepareSession } from './control.js';

/** What a pool of pg needs for migrations, which run as the owner and outside of any scope. */
export const unscopedPool = {
  Client: ConnectionClient,
  onConnect: (client: Client) => prepareSession(client),
};
