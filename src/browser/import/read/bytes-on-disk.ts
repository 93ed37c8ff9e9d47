import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/**
 * The bytes of a file, read on demand, as the content of a sql.js database: only the pages that
 * SQLite caches are in memory. sql.js stores the result of `slice`, and reads by `subarray`. These
 * calls are not documented; if they change, `openDatabase` falls back to reading the whole file.
 */
export class BytesOnDisk {
  readonly #file: number;
  readonly #stats: Stats;
  #isOpen = true;
  /** Reused: sql.js copies the bytes before its next read. */
  #page = Buffer.alloc(0);

  /** @throws the error of the file system */
  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.#stats = fstatSync(this.#file);
  }

  get length(): number {
    return this.#stats.size;
  }

  /** Whether the file was written since it was opened. */
  get isChanged(): boolean {
    const { size, mtimeMs } = fstatSync(this.#file);
    return size !== this.#stats.size || mtimeMs !== this.#stats.mtimeMs;
  }

  slice(): this {
    return this;
  }

  /** Returns zeros for bytes that were truncated since the file was opened; SQLite detects them. */
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
