// @slow: plays random programs
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { figuresOf, modelledFigures } from './derived-figures.js';
import type { Question } from './derived-figures.js';
import { journalStep } from './traded-journals.js';
import type { JournalStep } from './traded-journals.js';
import { rounds } from '../support/rounds.js';
import { JournalDatabaseError } from '../../src/index.js';
import type { JournalEntry } from '../../src/index.js';

const runs = rounds(45);

const questions = fc.record(
  {
    accountId: fc.constantFrom('acct-1', 'acct-2'),
    symbol: fc.constantFrom('AAPL', 'BRK.B'),
    on: fc.constantFrom('2025-12-28', '2025-12-31', '2026-01-01', '2026-01-05'),
    per: fc.constantFrom('week' as const, 'month' as const, 'year' as const),
    timeZone: fc.constantFrom('UTC', 'America/Denver', 'Asia/Kolkata'),
  },
  { requiredKeys: ['per', 'timeZone'] },
) as fc.Arbitrary<Question>;

const ofEverything: Question = {
  ...{ per: 'week', timeZone: 'UTC' },
};

describe('After any trades, amendments, removals and restorations,', () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  /** Applies a step if it is possible. A refused step changes nothing. */
  async function take(step: JournalStep, ids: string[], number: number): Promise<void> {
    const { journal } = under;
    // Ids whose order differs from the order of insertion.
    const fresh = (place = 0) => `${['b', 'a', 'B', 'é', '-'][(number + place) % 5]}-${number}-${place}`;
    if (step.kind === 'append') {
      const entries = step.entries.map((entry, place) => ({ ...entry, id: fresh(place) }));
      // Old journals contain entries that `append` refuses, such as a close without a quantity.
      await journal.load(entries);
      ids.push(...entries.map(({ id }) => id));
      return;
    }
    const target = ids[step.target % ids.length];
    if (target === undefined) return;
    try {
      if (step.kind === 'amend') {
        await journal.amend(target, step.entry, { reason: 'typo', id: fresh() });
        ids.push(fresh());
      } else if (step.kind === 'remove') await journal.remove(target, { reason: 'never happened' });
      else ids.push((await journal.restore(target, { id: fresh() })).id);
    } catch (error) {
      if (!(error instanceof JournalDatabaseError)) throw error;
    }
  }

  async function everyEntry(): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for await (const entry of under.journal.stream({ status: 'all' })) entries.push(entry);
    return entries;
  }

  it('every figure equals that of the model, to the last digit, both now and as known at any instant', async () => {
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(
        fc.array(journalStep, { minLength: 6, maxLength: 14 }),
        fc.array(questions, { minLength: 3, maxLength: 3 }),
        async (steps, asked) => {
          await under.scope.run(await under.newUser(), async () => {
            const ids: string[] = [];
            for (const [number, step] of steps.entries()) await take(step, ids, number);

            const entries = await everyEntry();
            const changes = entries.flatMap(({ createdAt, deletedAt }) => [
              createdAt,
              deletedAt ?? createdAt,
            ]);
            const instants = [...new Set(changes.map((change) => change.getTime()))].map(
              (time) => new Date(time),
            );
            const [first = ofEverything] = asked;
            const { accountId: _, symbol: __, ...ofAll } = first;
            const all: Question[] = [
              ...[...asked, ofAll],
              ...instants.map((asOf, index) => ({ ...(index % 2 === 0 ? ofAll : first), asOf })),
            ];
            for (const question of all) {
              const modelled = modelledFigures(entries, question);
              expect({ question, ...(await figuresOf(under, question)) }).toEqual({ question, ...modelled });
              for (const [name, rows] of Object.entries(modelled))
                seen[name] = (seen[name] ?? 0) + (rows as unknown[]).length;
            }
          });
        },
      ),
      { numRuns: runs },
    );
    // Ensures that the random programs reach all cases.
    for (const [name, count] of Object.entries(seen)) expect([name, count > 0]).toEqual([name, true]);
  }, 1_800_000);
});
