import fc from 'fast-check';
import { operations } from './operations/index.js';
import { readingWays } from './reading-ways/index.js';

export const traders = 3;

/** An operation of one trader, and the reading way that checks its result immediately. */
export interface Turn {
  operation: string;
  /** Random number for operations with variants. */
  choice: number;
  way: string;
}

/**
 * Turns that run concurrently, followed by reads. The reads come after all turns, because the rows
 * of a trader are undefined while an operation runs.
 */
export interface Round {
  /** The turns of each trader, in sequence. */
  turns: Turn[][];
  /** The reading way of each trader after the turns, or all ways for all traders. */
  readers: string[] | 'all ways';
  /** Whether all idle sessions are terminated before the reads. */
  isIdleKilled: boolean;
}

const names = Object.keys(operations);
const way = fc.constantFrom(...Object.keys(readingWays));
const ofEach = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.array(arbitrary, { minLength: traders, maxLength: traders, size: 'max' });

/** Every operation once, and some operations twice, in random order. */
const dealt: fc.Arbitrary<Turn[]> = fc
  .array(fc.constantFrom(...names), { minLength: names.length >> 2, maxLength: names.length >> 2 })
  .chain((again) => {
    const all = [...names, ...again];
    return fc
      .shuffledSubarray([...all.keys()], { minLength: all.length })
      .chain((order) =>
        fc.tuple(
          ...order.map((index) =>
            fc.record({ operation: fc.constant(all[index] ?? ''), choice: fc.noBias(fc.nat()), way }),
          ),
        ),
      );
  });

/** Turn counts of a round in which only one trader acts, once. */
const alone = fc
  .nat(traders - 1)
  .map((trader) => Array.from({ length: traders }, (_, index) => (index === trader ? 1 : 0)));
const atOnce = ofEach(fc.nat(3));

type Shape = Omit<Round, 'turns'> & { counts: number[] };

const shape: fc.Arbitrary<Shape> = fc.record({
  counts: fc.oneof(alone, atOnce),
  readers: fc.oneof(
    { weight: 19, arbitrary: ofEach(way) },
    { weight: 1, arbitrary: fc.constant('all ways' as const) },
  ),
  isIdleKilled: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

/**
 * A life of three new traders. It contains every operation and ends with every reading way. A
 * random draw would need four times as many turns to contain them all.
 */
export const lives: fc.Arbitrary<Round[]> = dealt.chain((turns) =>
  fc
    .array(shape, { minLength: turns.length, maxLength: turns.length, size: 'max' })
    .map((shapes) => roundsOf(turns, shapes)),
);

/** Distributes the turns over as many rounds as necessary. */
function roundsOf(turns: readonly Turn[], shapes: readonly Shape[]): Round[] {
  const rounds: Round[] = [];
  let dealtSoFar = 0;
  for (const { counts, ...round } of shapes) {
    if (dealtSoFar >= turns.length) break;
    const ofTraders = counts.map((count) => turns.slice(dealtSoFar, (dealtSoFar += count)));
    rounds.push({ ...round, turns: ofTraders });
  }
  return rounds.map((round, index) =>
    index === rounds.length - 1 ? { ...round, readers: 'all ways' } : round,
  );
}
