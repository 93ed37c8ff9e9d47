import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { LegacyFileError, unreadable } from './legacy-file.error.js';

/** An open file that is read by position. Detects that another program writes it meanwhile. */
export class OpenFile {
  readonly #file: number;
  readonly #stats: Stats;
  #isOpen = true;

  /** @throws LegacyFileError */
  constructor(readonly path: string) {
    this.#file = this.#try(() => openSync(path, 'r'));
    this.#stats = fstatSync(this.#file);
  }

  /** In bytes, when the file was opened. */
  get size(): number {
    return this.#stats.size;
  }

  /** Whether the file was written since it was opened. */
  get isChanged(): boolean {
    const { size, mtimeMs } = fstatSync(this.#file);
    return size !== this.#stats.size || mtimeMs !== this.#stats.mtimeMs;
  }

  /**
   * Fills the buffer with the bytes from `position` on.
   *
   * @returns the number of bytes read; less than the length of the buffer at the end of the file
   * @throws LegacyFileError
   */
  read(buffer: Buffer, position: number): number {
    return this.#try(() => readSync(this.#file, buffer, 0, buffer.length, position));
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw unreadable(this.path, error as NodeJS.ErrnoException);
    }
  }
}

/** @throws LegacyFileError if the file was written since it was opened */
export function refuseChanged(file: OpenFile): void {
  if (file.isChanged) throw new LegacyFileError(file.path, 'was changed while it was read; try again');
}
