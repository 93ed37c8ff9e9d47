// @slow: imports a file for each test
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalEntry } from '../../../../src/model/journal-entry.entity.js';
import { JournalRepository } from '../../../../src/journal/journal.repository.js';
import { UsersRepository } from '../../../../src/users/users.repository.js';
import { UserScope } from '../../../../src/isolation/user-scope.js';
import type { ImportReport } from '../../../../src/browser/import/report/import-report.js';
import { ImportApplication } from '../../../support/import-application.js';

const application = new ImportApplication();
const fixture = (name: string) => resolve('test', 'fixtures', 'import', name);
const [week1, week2] = [fixture('london-week1.sqlite'), fixture('london-week2.sqlite')];

/** The figures that the browser application displays after the second week, in doubles. */
interface Shown {
  counts: { journal: number; live: number };
  totals: { inc: number; out: number; net: number };
  byType: { type: string; n: number; amount: number }[];
}

let shown: Shown;
beforeAll(async () => {
  shown = JSON.parse(await readFile(fixture('london-week2.expected.json'), 'utf8')) as Shown;
});

const importing = (file: string, email: string, options = {}): Promise<ImportReport> =>
  application.import(file, email, { timeZone: 'Europe/London', ...options });

async function onServer<T>(email: string, work: (journal: JournalRepository) => Promise<T>): Promise<T> {
  const user = await application.get(UsersRepository).findByEmail(email);
  return application.get(UserScope).run(user?.id ?? '', () => work(application.get(JournalRepository)));
}

/**
 * Live count, totals, and counts and sums by type, without entries that were created on the server.
 */
async function figures(email: string): Promise<Shown> {
  const rows = await application.sql(
    `SELECT type, count(*)::integer AS n, sum(amount)::float8 AS amount,
       coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::float8 AS inc,
       coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::float8 AS out
     FROM journal JOIN users ON users.id = user_id
     WHERE email = $1 AND deleted_at IS NULL AND journal.id NOT LIKE 'server-%' GROUP BY type ORDER BY type`,
    [email],
  );
  const sum = (column: string) => rows.reduce((all, row) => all + Number(row[column]), 0);
  return {
    counts: { journal: shown.counts.journal, live: sum('n') },
    totals: { inc: sum('inc'), out: sum('out'), net: sum('inc') - sum('out') },
    byType: rows.map(({ type, n, amount }) => ({ type: String(type), n: Number(n), amount: Number(amount) })),
  };
}

/** Amounts in whole cents. */
function inCents({ counts: { live }, totals, byType }: Shown) {
  const cents = (amount: number) => Math.round(amount * 100) + 0;
  return {
    live,
    totals: Object.values(totals).map(cents),
    byType: byType.map(({ type, n, amount }) => [type, n, cents(amount)]),
  };
}

const story = (entries: readonly JournalEntry[]) =>
  entries.map(({ amount, deletedAt, editReason }) => [Number(amount), deletedAt?.toISOString(), editReason]);

describe('an import of the second week of a journal after the first', () => {
  const email = 'london@example.com';
  let report: ImportReport;

  it('gives the live entries, totals and sums by type that the browser application displays', async () => {
    await importing(week1, email);
    report = await importing(week2, email);
    expect(inCents(await figures(email))).toEqual(inCents(shown));
    expect(report.entries).toEqual({ read: 103, inserted: 11, unchanged: 88, rejected: 0 });
    expect(report.merged).toEqual({ deleted: 3, restored: 1 });
    expect(report.verification).toMatchObject({ matches: true, live: { fileCount: 89, databaseCount: 89 } });
    // Floating-point error of one double, removed by rounding to eight decimals.
    expect(report.totals.difference).toEqual({
      entries: 0,
      amount: '0.0000000000001',
      live: 0,
      liveAmount: '0.0000000000001',
    });
    expect(report.verification.total.rounding).toBe('-0.0000000000001');
  });

  it('names the entries of an account that the file lacks', () => {
    expect(report.entriesWithoutAccount).toEqual([
      { accountId: 'default', rows: [expect.any(Number), ...Array<unknown>(5).fill(expect.any(Number))] },
    ]);
  });

  it('changes nothing when it is repeated, and neither does the first week', async () => {
    const before = await application.snapshot();
    const again = await importing(week2, email);
    expect(again.entries).toEqual({ read: 103, inserted: 0, unchanged: 103, rejected: 0 });
    expect(again).toMatchObject({ merged: { deleted: 0, restored: 0 }, entryChanges: [] });
    await importing(week1, email);
    expect(await application.snapshot()).toEqual(before);
  });

  it('lists each change with the row and the stored entry', () => {
    expect(report.entryChanges).toMatchObject([
      {
        action: 'deleted',
        row: 1,
        id: 'seed-1',
        symbol: 'AAPL',
        type: 'dividend',
        amount: '5.00000000',
        stored: { id: 'seed-1', deleted_at: null },
        file: { deleted_at: '2026-11-30T10:00:00.000Z', edit_reason: 'Deleted by user from Journal page' },
        outcome: 'The stored entry was marked as deleted.',
      },
      {
        action: 'replaced',
        symbol: 'VOD',
        type: 'fee',
        stored: { amount: '-1.30000000', notes: null, deleted_at: null },
        file: { amount: '-1.40000000', notes: '', edit_reason: 'Typo' },
      },
      { action: 'restored', symbol: 'SPY', type: 'fee', file: { deleted_at: null } },
      {
        action: 'replaced',
        symbol: 'BRK.B',
        type: 'sell_to_open',
        stored: { amount: '754.00000000' },
        file: { amount: '760.00000000', notes: 'as on the statement' },
      },
    ]);
  });

  it('gives the history of each edit and restoration', async () => {
    const fee = await onServer(email, (journal) => journal.history('jrnl_wqer7ziarbqmhymnc00'));
    expect(story(fee)).toEqual([
      [-1.3, '2026-11-30T09:00:00.000Z', 'Typo'],
      [-1.4, '2026-11-30T09:00:00.000Z', 'Typo again'],
      [-1.45, undefined, null],
    ]);
    const restored = await onServer(email, (journal) => journal.history('jrnl_xoun99u5zammhymnc00'));
    expect(story(restored)).toEqual([
      [-0.7, '2026-07-20T10:00:00.000Z', 'Deleted by user from Journal page'],
      [-0.7, undefined, null],
    ]);
    const custody = await onServer(email, (journal) => journal.history('jrnl_e5rukqeec0vmkfmy9s0'));
    expect(story(custody).map(([amount]) => amount)).toEqual([-12, -12, -13, -14, -15, -16]);
  });

  it('gives the live entries of an import of the second week alone', async () => {
    await importing(week2, 'only-week2@example.com');
    expect(inCents(await figures('only-week2@example.com'))).toEqual(inCents(shown));
  });
});

describe('between the imports of the two weeks', () => {
  it('entries appended on the server are kept', async () => {
    const email = 'appended@example.com';
    await importing(week1, email);
    const entry = { ts: new Date('2026-11-25'), accountId: 'acct-1', type: 'fee', amount: '-3.00' } as const;
    await onServer(email, (journal) => journal.append({ ...entry, id: 'server-fee' }));
    await importing(week2, email);
    expect(inCents(await figures(email))).toEqual(inCents(shown));
    expect(await onServer(email, (journal) => journal.get('server-fee'))).toMatchObject({
      amount: '-3.00000000',
    });
  });

  it('entries amended or removed only on the server keep the state of the server', async () => {
    const email = 'changed-elsewhere@example.com';
    await importing(week1, email);
    const [amended, removed] = ['jrnl_apr17tqxqmbmncd2alc', '5c802c6e-bca7-428b-a6c7-b332ff7de121'];
    await onServer(email, async (journal) => {
      await journal.amend(amended, { amount: '-2' }, { reason: 'statement', id: 'server-fee' });
      await journal.remove(removed, { reason: 'not mine' });
    });
    const report = await importing(week2, email);
    expect(report.entryChanges.filter(({ action }) => action === 'kept')).toMatchObject([
      { id: amended, stored: { id: 'server-fee', amount: '-2.00000000' }, file: { amount: '-1.40000000' } },
      { id: removed, outcome: 'The entry was removed on the server, and stays removed.' },
    ]);
    expect(report.verification).toMatchObject({ matches: true, live: { fileCount: 87, databaseCount: 87 } });
    const before = await application.snapshot();
    await importing(week2, email);
    expect(await application.snapshot()).toEqual(before);
  });

  it('an entry that was edited in the browser and amended or removed on the server is a conflict', async () => {
    const email = 'conflict@example.com';
    await importing(week1, email);
    const [fee, put] = ['jrnl_wqer7ziarbqmhymnc00', 'jrnl_ctztsievc5mwpaatc0'];
    await onServer(email, async (journal) => {
      await journal.amend(fee, { amount: '-1.35' }, { reason: 'statement', id: 'server-fee' });
      await journal.remove(put, { reason: 'not mine' });
    });
    const before = await application.snapshot();
    const refusal = importing(week2, email);
    await expect(refusal).rejects.toMatchObject({
      code: 'IMPORT_REJECTED',
      conflicts: [
        {
          id: fee,
          symbol: 'VOD',
          type: 'fee',
          stored: { id: 'server-fee', amount: '-1.35000000' },
          file: { amount: '-1.45000000' },
        },
        { symbol: 'BRK.B', stored: { id: put, amount: '754.00000000' }, file: { amount: '760.00000000' } },
      ],
    });
    await expect(refusal).rejects.not.toThrow(/delete the user/);
    expect(await application.snapshot()).toEqual(before);

    // The server's version is kept.
    const skipped = await importing(week2, email, { skipInvalid: true });
    expect(skipped.verification.matches).toBe(true);
    expect(skipped.rejected.map(({ id }) => id).sort()).toEqual(
      [
        fee,
        '43f03483-9a8c-4482-a553-225d59f20826',
        '2592b640-806d-496c-ac7f-f9dff4f31d82',
        'd7ddb04b-a454-4d93-a45c-2a280b54d883',
      ].sort(),
    );
    const history = await onServer(email, (journal) => journal.history(fee));
    expect(history.map(({ id }) => id)).toEqual([fee, 'server-fee']);

    // Takes the browser's version, as the report advises.
    await onServer(email, async (journal) => {
      await journal.remove('server-fee', { reason: 'take the edit of the browser' });
      await journal.restore(fee);
      await journal.restore(put);
    });
    await importing(week2, email);
    expect(inCents(await figures(email))).toEqual(inCents(shown));
  });

  it('an entry that was removed on both sides is no conflict', async () => {
    const email = 'removed-twice@example.com';
    await importing(week1, email);
    await onServer(email, (journal) => journal.remove('seed-1', { reason: 'an example' }));
    await importing(week2, email);
    expect(inCents(await figures(email))).toEqual(inCents(shown));
    expect(await onServer(email, (journal) => journal.history('seed-1'))).toMatchObject([
      { editReason: 'an example' },
    ]);
  });
});
