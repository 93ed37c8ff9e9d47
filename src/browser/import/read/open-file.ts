import { closeSync, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { FileProblem, unreadable } from './file-problem.js';

/** An open file that is read by position. Detects that another program writes it meanwhile. */
export class OpenFile {
  readonly #file: number;
  readonly #stats: Stats;

  /** @throws FileProblem, also for anything but a regular file */
  constructor(readonly path: string) {
    const stats = this.#try(() => statSync(path));
    if (stats.isDirectory()) throw unreadable(Object.assign(new Error('a directory'), { code: 'EISDIR' }));
    // Reading a pipe or a device may never end.
    if (!stats.isFile()) throw new FileProblem('is not a regular file; save its content to a file');
    this.#file = this.#try(() => openSync(path, 'r'));
    this.#stats = fstatSync(this.#file);
  }

  /** In bytes, when the file was opened. */
  get size(): number {
    return this.#stats.size;
  }

  /** @throws FileProblem if the file was written since it was opened */
  refuseChanged(): void {
    const { size, mtimeMs } = fstatSync(this.#file);
    if (size !== this.#stats.size || mtimeMs !== this.#stats.mtimeMs)
      throw new FileProblem('was changed while it was read; try again');
  }

  /**
   * Fills the buffer with the bytes from `position` on.
   *
   * @returns the number of bytes read; less than the length of the buffer at the end of the file
   * @throws FileProblem
   */
  read(buffer: Buffer, position: number): number {
    return this.#try(() => readSync(this.#file, buffer, 0, buffer.length, position));
  }

  /** The first bytes: `length`, or all of a shorter file. @throws FileProblem */
  head(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, this.read(bytes, 0));
  }

  /** All bytes. @throws FileProblem */
  whole(): Buffer {
    return this.head(this.size);
  }

  close(): void {
    closeSync(this.#file);
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw unreadable(error as NodeJS.ErrnoException);
    }
  }
}
