import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hunt } from './hunt.js';
import { startHuntedJournal } from './hunted-journal.js';
import type { HuntedJournal, Variation } from './hunted-journal.js';
import { playHostile } from './play.js';
import { huntingFor, maxHunt, say } from './hunting-from-environment.js';

/**
 * Declares one hunt for each variation of the application.
 *
 * @param operations the minimum number of operations of each hunt
 */
export function describeHunts(variations: Record<string, Variation>, operations: number): void {
  const names = Object.keys(variations);
  describe.each(Object.entries(variations))(
    'For any concurrent calls of three users, %s,',
    (name, variation) => {
      let journal: HuntedJournal;

      beforeAll(async () => {
        journal = await startHuntedJournal(variation);
      });
      afterAll(() => journal.close());

      it(
        'no hostile text leaves state for the next user',
        async () => {
          const { seed } = huntingFor(`hostile texts ${name}`, operations, names.length);
          await playHostile(journal, seed);
        },
        maxHunt,
      );

      it(
        'each user reads only their own writes',
        async () => {
          const hunting = huntingFor(name, operations, names.length);
          const { operations: done, milliseconds } = await hunt(journal, hunting);
          say(`${name}: ${done} operations in ${Math.round(milliseconds / 1000)} s, and no leak`);
          expect(done).toBeGreaterThanOrEqual(hunting.least);
        },
        maxHunt,
      );
    },
  );
}
