import { setTimeout } from 'node:timers/promises';

/** Far above the usual duration, for busy machines. */
const limit = 30_000;

/**
 * Calls `find` until it returns a truthy value.
 *
 * @returns this value
 * @throws Error after 30 seconds
 */
export async function until<T>(
  find: () => T | Promise<T>,
): Promise<Exclude<T, false | 0 | '' | null | undefined>> {
  for (const deadline = performance.now() + limit; performance.now() < deadline; await setTimeout(20)) {
    const found = await find();
    if (found) return found as Exclude<T, false | 0 | '' | null | undefined>;
  }
  throw new Error(`not reached within ${limit} ms: ${find.toString()}`);
}
