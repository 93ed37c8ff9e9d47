import { instantOf } from '../contract/instant-text.js';
import { flagOf, integerOf, type HeldRow, type Row, type RowFields } from '../contract/row.js';

const firstNotAscii = 128;
/** Up to this length a loop over the characters is faster than a call of the decoder. */
const shortText = 64;
/**
 * V8 substrings keep the whole string in memory. Fields of a longer row are decoded separately.
 */
const shortRow = 1_024;

/**
 * Cursor over DataRow messages. Decodes a short row once as Latin-1, one character per byte, and
 * takes fields as substrings. Decodes long rows and non-ASCII fields one by one. One object serves
 * all rows: `moveTo` changes its row.
 */
export class ByteRow implements Row {
  #bytes: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #isShort = true;
  #latin1 = '';
  #count = 0;
  // Offsets of the fields' starts and ends, relative to #from; start -1 means null.
  #starts = new Int32Array(32);
  #ends = new Int32Array(32);

  /** Moves to a row. `from` is the offset of the message's field count, `to` of its end. */
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

  integer(index: number): number | null {
    return integerOf(this.ascii(index));
  }

  flag(index: number): boolean | null {
    return flagOf(this.ascii(index));
  }

  key(count: number): string {
    // From the length of the first field on, so that the key includes the lengths of the fields.
    return this.#asciiAt(2, this.#ends[count - 1] as number);
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

/** Faster than Buffer.readInt32BE, which validates its arguments on each call. */
function int32At(bytes: Buffer, at: number): number {
  const [first, second, third, last] = [
    bytes[at] ?? 0,
    bytes[at + 1] ?? 0,
    bytes[at + 2] ?? 0,
    bytes[at + 3] ?? 0,
  ];
  return (first << 24) | (second << 16) | (third << 8) | last;
}

/** A held row: a slice of the received bytes, which pg and Node do not overwrite. */
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
