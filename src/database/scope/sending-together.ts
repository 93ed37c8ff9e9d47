import type { Connection } from 'pg';
import type { Wire } from './wire.js';

declare module 'pg' {
  interface Connection {
    _send(message: Buffer): boolean;
  }
}

/**
 * The connection, which can send several messages as one piece. pg corks the stream for that, which hands them to the system one
 * by one all the same.
 */
export function sendingTogether(connection: Connection): void {
  const send = connection._send.bind(connection);
  let gathered: Buffer[] | undefined;
  connection._send = (message) => {
    if (gathered === undefined) return send(message);
    gathered.push(message);
    return true;
  };
  (connection as Connection & Wire).together = (work) => {
    const messages: Buffer[] = [];
    gathered = messages;
    try {
      work();
    } finally {
      gathered = undefined;
    }
    send(Buffer.concat(messages));
  };
}

/** The connection, which sends messages as pg does. */
export function sendingOneByOne(connection: Connection): void {
  (connection as Connection & Wire).together = (work) => work();
}
