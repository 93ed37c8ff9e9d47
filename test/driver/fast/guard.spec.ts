// @slow 30 s: starts an application with each changed copy of pg
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { knownVersions, privateMembers } from '../../../src/driver/fast/private-members.js';
import { startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';
import { changedVersion, CompiledProgram } from './guard/changed-pg.js';
import { changes, removed, renamed } from './guard/changes.js';
import type { Change } from './guard/changes.js';
import { rightAnswers } from './guard/guard-run.js';
import type { GuardReport } from './guard/guard-run.js';
import { GuardProcess } from './guard/guard-process.js';

const members = privateMembers.map(({ of, name }) => `${of}.${name}`);
const unchanged: Change = { member: 'no member', how: 'changed', edits: [], outcome: 'fast' };
const cases = [unchanged, ...members.flatMap((member) => [renamed(member), removed(member)]), ...changes];

const warning = new RegExp(
  `^The fast transport does not work with pg ${changedVersion} \\(.+\\).* Known to work: pg ${knownVersions}\\.`,
);
const expected: Record<Change['outcome'], unknown> = {
  fast: { isFast: true, warnings: [], answers: rightAnswers },
  plain: { isFast: false, warnings: [expect.stringMatching(warning)], answers: rightAnswers },
  refused: { refused: expect.stringMatching(/^\w*Error: \w/) },
};

let under: JournalUnderTest;
let compiled: CompiledProgram;
/** The report of each program, or the reason why the program wrote no report. */
const reports = new Map<Change, GuardReport | Error>();

beforeAll(async () => {
  under = await startJournal();
  compiled = await CompiledProgram.compile();
  const left = [...cases.entries()];
  const work = async () => {
    const guarded = new GuardProcess(compiled.runner);
    for (let next = left.shift(); next; next = left.shift()) {
      const [n, change] = next;
      reports.set(change, await tryOut(`case-${n}`, change, guarded).catch((error: Error) => error));
    }
    guarded.end();
  };
  // More processes than processors: many modified copies are detected by a missing answer, and
  // waiting for it uses no processor time.
  await Promise.all([work(), work(), work(), work()]);
});
afterAll(async () => {
  await compiled.remove();
  await under.close();
});

async function tryOut(name: string, { edits }: Change, guarded: GuardProcess): Promise<GuardReport> {
  const program = await compiled.withChangedPg(name, edits);
  const run = { url: under.url, anna: await under.newUser(), bob: await under.newUser() };
  return guarded.run({ program, run });
}

it('the cases change each private member', () => {
  expect(new Set(changes.map(({ member }) => member))).toEqual(new Set(members));
});

describe('With a copy of pg', () => {
  it.each(cases.map((change) => [`${change.member}: ${change.how}`, change] as const))('%s', (_, change) => {
    expect(reports.get(change)).toEqual(expected[change.outcome]);
  });
});
