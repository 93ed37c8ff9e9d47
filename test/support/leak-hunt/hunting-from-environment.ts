import { randomInt } from 'node:crypto';
import type { Hunting } from './hunt.js';

const minutes = Number(process.env['LEAK_HUNT_MINUTES'] ?? 0);
const seed = Number(process.env['LEAK_HUNT_SEED'] ?? randomInt(2 ** 31));
if (!Number.isSafeInteger(seed) || !(minutes >= 0))
  throw new Error('LEAK_HUNT_SEED must be a whole number, and LEAK_HUNT_MINUTES a number of minutes');

/** How long a test may take in which each hunt goes on for its share of LEAK_HUNT_MINUTES. */
export const longestHunt = minutes * 60_000 + 300_000;

/**
 * So many operations at least; or as many as there are in an equal share of LEAK_HUNT_MINUTES, of
 * so many hunts. Says where it begins: at LEAK_HUNT_SEED, or anywhere.
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

// Past Jest, which would show it only at the end.
export function say(text: string): void {
  process.stderr.write(`leak hunt, ${text}\n`);
}
