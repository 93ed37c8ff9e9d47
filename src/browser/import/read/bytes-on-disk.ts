import type { OpenFile } from './open-file.js';

/**
 * The bytes of a file, read on demand, as the content of a sql.js database: only the pages that
 * SQLite caches are in memory. sql.js stores the result of `slice`, and reads by `subarray`. These
 * calls are not documented; if they change, `openDatabase` falls back to reading the whole file.
 */
export class BytesOnDisk {
  /** Whether sql.js has read the database by `subarray`. */
  isRead = false;
  /** Reused: sql.js copies the bytes before its next read. */
  #page = Buffer.alloc(0);

  constructor(private readonly file: OpenFile) {}

  get length(): number {
    return this.file.size;
  }

  slice(): this {
    return this;
  }

  /** Returns zeros for bytes that were truncated since the file was opened; SQLite detects them. */
  subarray(begin: number, end: number): Buffer {
    this.isRead = true;
    const length = Math.min(end, this.length) - begin;
    if (this.#page.length !== length) this.#page = Buffer.alloc(length);
    const read = this.file.read(this.#page, begin);
    return this.#page.fill(0, read);
  }
}
