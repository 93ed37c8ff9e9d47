import { setImmediate } from 'node:timers/promises';

/**
 * In characters, and bytes of other values. One statement stores a chunk. Smaller chunks cost the
 * server more per row, larger ones block the event loop of the importing process.
 */
const maxChunkWeight = 524_288;

const maxRows = 1_000;

/** Rows in chunks. A chunk ends with the row that reaches 1,000 rows or the weight limit. */
export async function* chunksOf<T>(rows: Iterable<T>): AsyncGenerator<T[], void> {
  let chunk: T[] = [];
  let weight = 0;
  for (const row of rows) {
    chunk.push(row);
    weight += weightOf(row);
    if (chunk.length < maxRows && weight < maxChunkWeight) continue;
    yield chunk;
    // Lets the event loop run, so that the process receives `disconnect` when its parent ends.
    await setImmediate();
    [chunk, weight] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}

/** About how many bytes a plain value takes in a message. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let weight = 8;
  for (const key in value) weight += key.length + weightOf(value[key as never]);
  return weight;
}
