import type { Socket } from 'node:net';
import { framed } from './framed-messages.js';

/** Rejects a client with an ErrorResponse, as PostgreSQL or a pooler does. */
export function turnAway(socket: Socket, sqlState: string, message: string): void {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
  socket.once('data', () => socket.end(framed('E', fields)));
}

/** Handles the first `times` connections with `first`, and all others with `later`. */
export function firstTimes(times: number, first: (socket: Socket) => void, later: (socket: Socket) => void) {
  let connections = 0;
  return (socket: Socket) => {
    connections += 1;
    (connections <= times ? first : later)(socket);
  };
}
