import { connect } from 'node:net';
import { endTogether, listen, throughPort } from './forwarding-server.js';

/** A proxy that can drop a connection at BEGIN or COMMIT. */
export interface CuttingProxy {
  url: string;
  /**
   * Drops the connection at the next COMMIT: before the server receives it, or after the server has
   * committed and before the client receives the answer.
   */
  cutCommit(moment: 'before' | 'after'): void;
  /** Drops the connections of the next BEGINs before the server receives them. */
  cutBegins(times: number): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(databaseUrl);
  let next: 'before' | 'after' | undefined;
  let begins = 0;
  const proxy = await listen((client) => {
    const server = connect(Number(port), hostname);
    let isMute = false;
    client.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      if (begins > 0 && text.includes('BEGIN')) {
        begins -= 1;
        return void client.destroy();
      }
      const moment = text.includes('COMMIT') ? next : undefined;
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
    cutBegins: (times) => {
      begins = times;
    },
    close: () => proxy.close(),
  };
}
