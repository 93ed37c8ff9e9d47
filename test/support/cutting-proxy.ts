import { connect } from 'node:net';
import { endTogether, listen, throughPort } from './forwarding-server.js';

/** A proxy that can cut a connection off as its COMMIT passes. */
export interface CuttingProxy {
  url: string;
  /**
   * Cuts the next COMMIT off: before the server has seen it, or after it was done and before the
   * client hears of it.
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
