import { randomInt } from 'node:crypto';
import type { Hunting } from './hunt.js';

const minutes = Number(process.env['LEAK_HUNT_MINUTES'] ?? 0);
const seed = Number(process.env['LEAK_HUNT_SEED'] ?? randomInt(2 ** 31));
if (!Number.isSafeInteger(seed) || !(minutes >= 0))
  throw new Error('LEAK_HUNT_SEED must be a whole number, and LEAK_HUNT_MINUTES a number of minutes');

/** Jest time-out of a hunt that runs for a share of LEAK_HUNT_MINUTES. */
export const maxHunt = minutes * 60_000 + 300_000;

/**
 * Limits of a hunt: a minimum number of operations, or an equal share of LEAK_HUNT_MINUTES. The
 * seed is LEAK_HUNT_SEED or random, and is printed.
 */
export function huntingFor(name: string, operations: number, hunts: number): Hunting {
  say(`${name}: seed ${seed}`);
  const share = (minutes * 60_000) / hunts;
  return {
    seed,
    least: minutes > 0 ? 1 : operations,
    goesOn: (done, milliseconds) => (minutes > 0 ? milliseconds < share : done < operations),
  };
}

// Writes to stdout directly, because Jest shows console output only at the end.
export function say(text: string): void {
  process.stderr.write(`leak hunt, ${text}\n`);
}
