import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A TCP server for tests. Closing it also ends its connections. */
export interface TestTcpServer {
  port: number;
  /** Number of connections accepted so far. */
  connections(): number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, by default on a free port. */
export async function listen(onConnection: (socket: Socket) => void, port = 0): Promise<TestTcpServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    // Some tests let the client hang up during the handshake.
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Forwards all bytes between a client and the PostgreSQL server of a URL. */
export function forward(client: Duplex, databaseUrl: string): void {
  const { hostname, port } = new URL(databaseUrl);
  const server = connect(Number(port || '5432'), hostname);
  client.pipe(server).pipe(client);
  endTogether(client, server);
}

/** Destroys each of two streams when the other one closes. */
export function endTogether(one: Duplex, other: Duplex): void {
  for (const [ending, last] of [
    [one, other],
    [other, one],
  ] as const) {
    ending.on('error', () => last.destroy());
    ending.on('close', () => last.destroy());
  }
}

/** A port on which nothing listens. */
export async function unusedPort(): Promise<number> {
  const server = await listen(() => undefined);
  await server.close();
  return server.port;
}

/** The URL with host and port replaced. */
export function throughPort(databaseUrl: string, port: number, host = '127.0.0.1'): string {
  const url = new URL(databaseUrl);
  url.hostname = host;
  url.port = String(port);
  return url.toString();
}
