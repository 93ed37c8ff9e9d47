import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';

/**
 * The bytes of a file, read on demand. sql.js takes an array of bytes as the content of a database:
 * its file system keeps the result of `slice`, and reads by `subarray`. So only the pages that
 * SQLite caches take memory. sql.js does not document these calls; where they change, the file is
 * read as a whole.
 */
export class BytesOnDisk {
  readonly #file: number;
  readonly #stats: Stats;
  #isOpen = true;
  /** sql.js copies what it reads before it reads on. */
  #page = Buffer.alloc(0);

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
    const length = Math.min(end, this.length) - begin;
    if (this.#page.length !== length) this.#page = Buffer.alloc(length);
    const read = readSync(this.#file, this.#page, 0, length, begin);
    return this.#page.fill(0, read);
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}
