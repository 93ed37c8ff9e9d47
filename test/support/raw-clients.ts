import pg from 'pg';
import type { Client } from 'pg';

/** The clients of pg in this process that were connected and have not ended. */
const clients = new Set<Client>();

type Connect = (this: Client, ...args: unknown[]) => unknown;

const connect = Reflect.get(pg.Client.prototype, 'connect') as Connect;
const collecting: Connect = function (...args) {
  clients.add(this);
  this.once('end', () => clients.delete(this));
  return connect.apply(this, args);
};
// The driver of the package shows its connections to no one, so they are collected where pg
// connects.
Reflect.set(pg.Client.prototype, 'connect', collecting);

/**
 * The clients that a login has connected to a database, as of now. Use them while no statement is
 * under way.
 */
export function rawClients(database: string, login: string): Client[] {
  return [...clients].filter((client) => client.database === database && client.user === login);
}
