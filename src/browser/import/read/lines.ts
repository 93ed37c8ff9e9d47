import { closeSync, openSync, readSync } from 'node:fs';
import { LegacyFileError, unreadable } from './legacy-file.error.js';

const chunkLength = 65_536;
const lineFeed = 10;

/** Bytes. */
export const longestLine = 8 * 1024 * 1024;

/**
 * Iterates over the non-empty lines of a file, without line ends.
 * @throws LegacyFileError
 */
export function* readLines(path: string): Generator<Buffer, void> {
  const file = openSync(path, 'r');
  try {
    let parts: Buffer[] = [];
    let length = 0;
    for (const chunk of chunks(path, file)) {
      let begin = 0;
      while (begin < chunk.length) {
        // Skips empty lines without a Buffer each: a file of empty lines would take minutes.
        if (length === 0 && chunk[begin] === lineFeed) {
          begin += 1;
          continue;
        }
        const end = chunk.indexOf(lineFeed, begin);
        const part = chunk.subarray(begin, end === -1 ? chunk.length : end);
        parts.push(part);
        length += part.length;
        if (length > longestLine)
          throw new LegacyFileError(path, 'has a line that is too long; export it again');
        if (end === -1) break;
        yield Buffer.concat(parts);
        [parts, length, begin] = [[], 0, end + 1];
      }
    }
    if (length > 0) yield Buffer.concat(parts);
  } finally {
    closeSync(file);
  }
}

function* chunks(path: string, file: number): Generator<Buffer, void> {
  for (;;) {
    const chunk = Buffer.alloc(chunkLength);
    const length = readChunk(path, file, chunk);
    if (length === 0) return;
    yield chunk.subarray(0, length);
  }
}

function readChunk(path: string, file: number, chunk: Buffer): number {
  try {
    return readSync(file, chunk);
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}
