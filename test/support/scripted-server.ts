import type { Socket } from 'node:net';

/** What PostgreSQL, or a pooler in front of it, sends to turn a client away: an ErrorResponse. */
export function turnAway(socket: Socket, sqlState: string, message: string): void {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(fields.length + 4, 1);
  socket.once('data', () => socket.end(Buffer.concat([head, fields])));
}

/** Treats the first connections in one way and the later ones in another. */
export function firstTimes(times: number, first: (socket: Socket) => void, later: (socket: Socket) => void) {
  let connections = 0;
  return (socket: Socket) => {
    connections += 1;
    (connections <= times ? first : later)(socket);
  };
}
