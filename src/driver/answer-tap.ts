import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Client, Connection } from 'pg';

declare module 'pg' {
  interface Connection {
    attachListeners(stream: Duplex): void;
  }
}

/** Takes the answer to a statement from the bytes that arrive. */
export interface AnswerTaker {
  /** A DataRow message, whose content begins at `from` and ends at `to`. */
  takeRow(bytes: Buffer, from: number, to: number): void;
  /** A CommandComplete message. */
  takeCommandComplete(): void;
}

/**
 * Hands the rows of a fast statement over as bytes, before pg makes a string of each field and an
 * event of each message. Every other message goes to pg. Without the tap pg delivers the rows, too.
 */
export class AnswerTap {
  static readonly #taps = new WeakMap<Connection, AnswerTap>();

  /** Gets the rows until it is removed. */
  taker: AnswerTaker | undefined;

  /** Installs a tap on a client that has not connected yet. */
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

  static of(connection: Connection): AnswerTap | undefined {
    return AnswerTap.#taps.get(connection);
  }
}

const code = (letter: string) => letter.charCodeAt(0);
const [dataRow, commandComplete, bindComplete] = [code('D'), code('C'), code('2')];
/** A letter, and the length of the message, which counts itself. */
const header = 5;
/** No server sends a message of more than a gigabyte. */
const [shortest, longest] = [4, 2 ** 30];

/** Cuts the bytes that arrive into messages. */
class Messages {
  /** The beginning of a message whose end has not arrived yet. */
  #held: Buffer[] = [];
  #heldLength = 0;
  /** The length that must have arrived before the next look. */
  #wanted = 0;

  constructor(
    private readonly tap: AnswerTap,
    private readonly rest: EventEmitter,
  ) {}

  /** @returns false for bytes that no server sends */
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
        // pg gets the messages before this one first: an error among them removes the taker.
        if (at > passedOn) this.rest.emit('data', bytes.subarray(passedOn, at));
        passedOn = this.#take(bytes, at, end) ? end : at;
      }
      at = end;
    }
    if (at > passedOn) this.rest.emit('data', bytes.subarray(passedOn, at));
    this.#hold(bytes, at);
    return true;
  }

  /** @returns false if the taker was removed meanwhile */
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

/** pg needs none of these messages. */
function isTakeable(letter: number | undefined): boolean {
  return letter === dataRow || letter === commandComplete || letter === bindComplete;
}
