import { instantOf } from './instant-text.js';
import type { HeldRow, Row, RowFields } from './row.js';

const firstNotAscii = 128;
/** Up to this length it is faster to look at each character than to ask the decoder. */
const shortText = 64;
/**
 * A text that is cut out of another one keeps that in memory: of a longer row, each is decoded by
 * itself.
 */
const shortRow = 1_024;

/**
 * The row of a DataRow message. The whole of it is read as Latin-1 at once, in which a byte is a
 * character, and the fields are cut out of that; only what is not ASCII is decoded by itself, and
 * what belongs to a long row. One object serves all rows, one after the other.
 */
export class ByteRow implements Row {
  #bytes: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #isShort = true;
  #latin1 = '';
  #count = 0;
  // Where the fields begin and end, after #from; -1 for null.
  #starts = new Int32Array(32);
  #ends = new Int32Array(32);

  /**
   * Goes to the row of a message, whose count of fields stands at `from`, and which ends at `to`.
   */
  moveTo(bytes: Buffer, from: number, to: number): this {
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
    this.#isShort = to - from <= shortRow;
    this.#latin1 = this.#isShort ? bytes.toString('latin1', from, to) : '';
    const count = bytes.readInt16BE(from);
    this.#count = count;
    if (count > this.#starts.length) {
      this.#starts = new Int32Array(count);
      this.#ends = new Int32Array(count);
    }
    let at = from + 2;
    for (let index = 0; index < count; index += 1) {
      const length = int32At(bytes, at);
      at += 4;
      this.#starts[index] = length < 0 ? -1 : at - from;
      if (length > 0) at += length;
      this.#ends[index] = at - from;
    }
    return this;
  }

  get fields(): RowFields {
    const fields: (string | null)[] = [];
    for (let index = 0; index < this.#count; index += 1) fields.push(this.text(index));
    return fields;
  }

  ascii(index: number): string | null {
    const start = this.#starts[index] as number;
    return start < 0 ? null : this.#asciiAt(start, this.#ends[index] as number);
  }

  text(index: number): string | null {
    const start = this.#starts[index] as number;
    if (start < 0) return null;
    const end = this.#ends[index] as number;
    return this.#isShortAscii(start, end)
      ? this.#latin1.substring(start, end)
      : this.#bytes.toString('utf8', this.#from + start, this.#from + end);
  }

  key(first: number, last: number): string {
    // From the end of the field before, so that the lengths are part of it.
    return this.#asciiAt(first === 0 ? 2 : (this.#ends[first - 1] as number), this.#ends[last] as number);
  }

  instant(index: number): Date | null {
    const start = this.#starts[index] as number;
    if (start < 0) return null;
    const end = this.#ends[index] as number;
    return this.#isShort ? instantOf(this.#latin1, start, end) : instantOf(this.#asciiAt(start, end));
  }

  json(index: number): unknown {
    const text = this.text(index);
    return text === null ? null : (JSON.parse(text) as unknown);
  }

  held(): HeldRow {
    return new HeldBytes(this, this.#bytes, this.#from, this.#to);
  }

  #asciiAt(start: number, end: number): string {
    return this.#isShort
      ? this.#latin1.substring(start, end)
      : this.#bytes.toString('latin1', this.#from + start, this.#from + end);
  }

  #isShortAscii(start: number, end: number): boolean {
    if (!this.#isShort || end - start > shortText) return false;
    for (let at = start; at < end; at += 1) {
      if (this.#latin1.charCodeAt(at) >= firstNotAscii) return false;
    }
    return true;
  }
}

/** Each field of each row has one: Buffer's own method looks at its arguments each time. */
function int32At(bytes: Buffer, at: number): number {
  const [first, second, third, last] = [
    bytes[at] ?? 0,
    bytes[at + 1] ?? 0,
    bytes[at + 2] ?? 0,
    bytes[at + 3] ?? 0,
  ];
  return (first << 24) | (second << 16) | (third << 8) | last;
}

/** A row in the bytes that arrived, which stay as they are. */
class HeldBytes implements HeldRow {
  constructor(
    private readonly reader: ByteRow,
    private readonly bytes: Buffer,
    private readonly from: number,
    private readonly to: number,
  ) {}

  row(): Row {
    return this.reader.moveTo(this.bytes, this.from, this.to);
  }
}
