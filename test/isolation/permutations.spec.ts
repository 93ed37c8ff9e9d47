// @slow: runs two sessions in every order of their statements
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { driverOf } from '../../src/driver/statements/run-statement.js';
import { EntryAlreadyAmendedError, JournalDatabaseError, JournalImportService } from '../../src/index.js';
import { putSold } from '../support/database-journal.js';
import { InterleavedSession, inEveryOrder, pausing } from './interleaved-session.js';
import type { Pause } from './interleaved-session.js';
import { startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';
import { LegacyFolder, legacyEntry } from '../support/legacy-journals.js';
import { fileReaderOfTests } from '../support/file-reader-of-tests.js';

type Work = () => Promise<string>;

interface Race {
  name: string;
  prepare: () => Promise<unknown>;
  /** The work of each session in one transaction. It resolves to the returned id. */
  a: Work;
  b: Work;
  /** Matches the statements before which the session pauses. */
  steps?: RegExp;
  /**
   * The possible outcomes: result of a, result of b, and live entries. Each outcome must occur.
   */
  outcomes: string[];
  /** All stored entries afterwards, for each outcome. */
  rows: string[][];
}

describe('In each order of the steps of two sessions:', () => {
  const files = new LegacyFolder();
  let under: TwoUsers;
  let importer: JournalImportService;
  let file: string;

  beforeAll(async () => {
    under = await startTwoUsers(4);
    const { dataSource, scope, users, accounts, imports } = under;
    importer = new JournalImportService(
      dataSource,
      scope,
      users,
      accounts,
      imports,
      fileReaderOfTests.factory(),
    );
    file = await files.write({
      accounts: [
        { id: 'acct-1', name: 'Taxable' },
        { id: 'acct-2', name: 'IRA' },
      ],
      journal: [
        legacyEntry('e', { deleted_at: '2025-03-05 00:00:00' }),
        legacyEntry('A', { original_entry_id: 'e' }),
        legacyEntry('other'),
      ],
    });
  });
  afterAll(() => under.close());

  const append = (id: string, amount: '1' | '2' = '1') =>
    under.journal.append(putSold({ id, amount })).then(idOf);
  const amend = (id: string, successor: string, strike: '1' | '2' = '1') =>
    under.journal.amend(id, { strike }, { reason: 'r', id: successor }).then(idOf);
  const remove = (id: string, reason = 'r') => under.journal.remove(id, { reason }).then(idOf);
  const restore = (id: string, restored: string) => under.journal.restore(id, { id: restored }).then(idOf);
  const importFile = () =>
    importer
      .import({ file, email: 'trader-1@example.com', timeZone: 'America/Denver' })
      .then(({ entries }) => `${entries.inserted} inserted`);
  const removed = () => append('e').then(() => remove('e'));
  const amended = () => append('e').then(() => amend('e', 'f'));

  const races: Race[] = [
    {
      name: 'amend and amend',
      prepare: () => append('e'),
      a: () => amend('e', 'A'),
      b: () => amend('e', 'B', '2'),
      outcomes: ['A, ENTRY_ALREADY_AMENDED by A: A', 'ENTRY_ALREADY_AMENDED by B, B: B'],
      rows: [
        ['A', 'e'],
        ['B', 'e'],
      ],
    },
    {
      name: 'amend and the same again',
      prepare: () => append('e'),
      a: () => amend('e', 'A'),
      b: () => amend('e', 'A'),
      outcomes: ['A, A: A'],
      rows: [['A', 'e']],
    },
    {
      name: 'amend and remove',
      prepare: () => append('e'),
      a: () => amend('e', 'A'),
      b: () => remove('e'),
      outcomes: ['A, ENTRY_ALREADY_AMENDED by A: A', 'ENTRY_REMOVED, e: '],
      rows: [['A', 'e'], ['e']],
    },
    {
      name: 'restore and amend of a removed entry',
      prepare: removed,
      a: () => restore('e', 'A'),
      b: () => amend('e', 'B'),
      outcomes: ['A, ENTRY_REMOVED: A', 'A, ENTRY_ALREADY_AMENDED by A: A'],
      rows: [['A', 'e']],
    },
    {
      name: 'restore of an amended entry and amend of its successor',
      prepare: amended,
      a: () => restore('e', 'A'),
      b: () => amend('f', 'B'),
      outcomes: ['ENTRY_ALREADY_AMENDED by f, B: B', 'ENTRY_ALREADY_AMENDED by B, B: B'],
      rows: [['B', 'e', 'f']],
    },
    {
      name: 'restore of an amended entry and remove of its successor',
      prepare: amended,
      a: () => restore('e', 'A'),
      b: () => remove('f'),
      outcomes: ['ENTRY_ALREADY_AMENDED by f, f: ', 'A, f: A'],
      rows: [
        ['e', 'f'],
        ['A', 'e', 'f'],
      ],
    },
    {
      name: 'restore and restore',
      prepare: removed,
      a: () => restore('e', 'A'),
      b: () => restore('e', 'B'),
      outcomes: ['A, ENTRY_ALREADY_AMENDED by A: A', 'ENTRY_ALREADY_AMENDED by B, B: B'],
      rows: [
        ['A', 'e'],
        ['B', 'e'],
      ],
    },
    {
      name: 'restore and the same again',
      prepare: removed,
      a: () => restore('e', 'A'),
      b: () => restore('e', 'A'),
      outcomes: ['A, A: A'],
      rows: [['A', 'e']],
    },
    {
      name: 'restore of two versions of one chain',
      prepare: () => amended().then(() => remove('f')),
      a: () => restore('e', 'A'),
      b: () => restore('f', 'B'),
      outcomes: ['A, ENTRY_ALREADY_AMENDED by A: A', 'ENTRY_ALREADY_AMENDED by B, B: B'],
      rows: [
        ['A', 'e', 'f'],
        ['B', 'e', 'f'],
      ],
    },
    {
      name: 'remove and the same again',
      prepare: () => append('e'),
      a: () => remove('e'),
      b: () => remove('e'),
      outcomes: ['e, e: '],
      rows: [['e']],
    },
    {
      name: 'remove and remove for another reason',
      prepare: () => append('e'),
      a: () => remove('e'),
      b: () => remove('e', 'another reason'),
      outcomes: ['e, ENTRY_REMOVED: ', 'ENTRY_REMOVED, e: '],
      rows: [['e']],
    },
    {
      name: 'append and the same again',
      prepare: () => append('other'),
      a: () => append('e'),
      b: () => append('e'),
      outcomes: ['e, e: e,other'],
      rows: [['e', 'other']],
    },
    {
      name: 'append and append of other content under the same id',
      prepare: () => append('other'),
      a: () => append('e'),
      b: () => append('e', '2'),
      outcomes: ['e, ENTRY_CONFLICT: e,other', 'ENTRY_CONFLICT, e: e,other'],
      rows: [['e', 'other']],
    },
    {
      name: 'import and import of the same file',
      prepare: () => Promise.resolve(),
      a: importFile,
      b: importFile,
      steps: /INSERT INTO (journal|"accounts")/,
      outcomes: ['3 inserted, 0 inserted: A,other', '0 inserted, 3 inserted: A,other'],
      rows: [['A', 'e', 'other']],
    },
  ];

  it.each(races)('$name', async ({ prepare, a, b, steps = /\bjournal\b/, outcomes, rows }) => {
    const [seenOutcomes, seenRows] = [new Set<string>(), new Set<string>()];
    const orders = await inEveryOrder(async (drive) => {
      await under.owner.query('DELETE FROM journal WHERE user_id = $1', [under.anna]);
      await under.scope.run(under.anna, prepare);
      const sessions = [sessionOf(a, steps), sessionOf(b, steps)];
      await drive(sessions);
      const ended = (await Promise.all(sessions.map(({ outcome }) => outcome))).map(described).join(', ');
      const stored = await entries();
      seenOutcomes.add(
        `${ended}: ${stored
          .filter(({ live }) => live)
          .map(({ id }) => id)
          .join()}`,
      );
      seenRows.add(stored.map(({ id }) => id).join());
    });

    expect([...seenOutcomes].sort()).toEqual([...outcomes].sort());
    expect([...seenRows].sort()).toEqual(rows.map((ids) => ids.join()).sort());
    expect(new Set(orders).size).toBe(orders.length);
    // The orders must include both sequential ones and interleaved ones.
    expect(orders.filter((order) => /^(a+b+|b+a+)$/.test(order)).length).toBeGreaterThanOrEqual(2);
    expect(orders.length).toBeGreaterThan(6);
  });

  /** A transaction of Anna that pauses before BEGIN, before each step, and before COMMIT. */
  function sessionOf(work: Work, steps: RegExp): InterleavedSession<string> {
    let backend: number | undefined;
    const transaction = (pause: Pause) =>
      under.scope.run(under.anna, () =>
        under.scope.transaction(async (manager) => {
          const [row] = await manager.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
          backend = row?.pid;
          const result = await pausing(driverOf(under.dataSource), steps, pause, work);
          await pause();
          return result;
        }),
      );
    return new InterleavedSession(transaction, async () => {
      if (backend === undefined) return false;
      const [row] = await under.owner.query<{ blocked: boolean }[]>(
        'SELECT pg_blocking_pids($1) <> ARRAY[]::int[] AS blocked',
        [backend],
      );
      return row?.blocked === true;
    });
  }

  async function entries(): Promise<{ id: string; live: boolean }[]> {
    return under.owner.query(
      'SELECT id, deleted_at IS NULL AS live FROM journal WHERE user_id = $1 ORDER BY id',
      [under.anna],
    );
  }
});

function idOf({ id }: { id: string }): string {
  return id;
}

function described(outcome: PromiseSettledResult<string>): string {
  if (outcome.status === 'fulfilled') return outcome.value;
  const reason: unknown = outcome.reason;
  if (!(reason instanceof JournalDatabaseError)) throw reason;
  return reason instanceof EntryAlreadyAmendedError ? `${reason.code} by ${reason.successorId}` : reason.code;
}
