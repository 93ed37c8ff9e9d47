import type { Socket } from 'node:net';

/**
 * Splits the bytes of a client into messages of protocol 3.
 *
 * @param take is called with each message. The startup message, the first one, has no type letter.
 */
export function eachMessage(client: Socket, take: (message: Buffer, isStartup: boolean) => void): void {
  let rest = Buffer.alloc(0);
  let isStartup = true;
  client.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const header = isStartup ? 0 : 1;
      if (rest.length < header + 4) return;
      const length = header + rest.readInt32BE(header);
      if (rest.length < length) return;
      take(rest.subarray(0, length), isStartup);
      rest = rest.subarray(length);
      isStartup = false;
    }
  });
}
