import pg from 'pg';
import type { Client } from 'pg';

/** The open pg clients of this process. */
const clients = new Set<Client>();

type Connect = (this: Client, ...args: unknown[]) => unknown;

const connect = Reflect.get(pg.Client.prototype, 'connect') as Connect;
const collecting: Connect = function (...args) {
  clients.add(this);
  this.once('end', () => clients.delete(this));
  return connect.apply(this, args);
};
// The package's driver does not expose its connections, so they are collected in pg's `connect`.
Reflect.set(pg.Client.prototype, 'connect', collecting);

/** The open clients of a login and a database. Use them only while no statement is running. */
export function rawClients(database: string, login: string): Client[] {
  return [...clients].filter((client) => client.database === database && client.user === login);
}
