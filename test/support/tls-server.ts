import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { forward, listen } from './forwarding-server.js';
import type { TestTcpServer } from './forwarding-server.js';

const folder = new URL('./tls/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

/** The path of the certificate that signed the one of {@link startTlsServer}, and its content. */
export const caFile = new URL('ca.pem', folder).pathname;
export const ca = read('ca.pem');

/**
 * The message with which a client asks for TLS: a length of 8, and a code in the place of the
 * protocol version.
 */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

export interface TlsServer extends TestTcpServer {
  /** Of each client that was let in, whether it came encrypted. */
  encrypted: boolean[];
}

/**
 * A TLS front of the PostgreSQL server of a URL, with a certificate for `localhost`. It lets
 * clients in without TLS too.
 *
 * @param offersTls false: it answers that it has no TLS
 */
export function startTlsServer(databaseUrl: string, offersTls = true): Promise<TlsServer> {
  const encrypted: boolean[] = [];
  const accept = (socket: Socket) => {
    socket.once('data', (first) => {
      if (!first.equals(sslRequest)) {
        encrypted.push(false);
        socket.unshift(first);
        forward(socket, databaseUrl);
      } else if (!offersTls) {
        socket.write('N');
      } else {
        const secure = new TLSSocket(socket, {
          isServer: true,
          key: read('server.key'),
          cert: read('server.pem'),
        });
        secure.on('error', () => socket.destroy());
        secure.on('secure', () => {
          encrypted.push(true);
          forward(secure, databaseUrl);
        });
        socket.write('S');
      }
    });
  };
  return listen(accept).then((server) => ({ ...server, encrypted }));
}
