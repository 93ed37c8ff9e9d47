// @slow: imports a real journal
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { openLegacyFile } from '../../../src/browser/import/read/open-legacy-file.js';
import { ImportApplication } from '../../support/import-application.js';
import type { StoredRow } from '../../support/import-application.js';

const application = new ImportApplication();
const fixture = (name: string) => resolve('test', 'fixtures', `options-tracker.${name}`);

/** The figures that the browser application displays for its journal, in doubles. */
interface Shown {
  counts: { journal: number; live: number; accounts: number };
  totals: { inc: number; out: number; net: number };
  byType: { type: string; n: number; amount: number }[];
}

let shown: Shown;
beforeAll(async () => {
  shown = JSON.parse(await readFile(fixture('expected.json'), 'utf8')) as Shown;
});

describe.each(['db', 'localstorage.txt'])('a journal of the browser application, from its %s', (form) => {
  const email = `${form}@example.com`;
  const live = (select: string) =>
    application.sql(
      `SELECT ${select} FROM journal JOIN users ON users.id = user_id WHERE email = $1 AND deleted_at IS NULL`,
      [email],
    );

  it('has the counts, totals and sums by type that the application displayed', async () => {
    const report = await application.import(fixture(form), email);
    expect(report.entries).toEqual({ read: shown.counts.journal, inserted: 270, unchanged: 0, rejected: 0 });
    expect(report.accounts.created).toHaveLength(shown.counts.accounts);
    expect(report.verification.matches).toBe(true);
    const [totals] = await live(
      `count(*)::integer, sum(amount) FILTER (WHERE amount > 0) AS inc,
       -sum(amount) FILTER (WHERE amount < 0) AS out, sum(amount) AS net`,
    );
    expect(totals?.['count']).toBe(shown.counts.live);
    for (const [name, amount] of Object.entries(shown.totals)) {
      expect(Number(totals?.[name])).toBeCloseTo(amount, 6);
    }
    for (const { type, n, amount } of shown.byType) {
      const [sum] = await live(
        `count(*) FILTER (WHERE type = '${type}')::integer AS n, sum(amount) FILTER (WHERE type = '${type}') AS amount`,
      );
      expect([type, sum?.['n']]).toEqual([type, n]);
      expect(Number(sum?.['amount'])).toBeCloseTo(amount, 6);
    }
  });

  it('is stored once after a second import', async () => {
    const report = await application.import(fixture(form), email);
    expect(report.entries).toEqual({ read: 270, inserted: 0, unchanged: 270, rejected: 0 });
  });

  it('has the expirations that its trader in Denver typed', async () => {
    const source = await openLegacyFile(fixture(form));
    const meant = [...source.journal()].map(({ id, expiration }) => {
      const local = DateTime.fromISO(String(expiration), { zone: 'America/Denver' });
      return [id, expiration === null ? null : local.toISODate()];
    });
    source.close();
    const stored = await application.sql(
      `SELECT journal.id, expiration::text FROM journal JOIN users ON users.id = user_id WHERE email = $1`,
      [email],
    );
    expect(new Map(stored.map(({ id, expiration }: StoredRow) => [id, expiration]))).toEqual(
      new Map(meant as [string, string | null][]),
    );
  });
});
