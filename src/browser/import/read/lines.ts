import { FileProblem } from './file-problem.js';
import type { OpenFile } from './open-file.js';

const chunkLength = 65_536;
const lineFeed = 10;

/** Bytes. */
export const maxLineLength = 8 * 1024 * 1024;

/** A line of a file, without its line feed. `number`: its place in the file, from 1. */
export interface Line {
  number: number;
  bytes: Buffer;
}

/**
 * Iterates over the lines of a file that are not empty, from the beginning of the file.
 * @throws FileProblem
 */
export function* readLines(file: OpenFile): Generator<Line, void> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;
  for (const chunk of chunks(file)) {
    let begin = 0;
    while (begin < chunk.length) {
      // Skips empty lines without a Buffer each: a file of empty lines would take minutes.
      if (length === 0 && chunk[begin] === lineFeed) {
        begin += 1;
        number += 1;
        continue;
      }
      const end = chunk.indexOf(lineFeed, begin);
      const part = chunk.subarray(begin, end === -1 ? chunk.length : end);
      parts.push(part);
      length += part.length;
      if (length > maxLineLength) {
        throw new FileProblem(
          `has a line ${number} of more than ${maxLineLength / 1024 / 1024} MiB; check that it is an export of this package, ` +
            "and shorten the entry's notes or meta",
        );
      }
      if (end === -1) break;
      yield { number, bytes: Buffer.concat(parts) };
      number += 1;
      [parts, length, begin] = [[], 0, end + 1];
    }
  }
  if (length > 0) yield { number, bytes: Buffer.concat(parts) };
}

function* chunks(file: OpenFile): Generator<Buffer, void> {
  for (let position = 0; ;) {
    const chunk = Buffer.alloc(chunkLength);
    const length = file.read(chunk, position);
    if (length === 0) return;
    yield chunk.subarray(0, length);
    position += length;
  }
}
