// @slow: imports random journals
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JournalRepository } from '../../../../src/journal/journal.repository.js';
import { UsersRepository } from '../../../../src/users/users.repository.js';
import { UserScope } from '../../../../src/isolation/user-scope.js';
import { BrowserJournal } from '../../../support/browser-journal.js';
import type { BrowserAction } from '../../../support/browser-journal.js';
import { ImportApplication } from '../../../support/import-application.js';
import type { StoredRow } from '../../../support/import-application.js';
import { LegacyFolder } from '../../../support/legacy-journals.js';
import { rounds } from '../../../support/rounds.js';

const files = new LegacyFolder();
const application = new ImportApplication();

const actions: fc.Arbitrary<BrowserAction> = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    symbol: fc.constantFrom('AAPL', 'SPY'),
    type: fc.constantFrom('fee', 'dividend'),
  }),
  fc.record({ kind: fc.constantFrom('edit', 'edit', 'delete', 'restore'), choice: fc.nat(20) }),
);
/** Actions in sequence, each after a delay in milliseconds. */
const programs = fc.array(
  fc.record({
    pause: fc.constantFrom(0, 1, 300, 1_000, 1_700, 90_000, 90_000),
    step: fc.oneof(
      { weight: 5, arbitrary: actions },
      { weight: 1, arbitrary: fc.constant('import' as const) },
    ),
  }),
  { minLength: 1, maxLength: 30 },
);

/** An action on the server. Its target is chosen among the entries of the given kind. */
const serverActions = fc.record({
  kind: fc.constantFrom('amend', 'remove', 'restore', 'append'),
  choice: fc.nat(20),
});
type ServerAction = typeof serverActions extends fc.Arbitrary<infer T> ? T : never;

async function actOnServer(email: string, { kind, choice }: ServerAction): Promise<void> {
  const user = await application.get(UsersRepository).findByEmail(email);
  const journal = application.get(JournalRepository);
  await application.get(UserScope).run(user?.id ?? '', async () => {
    if (kind === 'append') {
      await journal.append({ ts: new Date(choice), accountId: 'acct-1', type: 'fee', amount: `${choice}` });
      return;
    }
    const { entries } = await journal.page({ status: kind === 'restore' ? 'deleted' : 'live', limit: 100 });
    const entry = entries[choice % entries.length];
    if (entry === undefined) return;
    const reason = 'on the server';
    if (kind === 'amend') await journal.amend(entry.id, { amount: `${-1000 - choice}` }, { reason });
    else if (kind === 'remove') await journal.remove(entry.id, { reason });
    // Another entry may have replaced the deleted one.
    else await journal.restore(entry.id).catch(() => undefined);
  });
}

/** The content of each entry, and its deletion if there is one. Both are immutable. */
async function storedValues(
  email: string,
): Promise<Map<string, { content: string; deletion: string | null }>> {
  const marks = "'deleted_at', 'edited_by', 'edit_reason', 'updated_at'";
  const rows = await application.sql(
    `SELECT journal.id, (to_jsonb(journal) - ARRAY[${marks}])::text AS content,
       CASE WHEN deleted_at IS NOT NULL THEN concat(deleted_at, edited_by, edit_reason, journal.updated_at) END AS deletion
     FROM journal JOIN users ON users.id = user_id WHERE email = $1`,
    [email],
  );
  return new Map(
    rows.map(({ id, content, deletion }) => [
      id as string,
      { content: content as string, deletion: deletion as string | null },
    ]),
  );
}

function liveContent(email: string): Promise<StoredRow[]> {
  const history = "'deleted_at', 'edited_by', 'edit_reason', 'original_entry_id', 'created_at', 'updated_at'";
  return application.sql(
    `SELECT (to_jsonb(journal) - ARRAY['user_id', 'id', 'recorded', ${history}])::text AS content
     FROM journal JOIN users ON users.id = user_id WHERE email = $1 AND deleted_at IS NULL ORDER BY 1`,
    [email],
  );
}

/**
 * Checks that the chain of each row leads to the live entry, unless the import reported an edit
 * whose original is unknown.
 */
async function expectLinks(
  email: string,
  journal: BrowserJournal,
  unmatched: ReadonlySet<string>,
): Promise<void> {
  const user = await application.get(UsersRepository).findByEmail(email);
  for (const [id, { copies, liveAmount }] of journal.successors) {
    if (liveAmount === undefined || copies.some((copy) => unmatched.has(copy))) continue;
    const chain = await application
      .get(UserScope)
      .run(user?.id ?? '', () => application.get(JournalRepository).history(id));
    const live = chain.filter(({ deletedAt }) => deletedAt === null).map(({ amount }) => Number(amount));
    expect(live).toContain(liveAmount);
  }
}

it('repeated imports during any use of the browser end like one import at the end', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      const journal = new BrowserJournal();
      const email = application.newEmail();
      const unmatched = new Set<string>();
      const importing = async () => {
        const report = await application.import(await files.write({ journal: journal.rows }), email);
        expect(report.verification.matches).toBe(true);
        for (const { kind, id } of report.changes) if (kind === 'unmatched') unmatched.add(id);
        return report;
      };
      for (const { pause, step } of program) {
        journal.wait(pause);
        if (step === 'import') await importing();
        else journal.act(step);
      }
      await importing();

      const atOnce = application.newEmail();
      await application.import(await files.write({ journal: journal.rows }), atOnce);
      expect(await liveContent(email)).toEqual(await liveContent(atOnce));
      await expectLinks(email, journal, unmatched);

      const before = await application.rowsOf(email);
      expect(await importing()).toMatchObject({
        entries: { inserted: 0 },
        merged: { deleted: 0, restored: 0 },
      });
      expect(await application.rowsOf(email)).toEqual(before);
    }),
    { numRuns: rounds(20) },
  );
});

it('an import after any changes on the server rewrites nothing, verifies, and is idempotent', async () => {
  // The browser's clock is behind or ahead of the server's clock.
  const clocks = fc.constantFrom(Date.UTC(2025, 10, 20), Date.UTC(2090, 0));
  const steps = fc.oneof(
    { weight: 5, arbitrary: actions },
    { weight: 3, arbitrary: serverActions.map((onServer) => ({ onServer })) },
    { weight: 2, arbitrary: fc.constant('import' as const) },
  );
  await fc.assert(
    fc.asyncProperty(clocks, fc.array(steps, { minLength: 1, maxLength: 30 }), async (clock, program) => {
      const journal = new BrowserJournal(clock);
      const email = application.newEmail();
      const importing = async () => {
        const file = await files.write({ journal: journal.rows });
        const report = await application.import(file, email, { skipInvalid: true });
        expect(report.verification.matches).toBe(true);
      };
      await importing();
      for (const step of [...program, 'import' as const]) {
        journal.wait(90_000);
        const before = await storedValues(email);
        if (step === 'import') await importing();
        else if ('onServer' in step) await actOnServer(email, step.onServer);
        else journal.act(step);
        const after = await storedValues(email);
        for (const [id, { content, deletion }] of before) {
          expect(after.get(id)?.content).toBe(content);
          if (deletion !== null) expect(after.get(id)?.deletion).toBe(deletion);
        }
      }
      const before = await application.rowsOf(email);
      await importing();
      expect(await application.rowsOf(email)).toEqual(before);
    }),
    { numRuns: rounds(15) },
  );
});
