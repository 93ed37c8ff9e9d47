import fc from 'fast-check';
import type { HuntedJournal } from './hunted-journal.js';
import { play } from './play.js';
import type { Tally } from './play.js';
import { lives } from './rounds.js';
import type { Round } from './rounds.js';
import { operations } from './operations/index.js';
import { readingWays } from './reading-ways/index.js';

/** Seed and limits of a hunt. */
export interface Hunting {
  /** Seed of the operations. It does not determine the order of concurrent steps. */
  seed: number;
  /** Minimum number of operations. */
  least: number;
  /** Whether the hunt continues after this many operations and milliseconds. */
  goesOn: (operations: number, milliseconds: number) => boolean;
}

/** The result of a hunt that found no leak. */
interface Hunted {
  operations: number;
  milliseconds: number;
}

/**
 * Plays lives until `goesOn` returns false, and at least until each operation and each reading way
 * has occurred. Each life has its own seed.
 *
 * @throws Error that names the seed of the failed life
 */
export async function hunt(journal: HuntedJournal, { seed, goesOn }: Hunting): Promise<Hunted> {
  const begun = Date.now();
  const tally: Tally = new Map();
  for (let next = seed; isAnyMissing(tally) || goesOn(operationsIn(tally), Date.now() - begun); next += 1) {
    try {
      await play(journal, lifeOf(next), tally);
    } catch (cause) {
      throw new Error(`the life of seed ${next} failed: ${(cause as Error).message}`, { cause });
    }
  }
  return { operations: operationsIn(tally), milliseconds: Date.now() - begun };
}

function lifeOf(seed: number): Round[] {
  const [life] = fc.sample(lives, { seed, numRuns: 1 });
  return life ?? [];
}

function isAnyMissing(tally: Tally): boolean {
  return [...Object.keys(operations), ...Object.keys(readingWays)].some((name) => !tally.has(name));
}

function operationsIn(tally: Tally): number {
  return Object.keys(operations).reduce((sum, name) => sum + (tally.get(name) ?? 0), 0);
}
