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

const way = fc.constantFrom(...Object.keys(readingWays));
const turn: fc.Arbitrary<Turn> = fc.record({
  operation: fc.constantFrom(...Object.keys(operations)),
  choice: fc.noBias(fc.nat()),
  way,
});
const ofEach = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.array(arbitrary, { minLength: traders, maxLength: traders, size: 'max' });

/** One operation alone, after which all look. */
const alone = fc
  .tuple(fc.nat(traders - 1), turn)
  .map(([trader, only]) => Array.from({ length: traders }, (_, index) => (index === trader ? [only] : [])));
/** Up to three operations of each, at the same time. */
const atOnce = ofEach(fc.array(turn, { maxLength: 3, size: 'max' }));

const round: fc.Arbitrary<Round> = fc.record({
  turns: fc.oneof(alone, atOnce),
  readers: fc.oneof(
    { weight: 19, arbitrary: ofEach(way) },
    { weight: 1, arbitrary: fc.constant('all ways' as const) },
  ),
  isIdleKilled: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

/** A life of three traders, who are new at its beginning. */
export const lives: fc.Arbitrary<Round[]> = fc.array(round, { minLength: 12, maxLength: 12, size: 'max' });
