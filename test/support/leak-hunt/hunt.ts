import fc from 'fast-check';
import type { HuntedJournal } from './hunted-journal.js';
import { play } from './play.js';
import type { Tally } from './play.js';
import { lives } from './rounds.js';
import type { Round } from './rounds.js';
import { operations } from './operations/index.js';
import { readingWays } from './reading-ways/index.js';

/** How long to hunt, and where to begin. */
export interface Hunting {
  /**
   * Where the choice of operations begins. The order in which things happen at once is not the
   * seed's to say.
   */
  seed: number;
  /** How many operations there are to be at least. */
  least: number;
  /** Whether to go on, after so many operations and milliseconds. */
  goesOn: (operations: number, milliseconds: number) => boolean;
}

/** What a hunt without a find has done. */
export interface Hunted {
  operations: number;
  milliseconds: number;
}

/**
 * Plays one life after the other, each from a seed of its own, and at least until every operation
 * was done and every way to read was gone.
 *
 * @throws Error that names the seed of the life that failed
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
