// @slow: plays random programs
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { Run } from './unit-interpreter.js';
import { expectedIds, violations } from './unit-model.js';
import { program } from './unit-programs.js';
import type { Program } from './unit-programs.js';
import { rounds } from '../support/rounds.js';
import { until } from '../support/until.js';

const programs = rounds(100);
const seed = process.env['UNIT_PROGRAMS_SEED'];

/** Time limit for shrinking a counterexample, in milliseconds. */
const longest = 60_000 + programs * 100;

const connections = 3;
/**
 * Programs that run concurrently, each for its own user. There are more programs than connections.
 */
const batchSize = 6;
const batch = fc.array(program, { minLength: batchSize, maxLength: batchSize });

describe.each([
  ['fast', true],
  ['plain', false],
])('Random programs of units of work on the %s transport', (_name, fastPath) => {
  let under: JournalUnderTest;
  const userIds: string[] = [];

  beforeAll(async () => {
    const pool = { min: connections, max: connections, idleTimeout: 30_000, connectionTimeout: 30_000 };
    under = await startJournal({ fastPath, pool });
    for (let users = 0; users < batchSize; users += 1) userIds.push(await under.newUser());
  });
  afterAll(() => under.close());

  async function storedIds(userId: string): Promise<string[]> {
    const rows = await under.owner.query<{ id: string }[]>(
      `SELECT id FROM journal WHERE user_id = $1
       UNION ALL SELECT id FROM accounts WHERE user_id = $1 AND id NOT LIKE 'acct-%'`,
      [userId],
    );
    return rows.map(({ id }) => id).sort();
  }

  function readIds(userId: string): Promise<string[]> {
    return under.scope.run(userId, async () => {
      const [{ entries }, accounts] = [await under.journal.page({ limit: 100 }), await under.accounts.list()];
      const ids = [...entries, ...accounts].map(({ id }) => id);
      return ids.filter((id) => !id.startsWith('acct-')).sort();
    });
  }

  /** A unit can reject before its ROLLBACK is answered. */
  async function transactionsGone(): Promise<void> {
    const open = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'`;
    await until(async () => (await under.owner.query<unknown[]>(open)).length === 0);
  }

  async function check(run: Run): Promise<void> {
    const [stored, right] = [await storedIds(run.userId), expectedIds(run)];
    const wrong = violations(run);
    if (stored.join() !== right.join()) wrong.push(`stored: ${stored.join()}; and not: ${right.join()}`);
    const seen = await readIds(run.userId);
    if (seen.join() !== stored.join()) wrong.push(`the user sees: ${seen.join()}; stored: ${stored.join()}`);
    if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\n${run.program.toString()}\n${run.trace}`);
  }

  it(
    `store the rows that a model predicts: ${programs} programs`,
    async () => {
      const seen = new Set<string>();
      let played = 0;
      const play = async (chosen: Program[]) => {
        const runs = chosen.map((each, index) => new Run(each, under, userIds[index] ?? ''));
        try {
          await Promise.all(runs.map((run) => run.play()));
          await Promise.all(runs.map(check));
          await transactionsGone();
        } finally {
          await under.owner.query(`DELETE FROM journal`);
          await under.owner.query(`DELETE FROM accounts WHERE id NOT LIKE 'acct-%'`);
        }
        played += runs.length;
        for (const run of runs) for (const each of covered(run)) seen.add(each);
      };

      await fc.assert(fc.asyncProperty(batch, play), {
        numRuns: Math.ceil(programs / batchSize),
        skipAllAfterTimeLimit: longest,
        ...(seed === undefined ? {} : { seed: Number(seed) }),
      });
      expect(played).toBeGreaterThanOrEqual(programs);
      // Ensures that the random programs reach all kinds of results.
      if (programs >= 100)
        expect([...seen]).toEqual(
          expect.arrayContaining([
            'sequential root: resolved',
            'sequential root: own error',
            'sequential root: aborted',
            'sequential nested: resolved',
            'sequential nested: aborted',
            'parallel root: resolved',
            'parallel root: aborted',
            'parallel nested: resolved',
            'parallel nested: aborted',
            'parallel statement: ended',
          ]),
        );
    },
    60_000 + programs * 400,
  );
});

/** The kinds of results of a run. */
function covered(run: Run): string[] {
  const kind = run.program.isSequential ? 'sequential' : 'parallel';
  const ends = [
    ...run.units.map(({ parent, outcome }) => ({ name: parent ? 'nested' : 'root', outcome })),
    ...run.statements.map(({ outcome }) => ({ name: 'statement', outcome })),
  ];
  return ends.map(({ name, outcome }) => {
    const text = outcome ? run.describe(outcome) : '';
    return `${kind} ${name}: ${/^(own error|aborted)/.exec(text)?.[0] ?? text}`;
  });
}
