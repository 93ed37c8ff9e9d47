import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Connection } from 'pg';
import type { Wire } from './wire.js';

/** Takes a DataRow message whose content begins at `from` and ends at `to`. */
export type TakeRow = (bytes: Buffer, from: number, to: number) => void;

declare module 'pg' {
  interface Connection {
    attachListeners(stream: Duplex): void;
  }
}

/**
 * The connection, which can hand the rows of a statement over as they came. pg makes a text of every field and an event of every
 * row before anybody can say what is wanted of them; all other messages it gets as ever.
 */
export function handingOverRows(connection: Connection): void {
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

const dataRow = 'D'.charCodeAt(0);
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
    private readonly connection: Pick<Wire, 'takeRow'>,
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
      if (bytes[at] === dataRow && this.connection.takeRow) {
        // What comes before it may be what ends the taking.
        if (at > passedOn) this.rest.emit('data', bytes.subarray(passedOn, at));
        passedOn = at;
        if (this.connection.takeRow) {
          this.connection.takeRow(bytes, at + header, end);
          passedOn = end;
        }
      }
      at = end;
    }
    if (at > passedOn) this.rest.emit('data', bytes.subarray(passedOn, at));
    this.#hold(bytes, at);
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
