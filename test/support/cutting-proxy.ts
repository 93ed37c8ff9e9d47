import { connect } from 'node:net';
import { endTogether, listen, throughPort } from './forwarding-server.js';

/** A proxy that can drop a connection at COMMIT. */
export interface CuttingProxy {
  url: string;
  /**
   * Drops the connection at the next COMMIT: before the server receives it, or after the server has
   * committed and before the client receives the answer.
   */
  cutCommit(moment: 'before' | 'after'): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(databaseUrl);
  let next: 'before' | 'after' | undefined;
  const proxy = await listen((client) => {
    const server = connect(Number(port), hostname);
    let isMute = false;
    client.on('data', (chunk: Buffer) => {
      const moment = chunk.toString('latin1').includes('COMMIT') ? next : undefined;
      if (moment === undefined) return void server.write(chunk);
      next = undefined;
      isMute = true;
      if (moment === 'before') client.destroy();
      else server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (isMute) client.destroy();
      else client.write(chunk);
    });
    endTogether(client, server);
  });
  return {
    url: throughPort(databaseUrl, proxy.port),
    cutCommit: (moment) => {
      next = moment;
    },
    close: () => proxy.close(),
  };
}
