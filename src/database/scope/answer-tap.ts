import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Connection } from 'pg';
import type { Wire } from './wire.js';

declare module 'pg' {
  interface Connection {
    attachListeners(stream: Duplex): void;
  }
}

/**
 * The connection, which can hand the answer to a statement over as it comes. pg makes a text of every field and an event of every
 * message before anybody can say what is wanted of them; what is not taken it gets as ever.
 */
export function handingOverAnswers(connection: Connection): void {
  const attach = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream) => {
    const rest = new EventEmitter();
    attach(rest as Duplex);
    const messages = new Messages(connection as Connection & Wire, rest);
    stream.on('data', (chunk: Buffer) => {
      if (!messages.take(chunk))
        stream.destroy(new Error('what answers does not speak the protocol of PostgreSQL'));
    });
    stream.once('end', () => rest.emit('end'));
  };
}

const code = (letter: string) => letter.charCodeAt(0);
const [dataRow, commandComplete, bindComplete, readyForQuery] = [code('D'), code('C'), code('2'), code('Z')];
/** A letter, and the length of what follows, itself included. */
const header = 5;
/** What the length of a message can be: it counts itself, and no server makes more than a gigabyte. */
const [shortest, longest] = [4, 2 ** 30];

/** Cuts what arrives into messages. */
class Messages {
  /** The beginning of a message whose end has not arrived. */
  #held: Buffer[] = [];
  #heldLength = 0;
  /** How much there must be until it is worth a look. */
  #wanted = 0;

  constructor(
    private readonly connection: Connection & Wire,
    private readonly rest: EventEmitter,
  ) {}

  /** @returns whether it can be what a server sends */
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
      if (this.connection.taker && isTakeable(bytes[at])) {
        // What comes before it may be what ends the taking.
        if (at > passedOn) this.rest.emit('data', bytes.subarray(passedOn, at));
        passedOn = this.#take(bytes, at, end) ? end : at;
      }
      at = end;
    }
    if (at > passedOn) this.rest.emit('data', bytes.subarray(passedOn, at));
    this.#hold(bytes, at);
    return true;
  }

  /** @returns whether it was taken */
  #take(bytes: Buffer, at: number, end: number): boolean {
    const { taker } = this.connection;
    if (taker === undefined) return false;
    switch (bytes[at]) {
      case dataRow:
        taker.takeRow(bytes, at + header, end);
        return true;
      case commandComplete:
        return taker.takeDone(this.connection, bytes, at + header);
      case readyForQuery:
        this.connection.emit('readyForQuery', { status: String.fromCharCode(bytes[at + header] ?? 0) });
        return true;
      default:
        return true;
    }
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

/** Of these nobody but the statement under way wants to know. */
function isTakeable(letter: number | undefined): boolean {
  return (
    letter === dataRow || letter === commandComplete || letter === bindComplete || letter === readyForQuery
  );
}
