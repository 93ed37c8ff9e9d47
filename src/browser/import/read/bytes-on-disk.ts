import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';

/**
 * The bytes of a file, read when they are asked for. sql.js takes an array of bytes for the content of a database: its file system
 * keeps what `slice` returns, and reads by `subarray`. So a database takes no memory but for the pages that SQLite holds.
 */
export class BytesOnDisk {
  readonly #file: number;
  readonly #stats: Stats;
  #isOpen = true;

  /** @throws the error of the file system */
  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.#stats = fstatSync(this.#file);
  }

  get length(): number {
    return this.#stats.size;
  }

  /** Whether something has written to the file since it was opened. */
  get isChanged(): boolean {
    const { size, mtimeMs } = fstatSync(this.#file);
    return size !== this.#stats.size || mtimeMs !== this.#stats.mtimeMs;
  }

  slice(): this {
    return this;
  }

  /** Bytes that the file has lost since it was opened are zeros, which SQLite finds out. */
  subarray(begin: number, end: number): Buffer {
    const bytes = Buffer.alloc(Math.min(end, this.length) - begin);
    readSync(this.#file, bytes, 0, bytes.length, begin);
    return bytes;
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}
