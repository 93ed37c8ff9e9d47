import type { Connection } from 'pg';
import type { BindMessage, Wire } from './wire.js';

declare module 'pg' {
  interface Connection {
    _send(message: Buffer): boolean;
  }
}

/**
 * The connection, which can send several messages as one piece. pg corks the stream for that, which hands them to the system one
 * by one all the same, and makes buffers of each value on the way.
 */
export function sendingTogether(connection: Connection): void {
  const wire: Wire = connection as Connection & Wire;
  const send = connection._send.bind(connection);
  const bind = wire.bind.bind(connection);
  let gathered: Piece | undefined;
  connection._send = (message) => {
    if (gathered === undefined) return send(message);
    gathered.add(message);
    return true;
  };
  wire.bind = (message) => {
    // What makes texts of values is pg's own, and knows other formats too.
    if (gathered && message.valueMapper === undefined) gathered.bind(message);
    else bind(message);
  };
  wire.together = (work) => {
    const piece = takePiece();
    gathered = piece;
    try {
      work();
    } catch (error) {
      piece.take();
      throw error;
    } finally {
      gathered = undefined;
      free = piece;
    }
    send(piece.take());
  };
}

/** The connection, which sends messages as pg does. */
export function sendingOneByOne(connection: Connection): void {
  (connection as Connection & Wire).together = (work) => work();
}

const chunkSize = 64 * 1024;
/** The most bytes of a character that is one unit of a text. */
const mostBytes = 3;
/** Up to this length it is faster to copy each character than to ask the encoder. */
const shortText = 64;
const firstNotAscii = 128;
const bindCode = 'B'.charCodeAt(0);

/** Messages one after the other. What was taken is never written again. */
class Piece {
  #chunk = Buffer.allocUnsafeSlow(chunkSize);
  #begin = 0;
  #at = 0;

  add(message: Buffer): void {
    this.#reserve(message.length);
    this.#chunk.set(message, this.#at);
    this.#at += message.length;
  }

  /** A Bind message of the unnamed portal, with values as texts, for results as texts. */
  bind({ statement = '', values = [] }: BindMessage): void {
    this.#reserve(16 + statement.length * mostBytes);
    this.#chunk[this.#at] = bindCode;
    const start = this.#at - this.#begin + 1;
    this.#at += 5;
    this.#chunk[this.#at++] = 0;
    this.#text(statement);
    this.#chunk[this.#at++] = 0;
    this.#int16(0);
    this.#at = this.#chunk.writeUInt16BE(values.length, this.#at);
    for (const value of values) this.#value(value);
    this.#reserve(2);
    this.#int16(0);
    // Where it begins may have moved to another chunk.
    this.#chunk.writeInt32BE(this.#at - this.#begin - start, this.#begin + start);
  }

  take(): Buffer {
    const taken = this.#chunk.subarray(this.#begin, this.#at);
    this.#begin = this.#at;
    // One that grew for a large message is not kept for small ones.
    if (this.#chunk.length > chunkSize) {
      this.#chunk = Buffer.alloc(0);
      this.#begin = this.#at = 0;
    }
    return taken;
  }

  #value(value: string | null): void {
    if (value === null) {
      this.#reserve(4);
      this.#at = this.#chunk.writeInt32BE(-1, this.#at);
      return;
    }
    this.#reserve(4 + (value.length > shortText ? Buffer.byteLength(value) : value.length * mostBytes));
    const lengthAt = this.#at;
    this.#at += 4;
    this.#text(value);
    this.#chunk.writeInt32BE(this.#at - lengthAt - 4, lengthAt);
  }

  #text(text: string): void {
    if (text.length <= shortText) {
      let index = 0;
      for (; index < text.length; index += 1) {
        const code = text.charCodeAt(index);
        if (code >= firstNotAscii) break;
        this.#chunk[this.#at + index] = code;
      }
      if (index === text.length) {
        this.#at += index;
        return;
      }
    }
    this.#at += this.#chunk.write(text, this.#at);
  }

  #int16(value: number): void {
    this.#at = this.#chunk.writeInt16BE(value, this.#at);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#chunk.length) return;
    const written = this.#chunk.subarray(this.#begin, this.#at);
    const wanted = written.length + bytes;
    this.#chunk = Buffer.allocUnsafeSlow(wanted <= chunkSize ? chunkSize : 2 * wanted);
    this.#chunk.set(written);
    this.#begin = 0;
    this.#at = written.length;
  }
}

let free: Piece | undefined;

/** One for all connections, unless what makes the messages of one makes another send: an error that is told at once, for instance. */
function takePiece(): Piece {
  const piece = free ?? new Piece();
  free = undefined;
  return piece;
}
