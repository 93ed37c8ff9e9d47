import fc from 'fast-check';
import { operations } from './operations/index.js';
import { readingWays } from './reading-ways/index.js';

export const traders = 3;

/**
 * Something that one trader does, and the way in which the trader looks at once what came of it.
 */
export interface Turn {
  operation: string;
  /** What the operation chooses by, if it leaves something to chance. */
  choice: number;
  way: string;
}

/**
 * What happens at once, and what is looked at when all of it is done: while others are in the midst
 * of something, there is no saying what they have.
 */
export interface Round {
  /** The turns of each trader, one after the other. */
  turns: Turn[][];
  /** By which way each trader reads afterwards, or else all do by all ways. */
  readers: string[] | 'all ways';
  /** Whether all sessions that do nothing are killed before that. */
  isIdleKilled: boolean;
}

const names = Object.keys(operations);
const way = fc.constantFrom(...Object.keys(readingWays));
const ofEach = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.array(arbitrary, { minLength: traders, maxLength: traders, size: 'max' });

/** Every operation once, and some of them once more, in any order. */
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

/** How many turns each trader has: one of them one, after which all look, or each up to three. */
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
 * A life of three traders, who are new at its beginning. It has every operation, and ends with
 * every way to read: drawn by chance, they would all be there only after four times as many.
 */
export const lives: fc.Arbitrary<Round[]> = dealt.chain((turns) =>
  fc
    .array(shape, { minLength: turns.length, maxLength: turns.length, size: 'max' })
    .map((shapes) => roundsOf(turns, shapes)),
);

/** Deals the turns to as many of the rounds as it takes. */
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
