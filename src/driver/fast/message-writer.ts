const chunkSize = 64 * 1024;
/** The maximum UTF-8 length of one UTF-16 code unit. */
const maxBytes = 3;
/** Up to this length a loop over the characters is faster than a call of the encoder. */
const shortText = 64;
const firstNotAscii = 128;
const code = (letter: string) => letter.charCodeAt(0);
const [parseCode, bindCode, closeCode] = [code('P'), code('B'), code('C')];
const closeStatement = code('S');
/** Execute: unnamed portal, all rows. */
const executeMessage = Buffer.from([code('E'), 0, 0, 0, 9, 0, 0, 0, 0, 0]);
const syncMessage = Buffer.from([code('S'), 0, 0, 0, 4]);

/**
 * Encodes the messages of one exchange into one buffer for a single write: a corked stream passes
 * its chunks to the system one by one. Never overwrites a buffer returned by `take`.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
class MessageWriter {
  #chunk = Buffer.allocUnsafeSlow(chunkSize);
  #begin = 0;
  #at = 0;
  #start = 0;

  /** Drops encoded messages that were not taken. */
  clear(): this {
    this.#at = this.#begin;
    return this;
  }

  /** Parse. An empty name is the unnamed statement. */
  parse(name: string, text: string): this {
    this.#open(parseCode, (name.length + text.length) * maxBytes + 16);
    this.#cString(name);
    this.#cString(text);
    this.#int16(0);
    return this.#close();
  }

  /** Bind to the unnamed portal; values and results in text format. */
  bind(name: string, values: readonly (string | null)[]): this {
    this.#open(bindCode, 16 + name.length * maxBytes);
    this.#chunk[this.#at++] = 0;
    this.#cString(name);
    this.#int16(0);
    this.#at = this.#chunk.writeUInt16BE(values.length, this.#at);
    for (const value of values) this.#value(value);
    this.#reserve(2);
    this.#int16(0);
    return this.#close();
  }

  /** Close of a prepared statement. Not an error if the server does not have it. */
  closeStatement(name: string): this {
    this.#open(closeCode, name.length * maxBytes + 16);
    this.#chunk[this.#at++] = closeStatement;
    this.#cString(name);
    return this.#close();
  }

  execute(): this {
    return this.#copy(executeMessage);
  }

  sync(): this {
    return this.#copy(syncMessage);
  }

  take(): Buffer {
    const taken = this.#chunk.subarray(this.#begin, this.#at);
    this.#begin = this.#at;
    // Do not keep a chunk that has grown for a large message.
    if (this.#chunk.length > chunkSize) {
      this.#chunk = Buffer.alloc(0);
      this.#begin = this.#at = 0;
    }
    return taken;
  }

  /** Starts a message. `#close` writes its length. */
  #open(letter: number, bytes: number): void {
    this.#reserve(bytes);
    this.#chunk[this.#at] = letter;
    this.#start = this.#at - this.#begin + 1;
    this.#at += 5;
  }

  #close(): this {
    // Relative to #begin: `#reserve` may have moved the message to another chunk.
    this.#chunk.writeInt32BE(this.#at - this.#begin - this.#start, this.#begin + this.#start);
    return this;
  }

  #copy(message: Buffer): this {
    this.#reserve(message.length);
    this.#chunk.set(message, this.#at);
    this.#at += message.length;
    return this;
  }

  #cString(text: string): void {
    this.#text(text);
    this.#chunk[this.#at++] = 0;
  }

  #value(value: string | null): void {
    if (value === null) {
      this.#reserve(4);
      this.#at = this.#chunk.writeInt32BE(-1, this.#at);
      return;
    }
    this.#reserve(4 + (value.length > shortText ? Buffer.byteLength(value) : value.length * maxBytes));
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

/** Shared by all connections: each exchange is encoded and taken synchronously. */
export const messageWriter = new MessageWriter();
