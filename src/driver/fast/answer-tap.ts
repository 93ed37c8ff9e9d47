import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Client, Connection } from 'pg';

declare module 'pg' {
  interface Connection {
    attachListeners(stream: Duplex): void;
  }
}

/** Receives a statement's answer as bytes. */
export interface AnswerTaker {
  /** A DataRow message; its content is `bytes` from `from` to `to`. */
  takeRow(bytes: Buffer, from: number, to: number): void;
  /** A CommandComplete message. */
  takeCommandComplete(): void;
}

/**
 * Passes the rows of a fast statement as bytes to its taker, which saves pg's string per field and
 * event per message. Passes every other message to pg.
 */
export class AnswerTap {
  static readonly #taps = new WeakMap<Connection, AnswerTap>();

  /** The receiver of the rows of the running statement. */
  taker: AnswerTaker | undefined;

  /** Installs a tap on a client that has not connected yet: replaces `attachListeners`. */
  static install(client: Client): void {
    const { connection } = client;
    const tap = new AnswerTap();
    AnswerTap.#taps.set(connection, tap);
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => {
      const rest = new EventEmitter();
      attach(rest as Duplex);
      const messages = new Messages(tap, rest);
      stream.on('data', (chunk: Buffer) => {
        try {
          if (messages.take(chunk)) return;
          stream.destroy(new Error('Invalid message from the server: not the PostgreSQL protocol.'));
        } catch (error) {
          stream.destroy(error as Error);
        }
      });
      stream.once('end', () => rest.emit('end'));
    };
  }

  /** @throws Error if the object has no tap: the rows of an answer would be lost */
  static of(connection: Connection): AnswerTap {
    const tap = AnswerTap.#taps.get(connection);
    if (tap === undefined) throw new Error('The connection has no answer tap.');
    return tap;
  }
}

const code = (letter: string) => letter.charCodeAt(0);
const [dataRow, commandComplete, bindComplete] = [code('D'), code('C'), code('2')];
/** A type byte and an Int32 length, which includes itself. */
const header = 5;
/** PostgreSQL sends no message of more than a gigabyte. */
const [shortest, longest] = [4, 2 ** 30];

/** Splits the received bytes into messages. */
class Messages {
  /** The received part of an incomplete message. */
  #held: Buffer[] = [];
  #heldLength = 0;
  /** The number of bytes needed to continue. */
  #wanted = 0;

  constructor(
    private readonly tap: AnswerTap,
    private readonly rest: EventEmitter,
  ) {}

  /** @returns false if the bytes are not PostgreSQL's protocol */
  take(chunk: Buffer): boolean {
    const bytes = this.#withHeld(chunk);
    if (bytes === undefined) return true;
    let passedOn = 0;
    let at = 0;
    while (bytes.length - at >= header) {
      const length = bytes.readUInt32BE(at + 1);
      if (length < shortest || length > longest) return false;
      const end = at + 1 + length;
      if (end > bytes.length) break;
      if (this.tap.taker && isTakeable(bytes[at])) {
        // pg gets the earlier messages first: an ErrorResponse among them removes the taker.
        if (at > passedOn) this.rest.emit('data', bytes.subarray(passedOn, at));
        passedOn = this.#take(bytes, at, end) ? end : at;
      }
      at = end;
    }
    if (at > passedOn) this.rest.emit('data', bytes.subarray(passedOn, at));
    this.#hold(bytes, at);
    return true;
  }

  /** @returns false if an earlier message has removed the taker */
  #take(bytes: Buffer, at: number, end: number): boolean {
    const { taker } = this.tap;
    if (taker === undefined) return false;
    if (bytes[at] === dataRow) taker.takeRow(bytes, at + header, end);
    else if (bytes[at] === commandComplete) taker.takeCommandComplete();
    return true;
  }

  #withHeld(chunk: Buffer): Buffer | undefined {
    if (this.#heldLength === 0) return chunk;
    this.#held.push(chunk);
    this.#heldLength += chunk.length;
    if (this.#heldLength < this.#wanted) return undefined;
    return Buffer.concat(this.#held, this.#heldLength);
  }

  #hold(bytes: Buffer, at: number): void {
    const left = bytes.length - at;
    this.#held = left > 0 ? [bytes.subarray(at)] : [];
    this.#heldLength = left;
    this.#wanted = left >= header ? 1 + bytes.readUInt32BE(at + 1) : header;
  }
}

/** Messages that the taker handles, so pg does not need them. */
function isTakeable(letter: number | undefined): boolean {
  return letter === dataRow || letter === commandComplete || letter === bindComplete;
}
