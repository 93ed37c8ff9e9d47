import { PassThrough } from 'node:stream';
import pg from 'pg';
import type { Client } from 'pg';

/** An undocumented member of pg. */
interface PrivateMember {
  of: 'client' | 'connection' | 'query';
  name: string;
  kind: 'object' | 'function';
  /** Why the fast transport needs it. */
  use: string;
}

/** All undocumented members of pg that the fast transport uses. A release of pg may change them. */
export const privateMembers: readonly PrivateMember[] = [
  { of: 'client', name: 'connection', kind: 'object', use: 'leads to the two members below' },
  { of: 'connection', name: 'stream', kind: 'object', use: 'an exchange is written as one buffer' },
  { of: 'connection', name: 'attachListeners', kind: 'function', use: 'rows are read as bytes' },
  // pg calls these on a query object; `pg.Query` is checked as evidence that it still does.
  { of: 'query', name: 'submit', kind: 'function', use: 'sends the exchange when its turn has come' },
  { of: 'query', name: 'handleReadyForQuery', kind: 'function', use: 'ends the exchange' },
  { of: 'query', name: 'handleError', kind: 'function', use: 'fails the exchange' },
];

/** The tested versions of pg. */
export const knownVersions = '8.23.0 to 8.23.1';

/** @returns the members that a client lacks or has with another type */
export function missingMembers(client: Client): string[] {
  const { connection } = client as Partial<Client>;
  const { Query } = pg as Partial<typeof pg>;
  const owners = { client, connection, query: Query?.prototype } as const;
  const missing = privateMembers
    .filter(({ of, name, kind }) => {
      const owner: object | undefined = owners[of];
      return typeof (owner && (Reflect.get(owner, name) as unknown)) !== kind;
    })
    .map(({ of, name }) => `${of}.${name}`);
  if (missing.length === 0 && !readsDataEvents(client)) return ['a listener of `data` events'];
  return missing;
}

/** Whether `attachListeners` listens to `data` events, by which the tap passes messages on. */
function readsDataEvents({ connection }: Client): boolean {
  const stream = new PassThrough();
  try {
    connection.attachListeners(stream);
  } catch {
    return false;
  }
  return stream.listenerCount('data') > 0;
}
