import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { throughPort } from './forwarding-server.js';

/** A proxy in front of PostgreSQL with which a test breaks connections as networks do. */
export interface SwitchingProxy {
  /** The URL of the database through the proxy. */
  readonly url: string;
  /** The number of connections that clients have opened, refused ones included. */
  connections(): number;
  /**
   * Loses all further bytes of the present connections without FIN or RST, as a NAT gateway that
   * forgot them. New connections are forwarded, or they are held as well: from the beginning, or
   * once the server is ready for queries.
   */
  hold(newConnections?: 'forward' | 'hold' | 'hold when ready'): void;
  /** Ends all connections. New ones are reset until `accept`. */
  drop(): void;
  /**
   * Drops, as `drop` does, when the server ends the next transaction in which a client sends
   * `text`: the server has committed, and the client never gets the answer. Resolves at that
   * moment.
   */
  dropAtEndOfTransaction(text: string): Promise<void>;
  /** Drops, as `drop` does, instead of forwarding `text`. Resolves at that moment. */
  dropBefore(text: string): Promise<void>;
  /** Forwards new connections from now on. */
  accept(): void;
  /** Forwards new connections to another server. Present connections stay. */
  switchTo(databaseUrl: string): void;
  close(): Promise<void>;
}

/** A client, and the connection to the server that the proxy made for it. */
interface Link {
  client: Socket;
  server: Socket;
  isHeld: boolean;
  isHeldWhenReady: boolean;
  /** Whether the client sent the awaited text. */
  isAwaited: boolean;
}

/** The message ReadyForQuery outside of a transaction. */
const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1');

export async function startSwitchingProxy(databaseUrl: string): Promise<SwitchingProxy> {
  const links = new Set<Link>();
  const held = new Set<Socket>();
  let target = new URL(databaseUrl);
  let newConnections: 'forward' | 'hold' | 'hold when ready' | 'refuse' = 'forward';
  let connections = 0;
  let awaited: { text: string; isEnd: boolean; reached: () => void } | undefined;

  const drop = () => {
    newConnections = 'refuse';
    for (const { client, server } of links) [client, server].forEach((socket) => socket.destroy());
  };

  const dropAsAwaited = () => {
    drop();
    awaited?.reached();
    awaited = undefined;
  };

  const forward = (client: Socket) => {
    const server = connect({
      port: Number(target.port || '5432'),
      host: target.hostname,
      allowHalfOpen: true,
    });
    const link: Link = {
      client,
      server,
      isHeld: false,
      isHeldWhenReady: newConnections === 'hold when ready',
      isAwaited: false,
    };
    links.add(link);
    const pass = (from: Socket, to: Socket, onBytes: (bytes: Buffer) => void) => {
      from.on('data', (bytes: Buffer) => {
        if (!link.isHeld) onBytes(bytes);
        if (!link.isHeld && to.writable) to.write(bytes);
      });
      from.on('end', () => link.isHeld || to.end());
      from.on('error', () => from.destroy());
      from.on('close', () => {
        // A server learns nothing of a client that left a held connection.
        if (!link.isHeld) to.destroy();
        if (to.destroyed) links.delete(link);
      });
    };
    pass(client, server, (bytes) => {
      if (awaited === undefined || !bytes.includes(awaited.text)) return;
      if (awaited.isEnd) link.isAwaited = true;
      else dropAsAwaited();
    });
    pass(server, client, (bytes) => {
      if (!bytes.includes(readyForQuery)) return;
      if (link.isHeldWhenReady) {
        client.write(bytes);
        link.isHeld = true;
      }
      if (link.isAwaited) dropAsAwaited();
    });
  };

  // Half-open, or else the proxy would answer the FIN of a client whose connection is held.
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    connections += 1;
    if (newConnections === 'forward' || newConnections === 'hold when ready') return forward(client);
    client.on('error', () => client.destroy());
    if (newConnections === 'refuse') return void client.resetAndDestroy();
    client.resume();
    held.add(client);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  return {
    url: throughPort(databaseUrl, (listener.address() as AddressInfo).port),
    connections: () => connections,
    hold: (treatment = 'forward') => {
      newConnections = treatment;
      for (const link of links) link.isHeld = true;
    },
    drop,
    dropAtEndOfTransaction: (text) =>
      new Promise((reached) => {
        awaited = { text, isEnd: true, reached };
      }),
    dropBefore: (text) =>
      new Promise((reached) => {
        awaited = { text, isEnd: false, reached };
      }),
    accept: () => {
      newConnections = 'forward';
    },
    switchTo: (url) => {
      target = new URL(url);
    },
    close: async () => {
      drop();
      for (const client of held) client.destroy();
      if (!listener.listening) return;
      listener.close();
      await once(listener, 'close');
    },
  };
}
