import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { knownVersions, privateMembers } from '../../src/driver/private-members.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { changedVersion, CompiledProgram } from '../support/guard/changed-pg.js';
import { changes, removed, renamed } from '../support/guard/changes.js';
import type { Change } from '../support/guard/changes.js';
import { rightAnswers } from '../support/guard/guard-run.js';
import type { GuardReport, GuardRun } from '../support/guard/guard-run.js';
import { startCommand } from '../support/run-command.js';

const members = privateMembers.map(({ of, name }) => `${of}.${name}`);
const unchanged: Change = { member: 'no member', how: 'changed', edits: [], outcome: 'fast' };
const cases = [unchanged, ...members.flatMap((member) => [renamed(member), removed(member)]), ...changes];
/** Milliseconds that a program may take; on an idle machine it takes about two seconds. */
const limit = 30_000;

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
/** The report of each program, or why there is none. */
const reports = new Map<Change, GuardReport | Error>();

beforeAll(async () => {
  under = await startJournal();
  compiled = await CompiledProgram.compile();
  const left = [...cases.entries()];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [n, change] = next;
      reports.set(change, await tryOut(`case-${n}`, change).catch((error: Error) => error));
    }
  };
  await Promise.all([work(), work()]);
}, 600_000);
afterAll(async () => {
  await compiled.remove();
  await under.close();
});

async function tryOut(name: string, { edits }: Change): Promise<GuardReport> {
  const program = await compiled.withChangedPg(name, edits);
  const run: GuardRun = { url: under.url, anna: await under.newUser(), bob: await under.newUser() };
  const { child, ended } = startCommand(process.execPath, [program, JSON.stringify(run)], {
    cwd: process.cwd(),
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const { code, stdout, stderr } = await ended;
  clearTimeout(timer);
  if (stdout === '') throw new Error(`The program reported nothing and ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as GuardReport;
}

it('changes each private member', () => {
  expect(new Set(changes.map(({ member }) => member))).toEqual(new Set(members));
});

describe('With a copy of pg', () => {
  it.each(cases.map((change) => [`${change.member}: ${change.how}`, change] as const))('%s', (_, change) => {
    expect(reports.get(change)).toEqual(expected[change.outcome]);
  });
});
